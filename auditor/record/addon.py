"""The engine of addons/audit.py: mitmproxy's hooks in, labels on every flow and a journal out.

It never holds traffic up: a flow is labelled when it begins, again when the server's address is known, and nothing else
happens in a hook. Writing to the disk is done by a task of its own.
"""

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from weakref import WeakKeyDictionary

from mitmproxy import ctx, exceptions, flow, http
from mitmproxy.addonmanager import Loader

from auditor.errors import AuditError
from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface
from auditor.record import addon_options
from auditor.record.addon_options import AddonSettings
from auditor.record.connection_addon import ConnectionAddon
from auditor.record.flow_endpoint import endpoint_of
from auditor.record.flow_label import MARKS, FlowLabel, Tag, label
from auditor.record.hook_guard import HookFaults, complain, guarded
from auditor.record.journal import NAME as JOURNAL_NAME
from auditor.record.journal import Journal, Kind
from auditor.record.ledger import ConnectionFact
from auditor.record.phases import PhaseWatch
from auditor.record.recording import tool_version
from auditor.record.timestamps import iso_time

_log = logging.getLogger(__name__)
TICK_SECONDS = 0.25
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
    "ssl_insecure",
    "http3",
)
"""Options of mitmproxy that the journal repeats. No others: they hold paths, passwords and keys."""


_FIRST = Endpoint(surface=Surface.APP, host="first.invalid", host_source=HostSource.CONNECT)
"""Asked for at the start, so that tables which load on first use do not hold up the first flow."""


class AuditAddon:
    """Labels flows while mitmproxy records them."""

    def __init__(self, prepare: Callable[[AddonSettings], Tag]) -> None:
        """`prepare` loads the catalog, the register and the session's own names."""
        self.prepare = prepare
        self.settings = AddonSettings()
        self.hook_faults = HookFaults(self._hook_failed)
        self.connections = ConnectionAddon(self._hook_failed, self._tell_connection)
        self.addons = [self.connections]
        """Parts that mitmproxy calls too."""
        self.phases = PhaseWatch(None)
        self.journal: Journal | None = None
        self.tag: Tag | None = None
        self.refusal = ""
        """Why it does not run; empty when it does."""
        self.faults: list[str] = []
        """What ended the recording, in words."""
        self.insights: Counter[str] = Counter()
        """How far each connection that ended could be looked into."""
        self.flows = 0
        self._open: dict[str, flow.Flow] = {}
        """Flows that began and have not ended."""
        self._labelled: WeakKeyDictionary[flow.Flow, str] = WeakKeyDictionary()
        """Flows that have a label, with the server's address as it was known then."""
        self._task: asyncio.Task[None] | None = None

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
        if self.refusal or (self.tag is not None and not updated & names):
            return
        settings = addon_options.read_settings({name: getattr(ctx.options, name) for name in names})
        self.tag = self.prepare(settings)
        self.tag(_FIRST)
        self.settings = settings
        self._open_session()

    def _refuse(self, error: AuditError) -> None:
        """Ends the start: mitmproxy exits with 1 when an error is in the log by then."""
        if not self.refusal:
            self.refusal = str(error)
            _log.error("audit: %s", error)

    def running(self) -> None:
        """Begins the task that writes."""
        self._task = asyncio.create_task(self._write_regularly())

    def done(self) -> None:
        """Closes the journal and says how many errors there were."""
        if self._task is not None:
            self._task.cancel()
        if self.hook_errors.total():
            complain(f"{self.hook_errors.total()} errors in hooks: {dict(sorted(self.hook_errors.items()))}")
        if self.journal is None:
            return
        self._note_phase()
        self.connections.close_all()
        for unfinished in tuple(self._open.values()):
            self._end(unfinished, still_open=True)
        self.journal.add(
            Kind.ENDED,
            # mitmproxy ends in order when it is asked to; when the flow file cannot be written, an exception is under way.
            reason="user" if sys.exc_info()[0] is None and not self.faults else "failed",
            faults=list(self.faults),
            flows=self.flows,
            insights=dict(sorted(self.insights.items())),
            hook_errors=self.hook_errors.total(),
            hooks=dict(sorted(self.hook_faults.calls.items())),
        )
        self.journal.close()
        self.journal = None

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

    def _label(self, flow: flow.Flow) -> None:
        """Writes who receives the flow on it: once, and once more when the server's address came later."""
        known = self._labelled.get(flow)
        if known or self.tag is None or (known == "" and not flow.server_conn.peername):
            return
        if known is None:
            self.flows += 1
            self._note_phase()
            self._open[flow.id] = flow
            self._labelled[flow] = ""
        endpoint = endpoint_of(flow, Surface(self.settings.surface))
        phase = flow.metadata.get("audit_phase") or (self.phases.phase if known is None else None)
        write(flow, label(self.tag(endpoint), phase))
        self._labelled[flow] = endpoint.server_ip or ""

    def _end(self, flow: flow.Flow, *, still_open: bool = False) -> None:
        """Puts a flow that ended into the journal, once."""
        if self._open.pop(flow.id, None) is None or self.journal is None:
            return
        facts = {name: str(flow.metadata.get(name, "")) or None for name in ("audit_recipient", "audit_relation", "audit_phase")}
        self.journal.add(
            Kind.FLOW,
            flow=flow.id,
            type=flow.type,
            recipient=facts["audit_recipient"],
            relation=facts["audit_relation"],
            phase=facts["audit_phase"],
            still_open=still_open,
        )

    # The journal

    def _open_session(self) -> None:
        folder = self.settings.session
        self.phases = PhaseWatch(folder)
        if folder is None or (self.journal is not None and self.journal.path.parent == folder):
            return
        if self.journal is not None:
            self.journal.close()
        self.journal = Journal(folder / JOURNAL_NAME, recorder=f"app-{time.time_ns():x}")
        self.journal.add(
            Kind.STARTED,
            tool=f"traffic-auditor {tool_version()}",
            surface=self.settings.surface,
            engine="mitmproxy",
            register=self.settings.register,
            options=_told_options(),
        )
        self.journal.sync()
        self._note_phase()

    def _tell_connection(self, fact: ConnectionFact) -> None:
        self.insights[str(fact.insight)] += 1
        if self.journal is None:
            return
        self.journal.add(
            Kind.CONNECTION,
            client=fact.client,
            hosts=list(fact.hosts),
            sni=fact.sni,
            insight=fact.insight,
            reason=fact.reason,
            requests=fact.requests,
            messages=fact.messages,
            started=iso_time(fact.started),
            ended=iso_time(fact.ended),
            tls_version=fact.tls_version,
            alpn=fact.alpn,
            still_open=fact.still_open,
        )

    def _note_phase(self) -> None:
        """Puts a change of phase into the journal."""
        if self.phases.look() and self.journal is not None:
            mark = self.phases.mark
            self.journal.add(Kind.PHASE, phase=mark.id if mark else None, since=iso_time(mark.since) if mark else None)

    def _hook_failed(self, hook: str, what: str) -> None:
        complain(f"error in the hook {hook}: {what}; the flow passed")
        if self.journal is not None:
            self.journal.add(Kind.HOOK_ERROR, hook=hook, error=what)

    async def _write_regularly(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._note_phase()
            try:
                if self.journal is not None:
                    self.journal.check()
            except OSError as error:
                self.faults.append(f"the journal cannot be written: {error.strerror or error}")
                complain(f"{self.faults[-1]}; the recording stops")
                ctx.master.shutdown()  # type: ignore[no-untyped-call]
                return


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
