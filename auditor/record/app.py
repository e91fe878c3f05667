"""A session folder in, the phone's traffic recorded into it out: `auditor record app`.

mitmproxy's master runs here with only the addons that a recording needs, which costs a third less than mitmdump with all of
them, and the audit addon among them. A wrong option, a port that is taken or a fault in the session ends the start.
"""

import asyncio
import hashlib
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from mitmproxy import exceptions, options
from mitmproxy.addons import (
    block,
    core,
    disable_h2c,
    dns_resolver,
    next_layer,
    onboarding,
    proxyserver,
    save,
    strip_dns_https_records,
    tlsconfig,
)
from mitmproxy.master import Master
from mitmproxy.net import local_ip

from auditor.errors import Source, UsageError
from auditor.record import phases, session_folder
from auditor.record.addon import AuditAddon
from auditor.record.addon_equipment import Equip
from auditor.record.app_join import JoinWay, ways_to_join
from auditor.record.recording import RecordResult, StopReason
from auditor.record.running import announced, running_sessions

PORT = 8080
ENDING = ".mitm"
WAKE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyPlan:
    """How the proxy is set up."""

    equip: Equip
    """Loads the catalog, the register and what the session says."""
    listen_host: str = ""
    """Empty: every address of this machine."""
    port: int = PORT
    modes: tuple[str, ...] = ("regular",)
    """As mitmproxy writes them: regular, socks5, wireguard, transparent, local ..."""
    register: str | None = None
    confdir: str = "~/.mitmproxy"
    """Where mitmproxy keeps its CA."""
    options: tuple[str, ...] = ()
    """Further options of mitmproxy, each `NAME=VALUE`."""
    addons: tuple[object, ...] = ()
    """Further addons, before all others."""
    show: Callable[[tuple[JoinWay, ...]], None] | None = None
    """Gets what a phone can scan to join, when the proxy listens."""


def record_app(
    folder: str,
    plan: ProxyPlan,
    *,
    stop: Event,
    ready: Callable[[tuple[str, ...]], None] | None = None,
) -> RecordResult:
    """Records until `stop` is set, or until it cannot go on. `ready` gets what listens, like `192.168.4.1:8080`.

    Raises:
        UsageError: the folder, an option, the register or session.toml is wrong, or the port is taken.
    """
    path = Path(folder)
    session_folder.open_session(path)
    if path.resolve() not in running_sessions():
        phases.end_stale_phase(path, time.time_ns())
    recording = AppRecording(path, plan, stop, ready)
    umask = os.umask(0o077)
    try:
        with announced(path):
            asyncio.run(recording.run())
    except SystemExit:  # mitmproxy's way to say that the flow file cannot be written, in a line that it does not end
        sys.stderr.write("\n")
        recording.stopped = StopReason.DISK_FULL
        recording.faults.append(f"{path / recording.name}: cannot be written; the disk may be full")
    finally:
        os.umask(umask)
    return recording.finish()


