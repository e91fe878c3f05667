"""Root in, the user who called sudo out: after the socket is open, nothing more needs root."""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind sudo."""

    uid: int
    gid: int
    name: str


def calling_user(environment: Mapping[str, str], uid: int) -> Caller | None:
    """Who called sudo. None when this is not root, or root called it."""
    if uid != 0:
        return None
    text = environment.get("SUDO_UID", "")
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        return None
    try:
        entry = pwd.getpwuid(int(text))
    except (KeyError, OverflowError):
        return None
    return Caller(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)


def become(caller: Caller) -> None:
    """Gives root up for good. Open sockets stay open.

    Raises:
        OSError: the kernel refuses; nothing was given up then, or only in part, and the process must end.
    """
    os.initgroups(caller.name, caller.gid)
    os.setresgid(caller.gid, caller.gid, caller.gid)
    os.setresuid(caller.uid, caller.uid, caller.uid)
