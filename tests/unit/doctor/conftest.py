"""A phone over adb that is not there: a program that answers as one would."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from auditor.doctor.adb import Adb

PROGRAM = """#!{python} -IS
import json, os, sys, time
words = sys.argv[1:]
if words[:1] == ["-s"]:
    words = words[2:]
asked = " ".join(words[1:])
answers = json.load(open(os.path.join(os.path.dirname(__file__), "answers.json")))
if "state" in answers:
    sys.exit("error: " + answers["state"])
if asked.startswith("echo | nc "):  # the one thing that it really does: whether the proxy can be reached from here
    import socket

    host, port = asked.split()[5:7]
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
        print("code 0")
    except OSError:
        print("code 1")
elif asked.startswith("date"):
    print(int(time.time() + answers.get("clock", 0)))
elif asked.startswith("ls "):
    print("code 0" if asked.split()[1] in answers.get("files", []) else "code 1")
elif asked in answers:
    print(answers[asked])
else:
    sys.exit("no such thing: " + asked)
"""

PLAIN = {"getprop ro.product.model": "Pixel 8", "getprop ro.build.version.release": "15"}
type MakePhone = Callable[..., Adb]


@pytest.fixture
def make_phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakePhone:
    """Puts `adb` on the path; its answers by what is asked on the phone."""

    def make(answers: Mapping[str, object] = {}) -> Adb:
        folder = tmp_path / "platform-tools"
        folder.mkdir(exist_ok=True)
        (folder / "answers.json").write_text(json.dumps(PLAIN | dict(answers)))
        (folder / "adb").write_text(PROGRAM.format(python=sys.executable))
        (folder / "adb").chmod(0o700)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return Adb()

    return make
