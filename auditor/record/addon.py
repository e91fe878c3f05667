"""The engine of addons/audit.py: mitmproxy's hooks in, labels on every flow and a journal out.

It never holds traffic up: a flow is labelled when it begins, again when the server's address is known, and nothing else
happens in a hook. Writing to the disk is done by a task of its own.
"""

import asyncio
import errno
import logging
import sys
import time
from collections import Counter
from pathlib import Path

from mitmproxy import contentviews, ctx, exceptions, flow, http, tcp, udp
from mitmproxy.addonmanager import Loader

from auditor.errors import AuditError
from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface
from auditor.record import addon_options
from auditor.record.addon_commands import AuditCommands, Findings
from auditor.record.addon_equipment import Equip, Equipment
from auditor.record.addon_journal import AddonJournal
from auditor.record.addon_options import AddonSettings
from auditor.record.addon_view import AuditView
from auditor.record.connection_addon import ConnectionAddon
from auditor.record.flow_book import FlowBook
from auditor.record.flow_endpoint import endpoint_of
from auditor.record.flow_label import MARKS, FlowLabel, label
from auditor.record.flow_scan import FlowScan
from auditor.record.flow_streams import StreamFiles, messages_of
from auditor.record.hook_guard import HookFaults, complain, guarded
from auditor.record.journal import Kind
from auditor.record.recording import StopReason

_log = logging.getLogger(__name__)
NO_FLOW_FILE = "no flow file is written into the session's folder: nothing is found live, and open streams are not on the disk"
TICK_SECONDS = 0.25
COUNT_SECONDS = 1.0
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TOLD = (
    "mode",
    "ignore_hosts",
    "allow_hosts",
    "tcp_hosts",
    "udp_hosts",
    "show_ignored_hosts",
    "stream_large_bodies",
    "store_streamed_bodies",
    "body_size_limit",
    "connection_strategy",
    "save_stream_filter",
    "ssl_insecure",
    "http3",
)
"""Options of mitmproxy that the journal repeats. No others: they hold paths, passwords and keys."""


_FIRST = Endpoint(surface=Surface.APP, host="first.invalid", host_source=HostSource.CONNECT)
"""Asked for at the start, so that tables which load on first use do not hold up the first flow."""


