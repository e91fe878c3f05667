"""Work for several processes: one function and many items in, each result as soon as it is there.

Dask does it: a cluster of this machine, or one that is there already. Nothing of a session is in a task's name, results are
small, and no worker of ours ever writes what it holds in memory to a disk.
"""

import logging
import re
import signal
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from auditor.ctrl_c import later
from auditor.errors import AuditError, Source, UsageError
from auditor.fleet.same_tool import OtherToolError, Tool, this_tool

if TYPE_CHECKING:
    from distributed import Client

MOST_WORKERS = 256
DEATHS = 3
"""How many workers may die with a task before the task is given up."""
CONNECT = "15s"
"""How long a scheduler may take to answer."""
WORKERS_WITHIN = 15
"""Seconds within which a cluster that is there has a worker."""
LOOK_EVERY = 5
"""Seconds without a result after which it is asked whether there are workers still."""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AGAIN = "run again: what is finished is kept"
_ADDRESS = re.compile(r"(?P<protocol>tcp|tls)://.+:\d{1,5}")

SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.daemon": False,
    "distributed.comm.timeouts.connect": CONNECT,
    "distributed.comm.retry.count": 3,
    "distributed.admin.log-length": 0,
    "distributed.logging.distributed": "error",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.worker.profile.enabled": False,
}
"""Of a cluster that is made here: nothing is spilled, a task that kills its workers is given up, and what nobody looks at (like a
profile of every worker, a hundred times a second) is not measured."""


class LostError(AuditError):
    """Work that several workers were given never came back."""


