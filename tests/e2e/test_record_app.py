"""`record app` with real clients against the lab's servers: all that was sent is in the flow file, the journal or the ledger."""

import contextlib
import hashlib
import json
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from mitmproxy.exceptions import FlowReadException
from mitmproxy.flow import Flow
from mitmproxy.io import FlowReader

from auditor.capture.mitm_spill import read_stream
from auditor.errors import ExitCode, UsageError
from auditor.record.app import record_app
from auditor.record.phases import mark_phase
from auditor.record.recording import RecordResult, StopReason
from auditor.record.session import record_session
from auditor.session.files import read_session
from auditor.session.journal import read_journal
from tests.lab import mqtt
from tests.lab.bodies import json_body
from tests.lab.phone import Phone
from tests.lab.recording import Recording, World, insights, plan_for, recording
from tests.lab.truth import plant
from tests.lab.world import routes

SECONDS = 30.0
BUSY_SECONDS = 120.0
"""For what ends as soon as enough has passed, however slowly."""
INSIDE = "https://stats.jpush.cn/v3/report"


def test_flow_file_journal_and_ledger_agree(world: World, tmp_path: Path) -> None:
    session = tmp_path / "today"
    with recording(world, session) as made:
        (session / ".phase").write_text("register")
        time.sleep(0.3)
        for number in range(3):
            made.phone.post(INSIDE, json_body({"n": number, "imei": plant("phone-imei")}))
        made.phone.close()
        result = made.end()
    assert (result.exit, result.packets, result.unit) == (ExitCode.PASS, 3, "flows"), result
    again = record_app(str(session), plan_for(world), stop=made.stop)
    assert (again.files, again.packets) == ((), 0)
    flows = made.flows()
    assert [flow.comment.split(":")[0] for flow in flows] == ["jiguang undeclared register"] * 3
    told = {str(record["flow_id"]): record for record in made.journal("flow") if record["state"] == "ended"}
    assert [record["flow_id"] for record in made.journal("flow") if record["state"] == "begun"] == list(told)
    assert set(told) == {flow.id for flow in flows}
    assert {record["recipient"] for record in told.values()} == {"jiguang"}
    assert insights(made) == {"stats.jpush.cn": "inspected"}
    assert sum(int(str(record["requests"])) for record in made.journal("connection")) == 3
    facts = read_journal((session / "journal.ndjson").read_bytes())
    assert (facts.damage, facts.unfinished, facts.hook_errors) == ((), (), ())
    assert facts.recorders[0].file_sha256 == hashlib.sha256((session / "app.mitm").read_bytes()).hexdigest()