class AppRecording:
    """One recording of the phone's traffic."""

    def __init__(self, folder: Path, plan: ProxyPlan, stop: Event, ready: Callable[[tuple[str, ...]], None] | None) -> None:
        self.folder = folder
        self.stop = stop
        self.ready = ready
        self.plan = plan
        self.audit = AuditAddon(plan.equip)
        self.audit.closes_journal = False
        self.stopped = StopReason.USER
        self.faults: list[str] = []
        self.name = session_folder.free_name(folder, "app", ENDING)
        self.listed = False

    async def run(self) -> None:
        """Runs the proxy.

        Raises:
            UsageError: it does not start.
        """
        errors = _StartErrors()
        logging.getLogger().addHandler(errors)
        try:
            master = self._master()
            running = asyncio.ensure_future(master.run())
            await self._start(master, running, errors)
            while not self.stop.is_set() and not running.done():
                await asyncio.sleep(WAKE_SECONDS)
                self._list_file()
            if self.audit.stopped is not StopReason.USER:
                self.stopped = self.audit.stopped
            elif not self.stop.is_set():
                self.stopped = StopReason.FAILED
            master.shutdown()  # type: ignore[no-untyped-call]
            await running
        finally:
            logging.getLogger().removeHandler(errors)

    def _master(self) -> Master:
        """The master with its addons and options.

        Raises:
            UsageError: an option is wrong.
        """
        made = Master(options.Options(), event_loop=asyncio.get_running_loop())
        made.addons.add(  # type: ignore[no-untyped-call]
            *self.plan.addons,
            core.Core(),
            block.Block(),
            strip_dns_https_records.StripDnsHttpsRecords(),
            disable_h2c.DisableH2C(),
            onboarding.Onboarding(),  # type: ignore[no-untyped-call]
            proxyserver.Proxyserver(),  # type: ignore[no-untyped-call]
            self.audit,
            dns_resolver.DnsResolver(),
            next_layer.NextLayer(),
            save.Save(),
            tlsconfig.TlsConfig(),
            _Seal(self.audit, self.folder / self.name),
        )
        try:
            made.options.update(mode=list(self.plan.modes))  # type: ignore[no-untyped-call]
            made.options.set(*self._settings())
        except exceptions.OptionsError as error:
            self._forget_file()
            raise _of_option(error) from None
        if self.audit.refusal:
            self._forget_file()
            raise UsageError(self.audit.refusal)
        return made

    def _settings(self) -> tuple[str, ...]:
        """Options in mitmproxy's words; of our own only those that the user did not set. What must be ours cannot be set."""
        register = (f"audit_register={self.plan.register}",) if self.plan.register else ()
        said = {option.partition("=")[0] for option in self.plan.options}
        ours = (
            f"confdir={Path(self.plan.confdir).expanduser()}",
            f"listen_host={self.plan.listen_host}",
            "store_streamed_bodies=true",
        )
        return (
            *(option for option in ours if option.partition("=")[0] not in said),
            f"listen_port={self.plan.port}",
            f"audit_session={self.folder}",
            *register,
            *self.plan.options,
            f"save_stream_file={self.folder / self.name}",
        )

    async def _start(self, master: Master, running: "asyncio.Future[None]", errors: "_StartErrors") -> None:
        """Waits until the proxy listens.

        Raises:
            UsageError: it does not.
        """
        server = master.addons.get("proxyserver")  # type: ignore[no-untyped-call]
        while not errors.texts and not running.done() and not server.is_running:
            await asyncio.sleep(0.01)
        if errors.texts or running.done():
            master.shutdown()  # type: ignore[no-untyped-call]
            await running
            self._forget_file()
            raise UsageError(errors.texts[0] if errors.texts else "the proxy did not start")
        if self.plan.show:
            self.plan.show(ways_to_join(server.servers, local_ip.get_local_ip()))
        if self.ready:
            self.ready(tuple(f"{address[0]}:{address[1]}" for address in server.listen_addrs()))

    def _list_file(self) -> None:
        """Lists the flow file in the session once it holds something: an empty file is no recording."""
        if not self.listed and (self.folder / self.name).stat().st_size:
            self.listed = True
            session_folder.list_capture(self.folder, self.name, "app")

    def _forget_file(self) -> None:
        """Removes the flow file where nothing was recorded: mitmproxy makes it when it starts. Streams are read by its name."""
        path = self.folder / self.name
        if self.audit.streams is not None and self.audit.streams.begun:
            return
        if path.exists() and not path.stat().st_size:
            path.unlink()

    def finish(self) -> RecordResult:
        """Ends the phase that runs and adds everything up."""
        self._forget_file()
        path = self.folder / self.name
        try:
            if path.exists():
                self._list_file()
            phases.end_phase(self.folder, time.time_ns())
        except UsageError as error:
            self.faults.append(str(error))
        if self.audit.hook_errors:
            self.faults.append(f"{self.audit.hook_errors.total()} errors in hooks")
        self.faults += self.audit.faults
        return RecordResult(
            files=(str(path),) if path.exists() else (),
            stopped=self.stopped,
            packets=self.audit.book.counts.flows,
            unit="flows",
            bytes_written=path.stat().st_size if path.exists() else 0,
            lost=0,
            received=self.audit.book.counts.flows,
            engine="mitmproxy",
            detail="; ".join(dict.fromkeys(self.faults)),
        )


class _Seal:
    """The last addon: by its end the flow file is closed, so its hash can end the journal."""

    def __init__(self, audit: AuditAddon, path: Path) -> None:
        self._audit = audit
        self._path = path

    def done(self) -> None:
        """Closes the journal."""
        if not self._audit.journal.is_open:
            return
        digest = None
        with suppress(OSError), self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._audit.close(digest)


def _of_option(error: exceptions.OptionsError) -> UsageError:
    """What is wrong with an option; mitmproxy quotes the system as Python does where it could not open a file."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.filename:
        return UsageError(f"cannot be used: {cause.strerror}", Source(str(cause.filename)))
    return UsageError(str(error))


class _StartErrors(logging.Handler):
    """Errors that mitmproxy logs while it starts; it has no other way to tell of them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "asyncio":  # which tells late of tasks that ended long ago
            self.texts.append(record.getMessage().removeprefix("audit: "))
