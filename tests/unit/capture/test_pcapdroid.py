"""PCAPdroid's CSV: a row for each connection with its app; content is not in it, which cleartext rows say."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.pcapdroid import READER
from auditor.capture.reader import ReadOptions

HEAD = "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,Proto,Status,Info,BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen\n"


def _read(rows: str, folder: Path) -> tuple[list[dict[Any, Any]], list[str]]:
    path = folder / "x.csv"
    path.write_text(HEAD + rows)
    reading = READER.read(str(path), ReadOptions())
    return reading.flows.astype(object).where(reading.flows.notna(), None).to_dict("records"), [
        f"{entry.where}: {entry.what}" for entry in reading.damage
    ]


def _row(protocol: str, info: str, number: int = 6, sent: str = "100") -> str:
    times = "1790000000000,1790000001000"
    return f"{number},10.0.0.2,50000,198.51.100.7,443,10123,com.example.print,{protocol},Closed,{info},{sent},900,3,4,{times}\n"


@pytest.mark.parametrize(
    ("row", "application", "host", "source", "visibility"),
    [
        (_row("TLS", "Api.Example.com"), "tls", "api.example.com", "tls_sni", "opaque"),
        (_row("HTTPS", "api.example.com"), "tls", "api.example.com", "tls_sni", "opaque"),
        (_row("QUIC", "q.example.com", 17), "quic", "q.example.com", "quic_sni", "opaque"),
        (_row("HTTP", "h.example.com"), "http", "h.example.com", "http_host", "cleartext"),
        (_row("DNS", "asked.example", 17), "dns", None, "none", "cleartext"),
        (_row("?", "x.example"), "?", "x.example", "dns_answer", "opaque"),
        (_row("TLS", ""), "tls", None, "none", "opaque"),
    ],
)  # fmt: skip
def test_a_connection_is_a_flow(row: str, application: str, host: str, source: str, visibility: str, tmp_path: Path) -> None:
    (found,), damage = _read(row, tmp_path)
    assert (found["application"], found["host"], found["host_source"], found["visibility"]) == (
        application, host, source, visibility
    )  # fmt: skip
    assert (found["app"], found["bytes_up"], found["packets_down"], damage) == ("com.example.print", 100, 4, [])
    assert bool(list(found["unread"])) is (visibility == "cleartext")


def test_the_question_of_a_query_is_a_name_and_no_host(tmp_path: Path) -> None:
    (found,), _ = _read(_row("DNS", "asked.example", 17), tmp_path)
    assert (list(found["names"]), found["transport"]) == (["asked.example"], "udp")


def test_what_is_no_number_is_not_known(tmp_path: Path) -> None:
    (found,), _ = _read(_row("TLS", "a.example", sent="-1"), tmp_path)
    assert found["bytes_up"] is None


def test_a_row_without_an_address_is_damage(tmp_path: Path) -> None:
    rows, damage = _read(_row("TLS", "a.example") + _row("TLS", "b.example").replace("198.51.100.7", "nowhere"), tmp_path)
    assert (len(rows), damage) == (1, ["line 3: its DstIP is no address"])


@pytest.mark.parametrize(("head", "known"), [(HEAD.encode(), True), (b"SrcIP,DstIp\n", False), (b"", False)])
def test_it_is_known_by_its_columns(head: bytes, known: bool) -> None:
    assert READER.recognises(head) is known


@given(st.binary(max_size=300))
def test_any_head_is_answered(head: bytes) -> None:
    assert READER.recognises(head) in (True, False)
