"""What a process gives up for good before it looks at what strangers sent: rights, the network, files, memory, children (Linux).

Whoever finds a hole in a dissector then owns a process that can compute, and write to one pipe. Every step that a system lacks
is left out, and the names of those that were taken come back, for the journal.
"""

import ctypes
import os
import resource
from collections.abc import Callable
from contextlib import suppress
from struct import pack

NOBODY = 65534
MEMORY = 1 << 30
"""Bytes of address space beyond what the process has already."""
NICE = 15

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_SET_DUMPABLE, _NO_NEW_PRIVILEGES = 4, 38
_CAPABILITY_VERSION = 0x20080522


def confine(keep: tuple[int, ...]) -> tuple[str, ...]:
    """Gives everything up but the file descriptors `keep`; the words for what was given up."""
    _close_all_but(keep)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("priority", _lower_priority),
        ("memory", _limit_memory),
        ("network", _leave_network),
        ("user", _become_nobody),
        ("capabilities", _drop_capabilities),
        ("privileges", lambda: _control(_NO_NEW_PRIVILEGES, 1)),
        ("dumps", lambda: _control(_SET_DUMPABLE, 0)),
        ("files", lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))),
        ("descriptors", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))),
        ("processes", lambda: resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))),
        ("cores", lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))),
    )
    taken = []
    for name, step in steps:
        with suppress(OSError, AttributeError, ValueError):
            step()
            taken.append(name)
    return tuple(taken)


def _close_all_but(keep: tuple[int, ...]) -> None:
    """Standard streams become /dev/null; everything else that is open and not kept is closed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        if stream not in keep:
            os.dup2(nothing, stream)
    last = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    start = 3
    for descriptor in (*sorted(number for number in keep if number > 2), min(last, 1 << 20)):
        os.closerange(start, descriptor)
        start = descriptor + 1


def _lower_priority() -> None:
    os.nice(NICE - os.getpriority(os.PRIO_PROCESS, 0))


def _leave_network() -> None:
    """A network namespace without any interface; an unprivileged user needs a user namespace for that."""
    _call("unshare", _NEW_NET if os.geteuid() == 0 else _NEW_NET | _NEW_USER)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _drop_capabilities() -> None:
    """capset(2) with three empty sets, in both halves of version 3."""
    header, data = ctypes.create_string_buffer(pack("=Ii", _CAPABILITY_VERSION, 0)), ctypes.create_string_buffer(24)
    _call("capset", header, data)


def _limit_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _control(option: int, value: int) -> None:
    _call("prctl", option, value, 0, 0, 0)


def _call(name: str, *arguments: object) -> None:
    """A function of the C library.

    Raises:
        OSError: it refuses.
    """
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
