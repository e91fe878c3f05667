import gzip
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mitmproxy.io import FlowReader, FlowWriter
from mitmproxy.test import tflow

from auditor.errors import AuditError, DamagedError, UsageError
from auditor.evidence.cut import Wanted, cut
from auditor.model.tables import FLOWS
from tests.unit.capture.wire import CLIENT, SERVER, Wire


def wanted(flow_id: str) -> Wanted:
    return Wanted(
        flow_id=flow_id,
        transport="tcp",
        client_ip="192.0.2.1",
        client_port=50_000,
        server_ip="203.0.113.9",
        server_port=443,
        started=None,
        ended=None,
    )


@pytest.fixture
def flows(tmp_path: Path) -> tuple[Path, list[str]]:
    """A mitmproxy file with three flows, and their ids."""
    buffer = io.BytesIO()
    made = [tflow.tflow(resp=True), tflow.ttcpflow(), tflow.tflow(resp=True)]
    for flow in made:
        FlowWriter(buffer).add(flow)  # type: ignore[no-untyped-call]
    path = tmp_path / "app.mitm"
    path.write_bytes(buffer.getvalue())
    return path, [flow.id for flow in made]


def test_a_mitmproxy_flow_is_cut_out_byte_for_byte_and_mitmproxy_reads_it(flows: tuple[Path, list[str]]) -> None:
    path, ids = flows
    made = cut(str(path), "mitmproxy", wanted(ids[1]))
    assert (made.suffix, made.kept) == (".mitm", 1)
    assert made.data in path.read_bytes()
    assert [flow.id for flow in FlowReader(io.BytesIO(made.data)).stream()] == [ids[1]]


def test_a_compressed_capture_is_cut_like_a_plain_one(flows: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, ids = flows
    packed = tmp_path / "app.mitm.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert cut(str(packed), "mitmproxy", wanted(ids[2])) == cut(str(path), "mitmproxy", wanted(ids[2]))


def test_a_second_flow_of_one_id_is_cut_out_with_the_first(flows: tuple[Path, list[str]]) -> None:
    path, ids = flows
    path.write_bytes(path.read_bytes() * 2)
    assert cut(str(path), "mitmproxy", wanted(f"{ids[0]}~2")).kept == 2


def test_a_flow_before_a_damage_is_still_found_and_one_behind_it_is_not(flows: tuple[Path, list[str]]) -> None:
    path, ids = flows
    path.write_bytes(path.read_bytes()[:-10])
    assert cut(str(path), "mitmproxy", wanted(ids[0])).kept == 1
    with pytest.raises(DamagedError, match="before the damage"):
        cut(str(path), "mitmproxy", wanted(ids[2]))


def har(path: Path, *urls: str) -> Path:
    entries = [{"request": {"url": url}} for url in urls]
    path.write_text(json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}}))
    return path


def test_an_entry_of_a_har_file_is_cut_out(tmp_path: Path) -> None:
    made = cut(str(har(tmp_path / "site.har", "https://a.example/", "https://b.example/")), "har", wanted("1"))
    document = json.loads(made.data)
    assert [entry["request"]["url"] for entry in document["log"]["entries"]] == ["https://b.example/"]
    assert document["log"]["creator"] == {"name": "x"}


@pytest.mark.parametrize("flow_id", ["2", "-1"])
def test_a_flow_that_is_not_in_the_file_is_a_usage_error(tmp_path: Path, flow_id: str) -> None:
    with pytest.raises(UsageError, match="is not in the file"):
        cut(str(har(tmp_path / "site.har", "https://a.example/")), "har", wanted(flow_id))


def test_a_format_without_flows_to_cut_is_a_usage_error_that_lists_the_others(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pcapdroid") as caught:
        cut(str(tmp_path / "x.csv"), "pcapdroid_csv", wanted("row-1"))
    assert "pcapng" in str(caught.value)


def test_a_missing_file_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(AuditError):
        cut(str(tmp_path / "none.mitm"), "mitmproxy", wanted("x"))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=120), st.sampled_from(("mitmproxy", "har", "pcap", "pcapng")))
def test_any_bytes_give_a_cut_or_an_audit_error(tmp_path: Path, data: bytes, form: str) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    try:
        assert cut(str(path), form, wanted("1")).kept
    except AuditError:
        return


def test_a_flow_is_taken_from_the_flows_table() -> None:
    row = {
        "capture": "p.pcap",
        "flow_id": "tcp-1",
        "transport": "tcp",
        "client_ip": "192.0.2.1",
        "server_ip": "203.0.113.9",
        "started": 5,
    }
    found = Wanted.find(FLOWS.frame([row | {"flow_id": "tcp-0"}, row]), "p.pcap#tcp-1")
    assert (found.flow_id, found.client_port, found.started, found.ended) == ("tcp-1", None, 5, None)
    with pytest.raises(UsageError, match="tcp-9"):
        Wanted.find(FLOWS.frame([row]), "p.pcap#tcp-9")


def test_tshark_opens_the_packets_that_were_cut_out(tmp_path: Path) -> None:
    """It sees the conversation, and nothing else."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not there")
    wire = Wire()
    for number in range(3):
        wire.connect(port=80, sport=50_000 + number).open().up(b"GET /%d HTTP/1.1\r\nHost: a.example\r\n\r\n" % number).close()
    (tmp_path / "all.pcap").write_bytes(wire.pcap())
    row = Wanted(
        flow_id="tcp-1",
        transport="tcp",
        client_ip=CLIENT,
        client_port=50_001,
        server_ip=SERVER,
        server_port=80,
        started=None,
        ended=None,
    )
    (tmp_path / "cut.pcapng").write_bytes(cut(str(tmp_path / "all.pcap"), "pcap", row).data)
    words = ["tshark", "-r", str(tmp_path / "cut.pcapng"), "-T", "fields", "-e", "tcp.stream", "-e", "http.request.uri"]
    seen = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert set(seen) == {"0", "/1"}


def test_of_the_journal_its_records_of_the_connection_are_cut_out(tmp_path: Path) -> None:
    """A connection that nobody could look into has no packets; what merely holds the same words is left behind."""
    told = [
        {"kind": "connection", "client": "192.0.2.1:50000", "insight": "refused"},
        {"kind": "connection", "client": "192.0.2.1:50001", "insight": "refused"},
        {"kind": "note", "text": '"connection" 192.0.2.1:50000', "client": "192.0.2.1:50000"},
    ]
    path = tmp_path / "journal.ndjson"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in told) + '{"kind":"connection"', encoding="utf-8")
    made = cut(str(path), "journal", wanted("connection-0"))
    assert (made.suffix, made.kept) == (".ndjson", 1)
    assert json.loads(made.data) == told[0]
