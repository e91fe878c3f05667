"""Work for several processes: one function and many items in, each result as soon as it is there.

Dask does it: a cluster of this machine, or one that is there already. Nothing of a session is in a task's name, results are
small, and no worker of ours ever writes what it holds in memory to a disk.
"""

import signal
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.errors import AuditError, Source, UsageError

if TYPE_CHECKING:
    from distributed import Client

MOST_WORKERS = 256
DEATHS = 3
"""How many workers may die with a task before the task is given up."""
CONNECT = "15s"

SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.daemon": False,
    "distributed.comm.timeouts.connect": CONNECT,
    "distributed.comm.retry.count": 3,
    "distributed.admin.log-length": 0,
    "distributed.logging.distributed": "error",
}
"""Of a cluster that is made here: nothing is spilled, and a task that kills its workers is given up."""


class LostError(AuditError):
    """Work that several workers were given never came back."""


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


@contextmanager
def local(workers: int) -> Iterator[Cluster]:
    """Processes of this machine, each with one thread. They talk over TLS with keys made for this run, because whoever can reach
    a scheduler can run code as its user."""
    if not 1 <= workers <= MOST_WORKERS:
        raise UsageError(f"--workers is {workers}", fix=f"give a number from 1 to {MOST_WORKERS}")
    stack = ExitStack()
    try:
        with _undisturbed():
            cluster = _started(workers, stack)
        yield cluster
    finally:
        with _undisturbed():
            stack.close()


def _started(workers: int, stack: ExitStack) -> Cluster:
    import dask

    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})  # looked at when the next line loads it
    from distributed import Client, LocalCluster
    from distributed.security import Security

    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="auditor-workers-"))
    stack.enter_context(dask.config.set({**SETTINGS, "temporary-directory": folder}))
    _start_fork_server()
    security = Security.temporary()  # type: ignore[no-untyped-call]
    cluster = stack.enter_context(
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address="127.0.0.1:0",
            silence_logs="ERROR",
        )
    )
    client = stack.enter_context(Client(cluster, security=security))  # type: ignore[no-untyped-call]
    return Cluster(client, client.dashboard_link, may_spill=False)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C is heard when the block is done: Dask, interrupted as it starts or ends, leaves tracebacks and processes behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if heard:
        raise KeyboardInterrupt


def _start_fork_server() -> None:
    """The process that every worker is a copy of. Ctrl-C is blocked in it, and so in them: a terminal sends it to all of its
    processes, and whoever started the workers ends them. Here it is only late: what was pressed meanwhile is heard."""
    from multiprocessing import forkserver, resource_tracker

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
        UsageError: nobody answers there.
    """
    import dask
    from distributed import Client

    with dask.config.set({"distributed.comm.timeouts.connect": CONNECT}):
        try:
            client = Client(address, timeout=CONNECT)  # type: ignore[no-untyped-call]
        except TypeError:  # what Dask says when it has no keys
            what = "talks over TLS, and no keys are configured for it"
            raise UsageError(what, Source(address), "set Dask's distributed.comm.tls; see docs/scale.md") from None
        except (OSError, ValueError, TimeoutError, RuntimeError) as error:
            what = f"no scheduler answers: {type(error).__name__}"
            raise UsageError(what, Source(address), "start one with `dask scheduler`, or leave --scheduler out") from None
        try:
            spills = client.run(_spills)
            yield Cluster(client, client.dashboard_link, may_spill=any(spills.values()))
        finally:
            client.close()  # type: ignore[no-untyped-call]


def _spills() -> bool:
    import dask

    names = ("distributed.worker.memory.target", "distributed.worker.memory.spill")
    return any(dask.config.get(name, True) is not False for name in names)


def each[T, R](cluster: Cluster, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R | Lost]]:
    """The results as they come, each with its item's position. An item whose workers died is tried again on others, then given
    up. When the caller stops asking, what has not begun is cancelled.

    `work` must not raise.
    """
    from distributed import as_completed

    run = uuid.uuid4().hex  # a name that was used before may still have its old result
    futures = cluster.client.map(work, items, key=[f"item-{run}-{number}" for number in range(len(items))], pure=False, retries=1)
    numbers = {future.key: number for number, future in enumerate(futures)}
    try:
        waiting = as_completed(futures)  # type: ignore[no-untyped-call]
        del futures
        for future in waiting:
            yield numbers[future.key], _result(future)
            future.release()
    finally:
        cluster.client.cancel(list(waiting.futures))  # type: ignore[no-untyped-call]


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
        yield Cluster(client, None, may_spill=False)


def _result(future: Any) -> Any:
    from distributed.scheduler import KilledWorker

    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, KilledWorker):
        return Lost(f"{DEATHS} workers died with it")
    return Lost(f"a worker failed: {type(error).__name__}")
