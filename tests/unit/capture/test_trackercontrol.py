"""TrackerControl's export: a row for each contact; what has no host is named by its line."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.reader import ReadOptions
from auditor.capture.trackercontrol import READER

TABLE = "Time,App,Package,Host,Daddr,Dport,Tracker\n1790000000000,Print,com.example.print,ads.example.net,198.51.100.9,443,Ads\n"


def _read(text: str, folder: Path) -> tuple[list[dict[Any, Any]], list[str]]:
    path = folder / "x.csv"
    path.write_text(text)
    reading = READER.read(str(path), ReadOptions())
    return reading.flows.astype(object).to_dict("records"), [entry.where for entry in reading.damage]


def test_a_contact_is_a_flow_named_by_dns(tmp_path: Path) -> None:
    (row,), damage = _read(TABLE, tmp_path)
    shown = {name: row[name] for name in ("host", "host_source", "server_ip", "server_port", "app")}
    assert shown == {
        "host": "ads.example.net", "host_source": "dns_answer", "server_ip": "198.51.100.9", "server_port": 443,
        "app": "com.example.print",
    }  # fmt: skip
    assert (row["started"], damage) == (row["ended"], [])


def test_an_address_in_place_of_a_host_is_no_name(tmp_path: Path) -> None:
    (row,), _ = _read(TABLE.replace("ads.example.net", "2001:db8::1"), tmp_path)
    assert (row["host"], row["host_source"], row["server_ip"]) == (None, "none", "2001:db8::1")


def test_a_row_without_a_host_is_damage_with_its_line(tmp_path: Path) -> None:
    rows, damage = _read(TABLE + "1790000000000,Print,com.example.print,,,,\n", tmp_path)
    assert (len(rows), damage) == (1, ["line 3"])


@pytest.mark.parametrize(
    ("head", "known"),
    [(TABLE.encode(), True), (b"Time,App,Host\n", False), (b"Host,Tracker\n", False), (b"", False), (b"\xff\xfe", False)],
)
def test_it_is_known_by_its_columns(head: bytes, known: bool) -> None:
    assert READER.recognises(head) is known


@given(st.binary(max_size=300))
def test_any_head_is_answered(head: bytes) -> None:
    assert READER.recognises(head) in (True, False)