def test_everything_written_is_for_its_owner_only_and_listed(world: World, tmp_path: Path) -> None:
    session = tmp_path / "today"
    with recording(world, session) as made:
        made.phone.get(INSIDE)
        made.end()
    assert made.journal("ended")[0]["reason"] == "user"
    for path in (session, *session.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
    assert 'path = "app.mitm"\nsurface = "app"' in (session / "session.toml").read_text()


def quiet_handshake(made: Recording) -> None:
    """A client that checks its pin after the handshake, as OkHttp does."""
    made.phone.tls_tunnel("stats.jpush.cn", 443).close()


def refuse(made: Recording) -> None:
    """A client that trusts only the server's own authority."""
    with pytest.raises(ssl.SSLError):
        made.phone.tls_tunnel("stats.jpush.cn", 443, pinned=True)


def leave(made: Recording) -> None:
    """A client that asks for a tunnel and goes."""
    made.phone.tunnel("stats.jpush.cn", 443).close()


def private_protocol(made: Recording) -> None:
    """A private protocol that begins like words."""
    with made.phone.tls_tunnel("stats.jpush.cn", 443) as secure:
        secure.sendall(b"abc foo bar baz 12345\r\n")
        time.sleep(0.5)


@pytest.mark.parametrize(
    ("act", "host", "insight"),
    [
        (refuse, "stats.jpush.cn", "refused"),
        (quiet_handshake, "stats.jpush.cn", "suspected_pinning"),
        (leave, "stats.jpush.cn", "unfinished"),
        (private_protocol, "stats.jpush.cn", "inspected"),
    ],
)
def test_each_blind_kind_is_in_the_ledger(
    world: World, tmp_path: Path, act: Callable[[Recording], None], host: str, insight: str
) -> None:
    with recording(world, tmp_path / "today") as made:
        act(made)
        time.sleep(0.3)
        result = made.end()
    assert insights(made) == {host: insight}
    assert result.exit is ExitCode.PASS, result


def test_a_host_that_is_passed_through_is_in_the_ledger(world: World, tmp_path: Path) -> None:
    with recording(world, tmp_path / "today", "ignore_hosts=stats[.]jpush[.]cn") as made:
        with made.phone.tls_tunnel("stats.jpush.cn", 443, pinned=True):
            pass
        time.sleep(0.3)
        made.end()
    assert insights(made) == {"stats.jpush.cn": "passed_through"}


def test_the_bytes_of_a_private_protocol_inside_tls_are_recorded(world: World, tmp_path: Path) -> None:
    with recording(world, tmp_path / "today") as made:
        private_protocol(made)
        made.end()
    (flow,) = made.flows()
    assert flow.type == "tcp"
    assert flow.messages[0].content == b"abc foo bar baz 12345\r\n"  # type: ignore[attr-defined]
    assert flow.comment.startswith("jiguang ")


def test_a_stream_that_is_open_at_the_end_is_recorded(world: World, tmp_path: Path) -> None:
    host, _, port = next(place for place in routes() if place.endswith(":1883")).rpartition(":")
    with recording(world, tmp_path / "today") as made, made.phone.tunnel(host, int(port)) as opened:
        opened.sendall(mqtt.connect("printer-1", "user", "word"))
        time.sleep(0.5)
        made.end()
    _, record = made.journal("flow")
    assert (record["type"], record["still_open"]) == ("tcp", True)
    assert [flow.id for flow in made.flows()] == [record["flow_id"]]
    (connection,) = made.journal("connection")
    assert (connection["insight"], connection["still_open"]) == ("inspected", True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("nosuch=1",), "nosuch"),
        (("audit_surface=phone",), "unknown surface"),
        (("ignore_hosts=(",), "unterminated subpattern"),
        (("listen_port=abc",), "listen_port"),
    ],
)
def test_a_wrong_option_ends_the_start(world: World, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        record_app(str(tmp_path / "today"), plan_for(world, *options), stop=threading.Event())
    assert not (tmp_path / "today" / "app.mitm").exists()


def test_a_port_that_is_taken_ends_the_start(world: World, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            record_app(str(tmp_path / "today"), plan_for(world, port=port), stop=threading.Event())
    assert not (tmp_path / "today" / "app.mitm").exists()


def fill(phone: Phone) -> None:
    """Posts until the proxy is gone."""
    with contextlib.suppress(httpx.HTTPError):
        for _ in range(100):
            phone.post(INSIDE, json_body({"text": "x" * 60_000}))


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk needs root to be mounted")
def test_a_full_disk_ends_it_with_3_and_a_readable_file(world: World, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=True)
    try:
        with recording(world, small / "today") as made:
            threading.Thread(target=fill, args=(made.phone,), daemon=True).start()
            made.thread.join(SECONDS)
            result = made.result
        assert result is not None
        assert (result.exit, result.stopped) == (ExitCode.INCONCLUSIVE, StopReason.DISK_FULL)
        assert "cannot be written; the disk may be full" in result.detail
        with (small / "today" / "app.mitm").open("rb") as file:
            flows = list[Flow]()
            with contextlib.suppress(FlowReadException):
                flows.extend(FlowReader(file).stream())
        assert len(flows) > 5
        facts = read_journal((small / "today" / "journal.ndjson").read_bytes())
        assert facts.damage == ()
        whole = (small / "today" / "journal.ndjson").read_bytes().split(b"\n")[:-1]
        ended = [record["reason"] for record in map(json.loads, whole) if record["kind"] == "ended"]
        assert ended == ["failed"] or facts.unfinished
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def pour(made: Recording) -> None:
    """Sends bytes on a raw stream until the proxy is gone; on a busy machine a tunnel may break before, and another follows."""
    host, _, port = next(place for place in routes() if place.endswith(":1883")).rpartition(":")
    while made.thread.is_alive():
        with contextlib.suppress(OSError, ValueError), made.phone.tunnel(host, int(port)) as link:
            while True:
                link.sendall(mqtt.publish("a/b", b"x" * 60_000))


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk needs root to be mounted")
def test_a_stream_that_fills_the_disk_ends_it_with_3_and_what_was_written_is_read(world: World, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=True)
    try:
        with recording(world, small / "today") as made:
            threading.Thread(target=pour, args=(made,), daemon=True).start()
            made.thread.join(BUSY_SECONDS)
            result = made.result
        assert result is not None
        assert (result.exit, result.stopped) == (ExitCode.INCONCLUSIVE, StopReason.DISK_FULL), result
        # Stream, journal and flow file fill the disk together; whichever meets the end first is named.
        assert "cannot be written" in result.detail
        stream = max((small / "today" / "streams").iterdir(), key=lambda path: path.stat().st_size)
        assert stream.stat().st_size > 500_000
        assert read_stream(stream).problem == ""
        assert read_journal((small / "today" / "journal.ndjson").read_bytes()).damage == ()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="taking packets needs root")
def test_phone_and_printer_are_recorded_into_one_session(world: World, tmp_path: Path) -> None:
    session, stop, ports = tmp_path / "today", threading.Event(), list[int]()

    def app(ends: threading.Event) -> RecordResult:
        return record_app(str(session), plan_for(world), stop=ends, ready=lambda found: act(found[0]))

    def act(address: str) -> None:
        ports.append(int(address.rpartition(":")[2]))
        mark_phase(session, "print")
        threading.Thread(target=post, args=(ports[0],)).start()

    def post(port: int) -> None:
        time.sleep(0.5)
        context = ssl.create_default_context(cafile=str(world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem"))
        httpx.post(INSIDE, proxy=f"http://127.0.0.1:{port}", verify=context, json={"a": 1})
        time.sleep(0.5)
        stop.set()

    result = record_session(app, "lo", str(session), stop=stop)
    assert (result.exit, result.app.packets) == (ExitCode.PASS, 1), result
    assert result.printer.packets > 10
    assert sorted(Path(path).name for path in result.files) == ["app.mitm", "printer.pcapng"]
    facts = read_journal((session / "journal.ndjson").read_bytes())
    assert (facts.damage, facts.unfinished) == ((), ())
    said = read_session((session / "session.toml").read_text(), "session.toml")
    assert {capture.path for capture in said.captures} == {"app.mitm", "printer.pcapng"}
    assert [phase.id for phase in said.phases] == ["print"]
    marked = {record["recorder"].split("-")[0] for record in journal(session) if record.get("phase") == "print"}
    assert marked == {"app", "printer"}


def journal(session: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (session / "journal.ndjson").read_bytes().splitlines()]
