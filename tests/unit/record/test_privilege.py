import os
import pwd
import sys
from pathlib import Path

import pytest

from auditor.record.privilege import Caller, become, calling_user

NOBODY = pwd.getpwnam("nobody")


def test_the_user_behind_sudo_is_found() -> None:
    assert calling_user({"SUDO_UID": str(NOBODY.pw_uid)}, 0) == Caller(NOBODY.pw_uid, NOBODY.pw_gid, "nobody")


@pytest.mark.parametrize("text", ["", "0", "-1", "abc", "1e3", "٣", "4294967299", "99999999999999999999", "123456789"])
def test_anything_else_is_nobody_to_become(text: str) -> None:
    assert calling_user({"SUDO_UID": text}, 0) is None


def test_without_root_or_sudo_nothing_changes() -> None:
    assert calling_user({"SUDO_UID": str(NOBODY.pw_uid)}, 1000) is None
    assert calling_user({}, 0) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_is_given_up_for_good() -> None:
    child = os.fork()
    if child == 0:
        become(Caller(NOBODY.pw_uid, NOBODY.pw_gid, "nobody"))
        lost = os.getresuid() == (NOBODY.pw_uid,) * 3 and os.getresgid() == (NOBODY.pw_gid,) * 3
        try:
            os.setuid(0)
        except PermissionError:
            os._exit(0 if lost and 0 not in os.getgroups() else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert Path(sys.executable).exists()
