"""What a confined process can no longer do. Each check runs in a process of its own, which ends with it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = """
import os, socket, sys
read, write = os.pipe()
held = open(sys.argv[1], "rb")
import json, resource
from auditor.record.confinement import confine
"x".encode("idna")  # imported now: later nobody may read it
taken = confine((write, held.fileno()))
said = {"taken": taken, "uid": os.geteuid(), "content": os.read(held.fileno(), 5).decode(), "nice": os.nice(0)}
def refused(what):
    try:
        what()
    except BaseException as error:
        return type(error).__name__
    return ""
said["write"] = refused(lambda: os.write(os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT), b"x" * 10))
said["fork"] = refused(os.fork)
said["memory"] = refused(lambda: bytearray(3 << 30))
said["connect"] = refused(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), timeout=1))
said["status"] = open("/proc/self/status").read() if os.access("/proc/self/status", os.R_OK) else ""
os.write(write, json.dumps(said).encode())
data = os.read(read, 65536) if False else b""
os._exit(0)
"""


def confined(tmp_path: Path) -> dict[str, object]:
    """What the script says through the one descriptor that it kept; the pipe's other end is inherited through a shell-free spawn."""
    import json
    import socket

    (tmp_path / "held").write_bytes(b"hello world")
    (tmp_path / "open").mkdir()
    os.chmod(tmp_path / "open", 0o777)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        os.chmod(folder, 0o755)
    read, write = os.pipe()
    script = SCRIPT.replace("read, write = os.pipe()", f"write = {write}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-c", script, str(tmp_path / "held"), str(tmp_path / "open" / "new"), str(port)]
        done = subprocess.run(command, pass_fds=(write,), cwd=ROOT, capture_output=True, text=True, timeout=60)
    os.close(write)
    data = os.read(read, 1 << 20)
    os.close(read)
    assert data, done.stderr
    said: dict[str, object] = json.loads(data)
    return said


def test_a_confined_process_reads_what_it_was_given_and_nothing_else(tmp_path: Path) -> None:
    said = confined(tmp_path)
    assert said["content"] == "hello"
    assert said["write"] in ("OSError", "PermissionError")
    assert said["memory"] == "MemoryError"
    assert said["nice"] == 15
    assert {"memory", "files", "capabilities", "privileges"} <= set(said["taken"])  # type: ignore[call-overload]
    if os.geteuid() == 0:
        assert said["uid"] == 65534
        assert said["fork"] == "BlockingIOError"
        assert said["connect"] == "OSError", "the network is another one"
    status = str(said["status"])
    if status:
        assert "CapEff:\t0000000000000000" in status
        assert "NoNewPrivs:\t1" in status