class AuditAddon:
    """Labels flows while mitmproxy records them."""

    def __init__(self, equip: Equip) -> None:
        """`equip` loads the catalog, the register and what the session itself says."""
        self.equip = equip
        self.settings = AddonSettings()
        self.equipment: Equipment | None = None
        self.hook_faults = HookFaults(self._hook_failed)
        self.journal = AddonJournal()
        self.connections = ConnectionAddon(self._hook_failed, self.journal.tell_connection)
        self.addons = [self.connections, AuditCommands(self)]
        """Parts that mitmproxy calls too."""
        self.book = FlowBook(self.journal.tell, str, "app")
        self.streams: StreamFiles | None = None
        self.scan: FlowScan | None = None
        self.findings = Findings()
        self._scan_start = 0
        """Where in the flow file this recording begins."""
        self.refusal = ""
        """Why it does not run; empty when it does."""
        self.faults: list[str] = []
        """What ended the recording, in words."""
        self.stopped = StopReason.USER
        """What ended the recording, where it was not its user."""
        self._task: asyncio.Task[None] | None = None
        self.closes_journal = True
        """Whether the journal is closed when mitmproxy ends; where not, whoever embeds this calls `close`."""

    @property
    def hook_errors(self) -> Counter[str]:
        """How often each hook failed."""
        return self.hook_faults.errors + self.connections.hook_faults.errors

    # Start and end

    def load(self, loader: Loader) -> None:
        """Declares the options, after a look at the settings that mitmproxy keeps for them.

        Nothing is raised here: mitmproxy loses an OptionsError of a script that loads, and would go on without the script.
        An error in the log of the start ends it in every case.
        """
        try:
            addon_options.check_raw(loader.master.options.deferred)
        except AuditError as error:
            self._refuse(error)
        for option in addon_options.OPTIONS:
            loader.add_option(option.name, str, "", option.meaning)

    def configure(self, updated: set[str]) -> None:
        """Reads the options; what is wrong with them ends the start, and later refuses the change.

        Raises:
            OptionsError: mitmproxy runs already.
        """
        try:
            self._configure(updated)
        except AuditError as error:
            if self._task is not None:
                raise exceptions.OptionsError(f"audit: {error}") from None  # type: ignore[no-untyped-call]
            self._refuse(error)

    def _configure(self, updated: set[str]) -> None:
        names = {option.name for option in addon_options.OPTIONS}
        addon_options.check_forbidden(ctx.options)
        addon_options.check_raw(ctx.options.deferred)
        if self.refusal or (self.equipment is not None and not updated & names):
            return
        settings = addon_options.read_settings({name: getattr(ctx.options, name) for name in names})
        self.equipment = self.equip(settings)
        self.equipment.tag(_FIRST)
        self.settings = settings
        self.book = FlowBook(self.journal.tell, self.equipment.mask, settings.surface)
        folder, file = settings.session, _flow_file(settings.session)
        path = folder / file if folder and file else None
        appends = str(getattr(ctx.options, "save_stream_file", "")).startswith("+")
        self._scan_start = path.stat().st_size if appends and path and path.exists() else 0
        opened = self.journal.open(folder, settings.surface, self.equipment, file=file, options=_told_options())
        if opened and folder and file:
            self.streams = StreamFiles(folder, file, trims=ctx.master.addons.get("view") is None)  # type: ignore[no-untyped-call]

    def _refuse(self, error: AuditError) -> None:
        """Ends the start: mitmproxy exits with 1 when an error is in the log by then."""
        if not self.refusal:
            self.refusal = str(error)
            _log.error("audit: %s", error)

    def running(self) -> None:
        """Begins the task that looks after the rest, and the live scan; where messages are looked at, adds a view of them."""
        try:
            addon_options.check_left(ctx.options.deferred, ctx.options.keys())  # type: ignore[no-untyped-call]
        except AuditError as error:
            self._refuse(error)
        self._task = asyncio.create_task(self._tend())
        if self.equipment and self.equipment.describe and ctx.master.addons.get("view"):  # type: ignore[no-untyped-call]
            contentviews.add(AuditView(self.equipment.describe))
        folder, file = self.settings.session, _flow_file(self.settings.session)
        if folder and file is None:
            self._scanned({"record": "skipped", "reason": NO_FLOW_FILE})
            complain(NO_FLOW_FILE)
        if self.equipment and self.equipment.scan and folder and file:
            command = (*self.equipment.scan, str(folder), str(folder / file), str(self._scan_start))
            try:
                self.scan = FlowScan(command, self._scanned)
            except OSError as error:
                self._scanned({"record": "skipped", "reason": f"the live scan does not start: {error.strerror or error}"})

    def _scanned(self, line: dict[str, object]) -> None:
        """A line of the live scan."""
        self.findings.add(line)
        kind = Kind.SIGHTING if line.get("record") == Kind.SIGHTING else Kind.SKIPPED
        if kind is Kind.SIGHTING:
            self.book.counts.sightings += 1
        else:
            count = line.get("flows")
            self.book.counts.skipped += count if isinstance(count, int) else 0
        self.journal.tell(kind, **{name: value for name, value in line.items() if name != "record"})  # type: ignore[arg-type]

    def done(self) -> None:
        """Closes the journal and says how many errors there were."""
        if self._task is not None:
            self._task.cancel()
        if self.hook_errors.total():
            complain(f"{self.hook_errors.total()} errors in hooks: {dict(sorted(self.hook_errors.items()))}")
        if not self.journal.is_open:
            return
        self.journal.note_phase()
        self.connections.close_all()
        for unfinished in self.book.open_flows:
            digest = self.streams.leave(unfinished) if self.streams else None
            self.book.end(unfinished, still_open=True, stream_sha256=digest)
        if self.streams is not None:
            self.streams.close()
        if self.scan is not None:
            self.scan.stop()
        self.tell_counts()
        if self.closes_journal:
            self.close()

    def close(self, file_sha256: str | None = None) -> None:
        """Writes the journal's last record, with the hash of the flow file where that is closed by now.

        Raises:
            OSError: it does not fit on the disk.
        """
        # mitmproxy ends in order when it is asked to; when the flow file cannot be written, an exception is under way.
        failed = sys.exc_info()[0] is not None or self.faults or self.stopped is not StopReason.USER
        self.journal.close(
            reason="failed" if failed else "user",
            faults=list(self.faults),
            flows=self.book.counts.flows,
            hook_errors=self.hook_errors.total(),
            hooks=dict(sorted(self.hook_faults.calls.items())),
            file_sha256=file_sha256,
        )

    # Flows

    @guarded
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """A request begins."""
        self._label(flow)

    @guarded
    def request(self, flow: http.HTTPFlow) -> None:
        """A request is there; some flows begin here, like replayed ones."""
        self._label(flow)

    @guarded
    def response(self, flow: http.HTTPFlow) -> None:
        """The server answered, so its address is known. A WebSocket goes on from here."""
        self._label(flow)
        if flow.websocket is None:
            self._end(flow)

    def _begin(self, flow: flow.Flow) -> None:
        self._label(flow)

    def _finish(self, flow: flow.Flow) -> None:
        self._label(flow)
        self._end(flow)

    tcp_start = guarded(_begin, "tcp_start")
    udp_start = guarded(_begin, "udp_start")
    dns_request = guarded(_begin, "dns_request")
    websocket_start = guarded(_begin, "websocket_start")

    error = guarded(_finish, "error")
    tcp_end = guarded(_finish, "tcp_end")
    tcp_error = guarded(_finish, "tcp_error")
    udp_end = guarded(_finish, "udp_end")
    udp_error = guarded(_finish, "udp_error")
    dns_response = guarded(_finish, "dns_response")
    dns_error = guarded(_finish, "dns_error")
    websocket_end = guarded(_finish, "websocket_end")

    @guarded
    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        """Bytes of a stream were read."""
        self._message(flow)

    @guarded
    def udp_message(self, flow: udp.UDPFlow) -> None:
        """A datagram was read."""
        self._message(flow)

    @guarded
    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """A message of a WebSocket was read."""
        self._message(flow)

    def _message(self, flow: flow.Flow) -> None:
        """Tells of a message, and puts it on the disk."""
        message = messages_of(flow)[-1]
        self.book.message(flow, len(message.content), up=message.from_client)
        if self.streams is not None:
            try:
                self.streams.add(flow)
            except OSError as error:
                self._fail(f"streams/ cannot be written: {error.strerror or error}", error)

    def _label(self, flow: flow.Flow) -> None:
        """Writes who receives the flow on it: once, and once more when the server's address came later."""
        entry = self.book.entry(flow)
        if self.equipment is None or (entry and (entry.address or not flow.server_conn.peername)):
            return
        if entry is None:
            self.journal.note_phase()
            entry = self.book.open(flow)
            phase = flow.metadata.get("audit_phase") or self.journal.phases.phase
        else:
            phase = flow.metadata.get("audit_phase")
        endpoint = endpoint_of(flow, Surface(self.settings.surface))
        attribution = self.equipment.tag(endpoint)
        write(flow, label(attribution, phase))
        self.book.begin(flow, endpoint, attribution, phase)
        if flow.server_conn.peername:
            entry.address = endpoint.server_ip

    def _end(self, flow: flow.Flow) -> None:
        """Puts a flow that ended into the journal, once."""
        try:
            digest = self.streams.end(flow) if self.streams else None
        except OSError as error:
            digest = None
            self._fail(f"streams/ cannot be written: {error.strerror or error}", error)
        self.book.end(flow, stream_sha256=digest)

    # What goes wrong, and what is due

    def _hook_failed(self, hook: str, what: str) -> None:
        complain(f"error in the hook {hook}: {what}; the flow passed")
        self.journal.tell(Kind.HOOK_ERROR, hook=hook, error=what)

    def tell_counts(self) -> None:
        """Puts the counters into the journal, where one of them changed."""
        self.book.counts.hook_errors = self.hook_errors.total()
        self.journal.tell_counts(self.book.counts)

    def _fail(self, what: str, error: OSError) -> None:
        """Ends the recording, once: evidence that cannot be kept is no recording."""
        if self.stopped is StopReason.USER:
            self.stopped = StopReason.DISK_FULL if error.errno in _DISK_FULL else StopReason.FAILED
            self.faults.append(what)
            complain(f"{what}; the recording stops")
            ctx.master.shutdown()  # type: ignore[no-untyped-call]

    async def _tend(self) -> None:
        """What is due a few times a second."""
        counted = 0.0
        while self.stopped is StopReason.USER:
            await asyncio.sleep(TICK_SECONDS)
            self.journal.note_phase()
            if time.monotonic() - counted >= COUNT_SECONDS:
                counted = time.monotonic()
                self.tell_counts()
            try:
                self.journal.check()
            except OSError as error:
                self._fail(f"the journal cannot be written: {error.strerror or error}", error)


def _flow_file(session: Path | None) -> str | None:
    """The flow file, relative to the session where it lies in it; None where none is written."""
    said = str(getattr(ctx.options, "save_stream_file", None) or "").removeprefix("+")
    if not said or session is None:
        return None
    path = Path(said).expanduser()
    try:
        return str(path.resolve().relative_to(session.resolve()))
    except ValueError:
        return None


def _told_options() -> dict[str, str]:
    """The options of mitmproxy that decide what can be seen, as text."""
    return {name: str(getattr(ctx.options, name)) for name in _TOLD if name in ctx.options}


def write(flow: flow.Flow, made: FlowLabel) -> None:
    """Puts a label on a flow. A comment or mark that a person set stays beside it."""
    own = flow.comment if "audit_recipient" not in flow.metadata else ""
    flow.comment = f"{made.comment} ({own})" if own else made.comment
    if not flow.marked or flow.marked in MARKS:
        flow.marked = made.marked
    flow.metadata.update(made.facts)
