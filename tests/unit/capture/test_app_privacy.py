"""Lines of an iOS App Privacy Report: hosts with their app and times; what is broken is named by its line."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.app_privacy import MAX_LINE, READER
from auditor.capture.reader import ReadOptions

ACTIVITY = (
    b'{"type":"networkActivity","domain":"Api.Example.com.","bundleID":"com.example.print",'
    b'"firstTimeStamp":"2026-11-22T10:00:00.000+08:00","timeStamp":"2026-11-22T10:05:00.000+08:00","hits":3}\n'
)
ACCESS = (
    b'{"accessor":{"identifier":"com.example.print"},"category":"camera","timeStamp":"2026-11-22T10:00:00Z","type":"access"}\n'
)


def _read(data: bytes, folder: Path) -> tuple[list[dict[Any, Any]], list[str]]:
    path = folder / "report.ndjson"
    path.write_bytes(data)
    reading = READER.read(str(path), ReadOptions())
    return reading.flows.astype(object).to_dict("records"), [f"{entry.where}: {entry.what}" for entry in reading.damage]


def test_an_activity_is_a_flow_with_its_app_and_times(tmp_path: Path) -> None:
    (row,), damage = _read(ACCESS + b"\n" + ACTIVITY, tmp_path)
    assert (row["flow_id"], row["host"], row["host_source"], row["app"]) == (
        "row-0", "api.example.com", "connect", "com.example.print"
    )  # fmt: skip
    assert (str(row["started"]), str(row["ended"])) == ("2026-11-22 02:00:00+00:00", "2026-11-22 02:05:00+00:00")
    assert damage == []


def test_an_address_is_no_host(tmp_path: Path) -> None:
    (row,), _ = _read(ACTIVITY.replace(b"Api.Example.com.", b"198.51.100.7"), tmp_path)
    assert (row["host"], row["server_ip"], row["host_source"]) == (None, "198.51.100.7", "none")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{broken\n", "line 2: is no JSON object"),
        (b"[1]\n", "line 2: is no JSON object"),
        (b"[" * 100_000 + b"\n", "line 2: is no JSON object"),
        (b'{"type":"networkActivity","domain":7}\n', "line 2: a network activity without a domain"),
    ],
)
def test_broken_lines_are_named_and_the_others_read(line: bytes, what: str, tmp_path: Path) -> None:
    rows, damage = _read(ACTIVITY + line + ACTIVITY, tmp_path)
    assert (len(rows), damage) == (2, [what])


@pytest.mark.parametrize(
    ("head", "known"),
    [(ACTIVITY, True), (b"\xef\xbb\xbf" + ACCESS, True), (b'{"log":{}}', False), (b"", False), (b"time,domain\n", False)],
)
def test_it_is_known_by_its_keys(head: bytes, known: bool) -> None:
    assert READER.recognises(head) is known


@given(st.binary(max_size=300) | st.text(max_size=99).map(lambda text: ACTIVITY.replace(b"Api.Example.com.", text.encode())))
@settings(max_examples=25, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        _read(data, Path(folder))
    assert MAX_LINE > 1 << 16
