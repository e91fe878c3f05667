"""Several sessions at once: reuse of what did not change, workers, a cluster, a bucket, and workers that die."""

import contextlib
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditor.fleet.storage import at_hand
from tests.e2e.cluster_keys import environment
from tests.e2e.command_line import ROOT, CommandLine, auditor, run, start
from tests.e2e.small_session import small_session

__all__ = ["auditor"]

AS_OF = ("--as-of", "2026-11-22")
FEW = (*AS_OF, "--format", "json", "--format", "parquet")


def lab(folder: Path, count: int) -> Path:
    """A folder of sessions, each with its own name and one digest key, so that their documents can be compared."""
    for number in range(count):
        session = small_session(folder / f"s{number}")
        text = (session / "session.toml").read_text().replace('name = "small"', f'name = "s{number}"')
        (session / "session.toml").write_text(text)
        (session / "session.key").write_bytes(bytes([number + 1]) * 32)
    return folder


def documents(out: Path) -> dict[str, str]:
    """The digest of every audit.json of a folder of reports."""
    found = (path for path in sorted(out.glob("*/audit.json")) if not path.parent.name.startswith("."))
    return {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


# What did not change --------------------------------------------------------------------------------------------------------


def test_an_unchanged_session_is_not_audited_again(auditor: CommandLine, tmp_path: Path) -> None:
    session, out = small_session(tmp_path / "small"), tmp_path / "out"
    first = auditor("audit", session, "--out", out, *AS_OF)
    before = (out / "small" / "audit.json").stat().st_mtime_ns
    again = auditor("audit", session, "--out", out, *AS_OF)
    assert (again.code, again.out) == (first.code, first.out)
    assert "nothing changed" in again.err
    assert (out / "small" / "audit.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["app.har", "subjects.toml", "session.toml"])
def test_a_changed_file_is_audited_again(auditor: CommandLine, tmp_path: Path, name: str) -> None:
    session, out = small_session(tmp_path / "small"), tmp_path / "out"
    auditor("audit", session, "--out", out, *AS_OF)
    changed = next(session.glob(name), None) or next(path for path in session.iterdir() if path.suffix == ".har")
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert "nothing changed" not in auditor("audit", session, "--out", out, *AS_OF).err


def test_a_report_that_somebody_changed_is_written_again(auditor: CommandLine, tmp_path: Path) -> None:
    session, out = small_session(tmp_path / "small"), tmp_path / "out"
    auditor("audit", session, "--out", out, *AS_OF)
    whole = (out / "small" / "summary.md").read_bytes()
    (out / "small" / "summary.md").write_bytes(b"all is well")
    assert "nothing changed" not in auditor("audit", session, "--out", out, *AS_OF).err
    assert (out / "small" / "summary.md").read_bytes() == whole


def test_another_judgement_does_not_read_the_captures_again(
    auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And gives the bytes that a first run would give."""
    from auditor import pipeline

    session, out = small_session(tmp_path / "small"), tmp_path / "out"
    (session / "session.key").write_bytes(b"k" * 32)
    auditor("audit", session, "--out", out, *AS_OF)
    reads = []
    monkeypatch.setattr(pipeline, "observe", lambda *_: reads.append(1))
    judged = auditor("audit", session, "--out", out, "--as-of", "2027-01-01", "--fail-on", "critical")
    monkeypatch.undo()
    assert reads == []
    fresh = auditor("audit", session, "--out", tmp_path / "fresh", "--as-of", "2027-01-01", "--fail-on", "critical")
    assert judged.code == fresh.code
    for path in (tmp_path / "fresh" / "small").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (out / "small" / path.relative_to(tmp_path / "fresh" / "small")).read_bytes(), path


def test_a_day_that_changes_nothing_needs_no_work_and_one_that_ends_a_waiver_does(
    auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.cli import audit

    session, out = small_session(tmp_path / "small"), tmp_path / "out"
    (session / "waivers.toml").write_text(
        'schema = 1\n[[waiver]]\nrule = "CLAIM-CONTRADICTED"\nparty = "x"\nidentifier = "*"\nsurface = "app"\n'
        'reason = "r"\nowner = "Qiu"\nexpires = "2026-12-31"\n'
    )
    said = []
    for day in ("2026-11-22", "2026-11-23", "2026-12-31", "2027-01-01"):
        monkeypatch.setattr(audit, "as_of_date", lambda _, day=day: day)
        said.append("nothing changed" in auditor("audit", session, "--out", out).err)
    assert said == [False, True, False, False]


def test_what_is_remembered_holds_no_planted_value(auditor: CommandLine, tmp_path: Path) -> None:
    from auditor.reuse import state

    session = small_session(tmp_path / "small")
    auditor("audit", session, "--out", tmp_path / "out", *AS_OF)
    kept = b"".join(path.read_bytes() for path in state.place(str(tmp_path / "out"), "small").rglob("*") if path.is_file())
    assert kept
    import tomllib

    for value in tomllib.loads((session / "subjects.toml").read_text())["identifier"]:
        assert value["value"].encode() not in kept


# Several sessions -----------------------------------------------------------------------------------------------------------


def test_a_folder_of_sessions_gets_a_report_each_and_one_over_all(auditor: CommandLine, tmp_path: Path) -> None:
    done = auditor("audit", lab(tmp_path / "lab", 2), "--out", tmp_path / "out", *AS_OF)
    assert sorted(documents(tmp_path / "out")) == ["s0", "s1"]
    assert (tmp_path / "out" / "fleet" / "fleet.html").is_file()
    assert done.last.startswith("exit 1 (fail): 2 sessions: 2 fail")
    assert [line.split()[0] for line in done.out.splitlines()] == ["FAIL", "FAIL"]


def test_a_damaged_session_is_named_and_the_rest_is_finished(auditor: CommandLine, tmp_path: Path) -> None:
    folder = lab(tmp_path / "lab", 3)
    (folder / "s1" / "session.toml").write_text('schema = 1\n[session]\nname = "s1"\nnonsense = 1\n')
    done = auditor("audit", folder, "--out", tmp_path / "out", *AS_OF)
    assert done.code == 2
    assert any("s1/session.toml" in line for line in done.errors)
    assert sorted(documents(tmp_path / "out")) == ["s0", "s2"]
    page = (tmp_path / "out" / "fleet" / "fleet.html").read_text()
    assert f"{folder}/s1" in page
    assert "Not audited, or not read" in page


@pytest.mark.parametrize("names", [("s0", "s0"), ("fleet", "s1")])
def test_sessions_whose_reports_would_share_a_folder_are_refused_and_the_rest_is_finished(
    auditor: CommandLine, tmp_path: Path, names: tuple[str, str]
) -> None:
    folder = lab(tmp_path / "lab", 3)
    for number, name in enumerate(names):
        path = folder / f"s{number}" / "session.toml"
        path.write_text(path.read_text().replace(f'name = "s{number}"', f'name = "{name}"'))
    done = auditor("audit", folder, "--out", tmp_path / "out", *FEW, "--workers", "1")
    assert done.code == 2
    assert list(documents(tmp_path / "out")) == ["s1", "s2"] if "fleet" in names else ["s2"]
    if names == ("s0", "s0"):
        assert f"{folder}/s0 and {folder}/s1" in done.err
        assert len(done.errors) == 2


def test_a_session_that_is_named_twice_is_one(auditor: CommandLine, tmp_path: Path) -> None:
    folder = lab(tmp_path / "lab", 1) / "s0"
    done = auditor("audit", folder, f"{folder}/", folder / ".." / "s0", "--out", tmp_path / "out", *FEW)
    assert (done.code, list(documents(tmp_path / "out"))) == (1, ["s0"])


@pytest.mark.parametrize("sessions", [1, 2])
@pytest.mark.parametrize("count", ["0", "-1", "100000", "two"])
def test_a_number_of_workers_that_is_none(auditor: CommandLine, tmp_path: Path, count: str, sessions: int) -> None:
    done = auditor("audit", lab(tmp_path / "lab", sessions), "--out", tmp_path / "out", "--workers", count)
    assert done.code == 2


def test_a_scheduler_that_is_not_there_is_named(auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.fleet import workers

    monkeypatch.setattr(workers, "CONNECT", "1s")
    done = auditor("audit", lab(tmp_path / "lab", 2), "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert (done.code, "tcp://127.0.0.1:9" in done.err) == (2, True)


def test_the_fleet_of_reports(auditor: CommandLine, tmp_path: Path) -> None:
    auditor("audit", lab(tmp_path / "lab", 2), "--out", tmp_path / "out", *AS_OF)
    shutil.rmtree(tmp_path / "out" / "fleet")
    done = auditor("fleet", tmp_path / "out", "-o", tmp_path / "fleet", "--since", "2020-01-01")
    assert done.code == 0
    assert done.out.splitlines()[0] == "2 sessions: 2 fail"
    assert sorted(path.name for path in (tmp_path / "fleet").iterdir()) == ["fleet.html", "fleet.xlsx", "tables"]
    (tmp_path / "out" / "s1" / "tables" / "flows.parquet").write_bytes(b"junk")
    damaged = auditor("fleet", tmp_path / "out", "-o", tmp_path / "fleet")
    assert (damaged.code, damaged.out.splitlines()[0], len(damaged.errors)) == (2, "1 session: 1 fail", 1)
    (tmp_path / "out" / "s1" / "audit.json").write_text("{")
    assert auditor("fleet", tmp_path / "out", "-o", tmp_path / "fleet").code == 2
    assert auditor("fleet", tmp_path / "nowhere").code == 2
    assert auditor("fleet", tmp_path / "out", "--since", "soon").code == 2


@pytest.mark.timeout(400)
def test_two_workers_give_the_same_documents(tmp_path: Path) -> None:
    folder = lab(tmp_path / "lab", 2)
    home = {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    for count in ("1", "2"):
        done = run("audit", folder, "--out", tmp_path / count, "--workers", count, *FEW, env=home)
        assert done.code == 1, done.err
    assert documents(tmp_path / "1") == documents(tmp_path / "2")
    assert len(documents(tmp_path / "1")) == 2


@pytest.mark.timeout(400)
def test_captures_of_large_sessions_are_tasks_of_their_own(
    auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One session alone, and two at once: the documents are those of one process, damage and absence too."""
    from auditor.cli import many_audits

    folder = lab(tmp_path / "lab", 2)
    (folder / "s1" / "site.har").unlink()
    with (folder / "s0" / "printer.pcap").open("ab") as file:
        file.write(b"torn")
    alone = auditor("audit", folder, "--out", tmp_path / "alone", "--workers", "1", *FEW)
    monkeypatch.setattr(many_audits, "SMALL_BYTES", 0)
    both = auditor("audit", folder, "--out", tmp_path / "both", "--workers", "2", *FEW)
    single = auditor("audit", folder / "s0", "--out", tmp_path / "single", "--workers", "2", *FEW)
    assert documents(tmp_path / "both") == documents(tmp_path / "alone")
    assert documents(tmp_path / "single") == {"s0": documents(tmp_path / "alone")["s0"]}
    assert (alone.code, both.code, single.code) == (2, 2, 2)
    assert both.out == alone.out.replace("alone", "both")
    assert sorted(both.errors) == sorted(alone.errors)


def test_an_interrupted_run_keeps_what_is_finished(tmp_path: Path) -> None:
    folder = lab(tmp_path / "lab", 30)
    process = start("audit", folder, "--out", tmp_path / "out", "--workers", "1", *FEW, env={"HOME": str(tmp_path)})
    limit = time.monotonic() + 60
    while time.monotonic() < limit and not documents(tmp_path / "out"):
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert 0 < len(documents(tmp_path / "out")) < 30
    for name in documents(tmp_path / "out"):
        json.loads((tmp_path / "out" / name / "audit.json").read_bytes())


@pytest.mark.timeout(200)
@pytest.mark.parametrize("moment", ["auditor-workers-*", "out/*/audit.json"], ids=["while workers start", "while they audit"])
def test_ctrl_c_on_a_terminal_ends_all_workers_without_a_word_of_theirs(tmp_path: Path, moment: str) -> None:
    """A terminal sends it to every process of the run at once."""
    folder = lab(tmp_path / "lab", 30)
    words = [sys.executable, "-m", "auditor", "audit", str(folder), "--out", str(tmp_path / "out"), "--workers", "2", *FEW]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(words[0], words, {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)})
    said: list[bytes] = []
    reader = threading.Thread(target=_read_to_end, args=(terminal, said))
    reader.start()
    limit = time.monotonic() + 90
    while time.monotonic() < limit and not list(tmp_path.glob(moment)):
        time.sleep(0.05)
    assert reader.is_alive(), b"".join(said)
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    reader.join(60)  # which ends when no process holds the terminal any more
    text = b"".join(said).decode()
    assert (os.waitstatus_to_exitcode(status), reader.is_alive()) == (130, False), text
    shown = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("^C", ""))
    lines = [line for line in shown if line.strip() and not line.startswith("dashboard:") and " sessions, about" not in line]
    assert lines[0].startswith("interrupted: "), text
    assert lines[1:] == ["exit 130 (interrupted): interrupted"]
    assert len(documents(tmp_path / "out")) < 30
    assert not list(tmp_path.glob("auditor-workers-*"))


def _read_to_end(terminal: int, said: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # what Linux says of a terminal that nobody writes to any more
        while data := os.read(terminal, 65536):
            said.append(data)
    os.close(terminal)


def test_a_session_that_its_storage_refuses_is_named_and_the_rest_is_finished(
    auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions and reports in `memory://`."""
    from fsspec.implementations.memory import MemoryFileSystem

    from auditor.fleet import storage

    system = MemoryFileSystem()
    system.put(f"{lab(tmp_path / 'lab', 2)}/", "/night/", recursive=True)
    given = MemoryFileSystem.cat_file

    def refused(asked: MemoryFileSystem, path: str, *rest: object, **options: object) -> object:
        if "/s1/" in path:
            raise PermissionError(path)
        return given(asked, path, *rest, **options)

    monkeypatch.setattr(MemoryFileSystem, "cat_file", refused)
    fetched = MemoryFileSystem.get_file
    monkeypatch.setattr(MemoryFileSystem, "get_file", lambda *asked: refused(*asked[:2]) and fetched(*asked))
    monkeypatch.setattr(storage, "FIRST_PAUSE", 0.0)
    done = auditor("audit", "memory://night", "--out", "memory://out", "--workers", "1", *FEW)
    assert done.code == 2
    (error,) = done.errors
    assert error.startswith("error: memory://night/s1/")
    assert "access is denied" in error
    assert system.isfile("/out/s0/audit.json")


def test_what_is_wrong_with_a_session_in_a_storage_is_said_of_its_address(auditor: CommandLine, tmp_path: Path) -> None:
    """Not of the copy that nobody will find; also when it is said again of a report that stands."""
    from fsspec.implementations.memory import MemoryFileSystem

    folder = lab(tmp_path / "lab", 1)
    (folder / "s0" / "printer.pcap").write_bytes((folder / "s0" / "printer.pcap").read_bytes()[:-9])
    MemoryFileSystem().put(f"{folder}/", "/bad/", recursive=True)
    for _ in range(2):
        done = auditor("audit", "memory://bad/s0", "--out", tmp_path / "out", "--workers", "1", *FEW)
        assert [line.rsplit(": ", 2)[0] for line in done.errors] == ["error: memory://bad/s0/printer.pcap"]
    assert "nothing changed" in done.err


# A cluster and a bucket -----------------------------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        assert process.poll() is None
        with socket.socket() as found:
            found.settimeout(1)
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nobody listens")


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """moto's S3 server; the environment that finds it."""
    pytest.importorskip("moto")
    pytest.importorskip("s3fs")
    port = _free_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "HOME": str(tmp_path),
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, server)
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem().mkdir("lab")
        yield "s3://lab"
    finally:
        server.terminate()
        server.wait(30)


WORKER = ("--nthreads", "1", "--no-nanny", "--no-dashboard")


@contextmanager
def running(
    folder: Path, protocol: str, count: int, env: Mapping[str, str]
) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler and workers, as an operator starts them: its address, and the workers."""
    port = _free_port()
    address = f"{protocol}://127.0.0.1:{port}"
    whole = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(folder / "dask"), **env}
    (folder / "dask").mkdir()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": whole, "cwd": folder / "dask"}
    dask = [sys.executable, "-m", "dask"]
    options = ["--protocol", protocol, "--host", f"{protocol}://127.0.0.1", "--port", str(port), "--no-dashboard"]
    scheduler = subprocess.Popen([*dask, "scheduler", *options], **quiet)  # type: ignore[call-overload]
    workers = []
    try:
        _wait(port, scheduler)
        worker = [*dask, "worker", address, *WORKER]
        workers = [subprocess.Popen(worker, **quiet) for _ in range(count)]  # type: ignore[call-overload]
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait(30)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Three workers."""
    with running(tmp_path, "tcp", 3, {}) as found:
        yield found


@pytest.mark.timeout(400)
def test_a_cluster_that_talks_over_tls_takes_only_who_has_a_key_and_only_workers_of_this_tool(tmp_path: Path) -> None:
    """They find what is named by a relative path."""
    keys = environment(tmp_path)
    with (lab(tmp_path / "lab", 2) / "s1" / "printer.pcap").open("ab") as file:
        file.write(b"torn")
    with running(tmp_path, "tls", 1, keys) as (address, _):
        argv = ("audit", "lab", "--scheduler", address, *FEW)
        stranger = run(*argv, "--out", "out", cwd=tmp_path)
        assert (stranger.code, documents(tmp_path / "out")) == (2, {})
        assert address in stranger.err
        known = run(*argv, "--out", "out", cwd=tmp_path, env=keys)
        assert (known.code, known.out.count("(out/s")) == (2, 2), known.err
        assert any(line.startswith("error: lab/s1/printer.pcap: ") for line in known.errors)
        assert list(documents(tmp_path / "out")) == ["s0", "s1"]
        with other_worker(tmp_path, address, keys):
            refused = run(*argv, "--out", "again", cwd=tmp_path, env=keys)
        assert (refused.code, refused.err.count("has another catalog (")) == (2, 1), refused.err


@contextmanager
def other_worker(folder: Path, address: str, env: Mapping[str, str]) -> Iterator[None]:
    """A worker of the cluster whose catalog says something else, as long as it is wanted."""
    import auditor as package

    shutil.copytree(Path(package.__file__).parent, folder / "other" / "auditor", ignore=shutil.ignore_patterns("__pycache__"))
    with next((folder / "other" / "auditor" / "catalog" / "destinations").glob("*.toml")).open("a") as file:
        file.write("# another word\n")
    words = [sys.executable, "-m", "dask", "worker", address, *WORKER]
    whole = {**os.environ, **env, "PYTHONPATH": str(folder / "other"), "DASK_TEMPORARY_DIRECTORY": str(folder / "dask")}
    process = subprocess.Popen(words, env=whole, cwd=folder / "dask", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if b"Registered to" in line:
                break
        yield
    finally:
        process.kill()
        process.wait(30)
        process.stderr.close()


@pytest.mark.timeout(400)
def test_a_cluster_audits_a_folder_and_a_bucket_though_a_worker_is_killed(
    bucket: str, cluster: tuple[str, list["subprocess.Popen[bytes]"]], tmp_path: Path
) -> None:
    """The documents equal those of a single run."""
    import s3fs

    address, workers = cluster
    here, there = lab(tmp_path / "here", 2), lab(tmp_path / "there", 5)
    for number in range(2):
        shutil.rmtree(there / f"s{number}")
    s3fs.S3FileSystem().put(f"{there}/", "lab/night/", recursive=True)
    alone = run("audit", here, there, "--out", tmp_path / "alone", "--workers", "1", *FEW)
    assert alone.code == 1, alone.err

    process = start("audit", here, f"{bucket}/night", "--out", tmp_path / "out", "--scheduler", address, *FEW)
    limit = time.monotonic() + 90
    while time.monotonic() < limit and not documents(tmp_path / "out"):
        time.sleep(0.05)
    workers[0].kill()
    _, err = process.communicate(timeout=200)
    assert process.returncode == 1, err
    assert documents(tmp_path / "out") == documents(tmp_path / "alone")
    assert len(documents(tmp_path / "out")) == 5


def test_reports_go_to_a_bucket(bucket: str, tmp_path: Path) -> None:
    import s3fs

    system = s3fs.S3FileSystem()
    folder = lab(tmp_path / "lab", 2)
    here = run("audit", folder, "--out", tmp_path / "out", *FEW)
    there = run("audit", folder, "--out", f"{bucket}/reports", *FEW)
    assert (here.code, there.code) == (1, 1), there.err
    for name in ("s0", "s1"):
        assert system.cat(f"lab/reports/{name}/audit.json") == (tmp_path / "out" / name / "audit.json").read_bytes()
    assert system.exists("lab/reports/fleet/fleet.html")
    assert system.find("lab/reports/fleet/data/flows")
    system.pipe("lab/one/a.har", b"1")
    for names in (["a.har"], ["a.har", "b.har"]):  # a worker that lives for days sees what was added meanwhile
        with at_hand(f"{bucket}/one") as found:
            assert sorted(path.name for path in Path(found).iterdir()) == names
        s3fs.S3FileSystem(skip_instance_cache=True).pipe("lab/one/b.har", b"2")
    over = run("fleet", f"{bucket}/reports", "-o", tmp_path / "fleet")
    assert (over.code, over.out.splitlines()[0]) == (0, "2 sessions: 2 fail"), over.err