class GoneError(UsageError):
    """The scheduler ended before the work did."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What stands in place of a result that never came."""

    why: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that takes work."""

    client: "Client"
    dashboard: str | None
    may_spill: bool
    """Whether its workers may write what they hold in memory to a disk."""
    tool: Tool | None = None
    """What each worker must be; None where they are copies of this process."""


@contextmanager
def local(workers: int, prepared: str | None = None, *, dashboard: bool = True) -> Iterator[Cluster]:
    """Processes of this machine, each with one thread. They talk over TLS with keys made for this run, because whoever can reach
    a scheduler can run code as its user. `prepared` is a module that is loaded once for all of them."""
    if not 1 <= workers <= MOST_WORKERS:
        raise UsageError(f"--workers is {workers}", fix=f"give a number from 1 to {MOST_WORKERS}")
    stack = ExitStack()
    stack.enter_context(_unlogged())
    try:  # Dask, interrupted as it starts or ends, leaves tracebacks and processes behind
        with later(ENDING):
            cluster = _started(workers, prepared, dashboard, stack)
        yield cluster
    finally:
        with later(ENDING):
            stack.close()


def _started(workers: int, prepared: str | None, dashboard: bool, stack: ExitStack) -> Cluster:
    _start_fork_server(prepared)  # which loads what it needs beside what is loaded here
    import dask

    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})  # looked at when the next line loads it
    from distributed import Client, LocalCluster
    from distributed.security import Security

    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="auditor-workers-"))
    stack.enter_context(dask.config.set({**SETTINGS, "temporary-directory": folder}))
    security = Security.temporary()  # type: ignore[no-untyped-call]
    cluster = stack.enter_context(
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address="127.0.0.1:0" if dashboard else None,
            silence_logs="ERROR",
        )
    )
    client = stack.enter_context(Client(cluster, security=security))  # type: ignore[no-untyped-call]
    return Cluster(client, client.dashboard_link if dashboard else None, may_spill=False)


def _start_fork_server(prepared: str | None) -> None:
    """The process that every worker is a copy of, with what they need loaded (only where the system's own libraries may be used
    in a copy). Ctrl-C is blocked in it, and so in them: a terminal sends it to all of its
    processes, and whoever started the workers ends them. (A mask is inherited, which a handler is not.)"""
    from multiprocessing import forkserver, resource_tracker

    if prepared and sys.platform == "linux":
        forkserver.set_forkserver_preload([prepared])
    resource_tracker.ensure_running()  # which would lift the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def remote(address: str) -> Iterator[Cluster]:
    """A cluster that is there already, `tcp://host:port` or `tls://host:port` (keys as Dask's configuration names them).

    Raises:
        UsageError: nobody answers there, or it has no workers.
        OtherToolError: its workers have another version of the tool or of the catalog.
    """
    import dask
    import distributed  # noqa: F401 - whose settings would be gone after the `with` that it was first imported in

    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"--scheduler is no address: {address!r}", fix="write tcp://HOST:PORT or tls://HOST:PORT")
    with dask.config.set({"distributed.comm.timeouts.connect": CONNECT}), _unlogged():
        client = _connected(address)
        try:
            spills = _checked(client, address)
            dashboard = client.dashboard_link if "dashboard" in client.scheduler_info()["services"] else None
            yield Cluster(client, dashboard, may_spill=spills, tool=this_tool())
        finally:
            client.close()  # type: ignore[no-untyped-call]


def places(cluster: Cluster) -> int:
    """How many items it works on at the same time."""
    return sum(cluster.client.nthreads().values())  # type: ignore[no-untyped-call]


@contextmanager
def _unlogged() -> Iterator[None]:
    """What goes wrong is said once, and by us."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _connected(address: str) -> "Client":
    from distributed import Client

    try:
        return Client(address, timeout=CONNECT)  # type: ignore[no-untyped-call]
    except TypeError:  # what Dask says when it has no keys
        what = "talks over TLS, and no keys are configured for it"
        raise UsageError(what, Source(address), "set Dask's distributed.comm.tls; see docs/scale.md") from None
    except (OSError, ValueError, TimeoutError, RuntimeError) as error:
        fix = "start one with `dask scheduler`, or leave --scheduler out"
        if "CommClosed" in type(error).__name__:
            fix = "it listens and hangs up: one of the two talks over TLS (tls://), and the other does not, or not with its keys"
        raise UsageError(f"no scheduler answers: {type(error).__name__}", Source(address), fix) from None


def _checked(client: "Client", address: str) -> bool:
    """Whether any worker may write what it holds in memory to a disk.

    Raises:
        UsageError: there are no workers.
        OtherToolError: some are another tool.
    """
    try:
        client.wait_for_workers(1, timeout=WORKERS_WITHIN)
    except TimeoutError:
        raise UsageError("has no workers", Source(address), "start some with `dask worker`") from None
    said = client.run(_said_of_worker, on_error="return")
    differing = {worker: _difference(answer) for worker, answer in sorted(said.items())}
    wrong = [f"worker {worker} {how}" for worker, how in differing.items() if how]
    if wrong:
        fix = "install this version on every worker and start it again"
        raise OtherToolError("; ".join(wrong[:4]) + (f"; and {len(wrong) - 4} more" if wrong[4:] else ""), Source(address), fix)
    return any(spills for _, spills in said.values())


def _difference(answer: Any) -> str:
    if isinstance(answer, BaseException):  # it does not know this module, or not this function of it
        return "lacks the tool or has another version of it"
    tool: Tool = answer[0]
    return tool.differs(this_tool())


def _said_of_worker() -> tuple[Tool, bool]:
    """What a worker is, and whether it may write what it holds in memory to a disk."""
    import dask

    names = ("distributed.worker.memory.target", "distributed.worker.memory.spill")
    return this_tool(), any(dask.config.get(name, True) is not False for name in names)


@dataclass(frozen=True, slots=True)
class _Together[T, R]:
    """Items that one worker works on, one after the other; where `tool` is given, only the same tool does it: a worker may have
    come later than the question what each of them is."""

    work: Callable[[T], R]
    tool: Tool | None

    def __call__(self, items: Sequence[T]) -> list[R]:
        if self.tool and (how := this_tool().differs(self.tool)):
            from distributed import get_worker

            raise OtherToolError(f"worker {get_worker().address} {how}")
        return [self.work(item) for item in items]


def each[T, R](
    cluster: Cluster, work: Callable[[T], R], items: Sequence[T], batches: Sequence[Sequence[int]] | None = None
) -> Iterator[tuple[int, R | Lost]]:
    """The results as they come, each with its item's position. An item whose workers died is tried again on others, then given
    up. When the caller stops asking, what has not begun is cancelled.

    `batches` are positions that one worker works on one after the other, in the order in which they should begin; each item is
    alone where none are given, and when the workers of its batch died. `work` must not raise.

    Raises:
        GoneError: the scheduler ended.
    """
    from distributed.client import FutureCancelledError

    asked = _Together(work, cluster.tool)
    waiting: dict[Any, tuple[Sequence[int], Any]] = {}
    ended: SimpleQueue[Any] = SimpleQueue()

    def give(wanted: Sequence[Sequence[int]]) -> None:
        run = uuid.uuid4().hex  # a name that was used before may still have its old result
        names = [f"item-{run}-{numbers[0]}" for numbers in wanted]
        given = [tuple(items[number] for number in numbers) for numbers in wanted]
        futures = cluster.client.map(asked, given, key=names, pure=False, retries=1)
        waiting.update((future.key, (numbers, future)) for numbers, future in zip(wanted, futures, strict=True))
        for future in futures:
            future.add_done_callback(ended.put)  # type: ignore[no-untyped-call]

    try:
        give([(number,) for number in range(len(items))] if batches is None else batches)
        while waiting:
            future = _next(ended, cluster.client)
            result = _result(future)
            numbers, _ = waiting.pop(future.key)
            if isinstance(result, Lost) and len(numbers) > 1:
                give([(number,) for number in numbers])
            else:
                yield from zip(numbers, (result,) if isinstance(result, Lost) else result, strict=True)
            future.release()
    except (OSError, CancelledError, FutureCancelledError):  # cancelled by nobody here
        raise GoneError("the scheduler ended before the work did", fix=AGAIN) from None
    finally:
        with suppress(OSError, RuntimeError):  # nobody is there
            cluster.client.cancel([future for _, future in waiting.values()])  # type: ignore[no-untyped-call]


def _next(ended: "SimpleQueue[Any]", client: "Client") -> Any:
    """The next future that ended.

    Raises:
        GoneError: none did, and for a while there was nobody who could.
    """
    alone = 0
    while True:
        try:
            return ended.get(timeout=LOOK_EVERY)
        except Empty:
            there = client.status != "running" or client.scheduler_info(n_workers=1)["workers"]
            alone = 0 if there else alone + LOOK_EVERY
        if alone >= WORKERS_WITHIN:
            raise GoneError("all workers ended before the work did", fix=AGAIN)


class OnWorkers:
    """The captures of one session, on a cluster (see `auditor.spread.Spread`)."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def __call__[T, R](self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """The results in the items' order.

        Raises:
            LostError: an item's workers died, or its work failed.
        """
        if len(items) < 2:
            yield from map(work, items)
            return
        waiting: dict[int, R] = {}
        wanted = 0
        for number, result in each(self._cluster, work, items):
            if isinstance(result, Lost):
                raise LostError(f"a capture could not be read: {result.why}", fix="run again with --workers 1")
            waiting[number] = result
            while wanted in waiting:
                yield waiting.pop(wanted)
                wanted += 1


@contextmanager
def inside() -> Iterator[Cluster]:
    """The cluster that a task runs in, for tasks of its own. Its worker takes other tasks meanwhile."""
    from distributed import worker_client

    with worker_client() as client:
        yield Cluster(client, None, may_spill=False, tool=this_tool())


def _result(future: Any) -> Any:
    from distributed.scheduler import KilledWorker

    error = future.exception()
    if future.status == "cancelled":
        raise CancelledError
    if error is None:
        return future.result()
    if isinstance(error, KilledWorker):
        return Lost(f"{DEATHS} workers died with it")
    if isinstance(error, OtherToolError):
        return Lost(str(error))
    return Lost(f"a worker failed: {type(error).__name__}")
