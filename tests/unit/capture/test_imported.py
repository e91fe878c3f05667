"""Tables of other tools: recognised by content, each row a flow, broken lines named and gone over."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture.imported import nanoseconds
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.vocabulary import Outcome, Surface
from tests.unit.capture.reading_of import read

PCAPDROID = (
    "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,Proto,Status,Info,BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen\n"
    "6,10.215.173.1,40000,198.51.100.7,443,10123,O2Nails,HTTPS,Closed,Api.Example.com,1000,2000,5,6,1790000000123,1790000001123\n"
    "17,10.215.173.1,40001,10.215.173.2,53,10123,O2Nails,DNS,Closed,api.example.com,60,120,1,1,1790000000000,1790000000010\n"
)
TRACKERCONTROL = "time,uid,daddr,uncertain,app,tracker\n2026-11-22T10:00:00Z,10123,tracker.example.com,0,com.o2nails,Some\n"
REPORT = "\n".join(
    json.dumps(entry)
    for entry in (
        {"type": "access", "accessor": {"identifier": "com.o2nails"}, "timeStamp": "2026-11-22T10:00:00.000+08:00"},
        {"type": "networkActivity", "domain": "api.example.com", "bundleID": "com.o2nails", "hits": 3,
         "firstTimeStamp": "2026-11-22T10:00:00.000+08:00", "timeStamp": "2026-11-22T10:05:00.500+08:00"},
    )
)  # fmt: skip
FILES = {"pcapdroid": PCAPDROID, "trackercontrol": TRACKERCONTROL, "app_privacy_report": REPORT}


@pytest.mark.parametrize("name", FILES)
def test_each_is_recognised_by_its_content(name: str) -> None:
    assert [reader.name for reader in READERS if reader.recognises(FILES[name].encode())] == [name]
    assert next(reader for reader in READERS if reader.name == name).surface is Surface.APP


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", '{"log": {}}', "time,host\n1,2\n", "\x00\x01"])
def test_other_text_is_none_of_them(text: str) -> None:
    assert not any(reader.recognises(text.encode()) for reader in READERS)


def test_pcapdroid_rows_keep_app_and_host(tmp_path: Path) -> None:
    dns, tls = read(PCAPDROID.encode(), tmp_path).flows
    assert (tls["flow_id"], tls["app"], tls["host"], tls["host_source"]) == ("row-0", "O2Nails", "api.example.com", "tls_sni")
    assert (tls["server_ip"], tls["server_port"], tls["transport"], tls["bytes_up"]) == ("198.51.100.7", 443, "tcp", 1_000)
    assert (tls["started"].value, tls["visibility"]) == (1_790_000_000_123_000_000, "opaque")
    assert (dns["host"], dns["names"], dns["application"]) == (None, ("api.example.com",), "dns")
    assert dns["unread"] == ("payload: the table does not hold it",)


def test_an_app_privacy_report_names_hosts_of_apps(tmp_path: Path) -> None:
    (flow,) = read(REPORT.encode(), tmp_path).flows
    assert (flow["host"], flow["app"], flow["bytes_up"], flow["visibility"]) == ("api.example.com", "com.o2nails", None, None)
    assert str(flow["started"]).startswith("2026-11-22 02:00:00")
    assert flow["ended"] > flow["started"]


def test_trackercontrol_rows_name_hosts_of_apps(tmp_path: Path) -> None:
    (flow,) = read(TRACKERCONTROL.encode(), tmp_path).flows
    assert (flow["host"], flow["app"]) == ("tracker.example.com", "com.o2nails")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (PCAPDROID + "6,10.0.0.1\n", "line 4"),
        (PCAPDROID + PCAPDROID.splitlines()[1].replace("198.51.100.7", "nowhere") + "\n", "line 4"),
        (REPORT + '\n{"type": "networkAct', "line 3"),
        (REPORT + '\n{"type": "networkActivity", "domain": 7}', "line 3"),
        (TRACKERCONTROL + "2026,1,,0,x,y\n", "line 3"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_kept(text: str, where: str, tmp_path: Path) -> None:
    result = read(text.encode(), tmp_path)
    assert (result.reading.outcome, result.reading.damage[0].where) == (Outcome.DAMAGED, where)
    assert len(result.flows) >= 1


def test_a_table_without_rows_is_empty(tmp_path: Path) -> None:
    assert read(PCAPDROID.splitlines()[0].encode(), tmp_path).reading.outcome is Outcome.EMPTY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1790000000", 1_790_000_000 * 10**9),
        ("1790000000.5", 1_790_000_000 * 10**9 + 500_000_000),
        ("1790000000123", 1_790_000_000_123 * 10**6),
        ("2026-09-21T13:33:20Z", 1_789_997_600 * 10**9),
        ("yesterday", None),
        ("9" * 18, None),
        ("9" * 5_000, None),
        ("²", None),
        ("", None),
    ],
)
def test_times_are_read_in_every_form(text: str, expected: int | None) -> None:
    assert nanoseconds(text) == expected


@given(name=st.sampled_from(sorted(FILES)), at=st.integers(0, 400), change=st.binary(max_size=8))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_change_returns_or_raises_a_capture_error(name: str, at: int, change: bytes, tmp_path: Path) -> None:
    data = bytearray(FILES[name].encode())
    data[at : at + len(change)] = change
    path = tmp_path / "x"
    path.write_bytes(bytes(data))
    reader = next(reader for reader in READERS if reader.name == name)
    try:
        reader.read(str(path), ReadOptions())
    except CaptureError as error:
        assert error.source is not None
