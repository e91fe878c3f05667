"""Resolvers behind HTTP: binary DNS, JSON and HTTPDNS name later flows of the same client, in whatever HTTP they come."""

import base64
import json
from pathlib import Path

import pytest
from hpack import Encoder
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.resolving import Asked, Resolver
from auditor.capture.story import Story
from auditor.capture.talk_http2 import PREFACE
from auditor.model.content import Place
from auditor.model.vocabulary import Part
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import Wire, dns_message

NAME, ADDRESS = "printed.example.com", "203.0.113.77"
QUESTION, ANSWER = dns_message(NAME), dns_message(NAME, ADDRESS, chain=("cdn.example.net",))
ENCODED = base64.urlsafe_b64encode(QUESTION).rstrip(b"=")
RECORDS = [
    {"name": NAME + ".", "type": 5, "TTL": 60, "data": "cdn.example.net."},
    {"name": "cdn.example.net.", "type": 1, "TTL": 30, "data": ADDRESS},
    {"name": "cdn.example.net.", "type": 16, "TTL": 30, "data": "203.0.113.99"},
]
JSON = json.dumps({"Status": 0, "Question": [{"name": NAME + ".", "type": 1}], "Answer": RECORDS}).encode()


def _get(target: bytes, accept: bytes = b"*/*") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: dns.example\r\nAccept: " + accept + b"\r\n\r\n"


def _answer(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


MESSAGE, AS_JSON = b"application/dns-message", b"application/dns-json"
POST = b"POST /dns-query HTTP/1.1\r\nHost: dns.example\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n" % (
    MESSAGE,
    len(QUESTION),
)
EXCHANGES: dict[str, tuple[bytes, bytes, str]] = {
    "GET": (_get(b"/dns-query?dns=" + ENCODED, MESSAGE), _answer(MESSAGE, ANSWER), "dns_answer"),
    "GET on another path": (_get(b"/q?ct=&dns=" + ENCODED), _answer(b"Application/DNS-Message; x=y", ANSWER), "dns_answer"),
    "POST": (POST + QUESTION, _answer(MESSAGE, ANSWER), "dns_answer"),
    "JSON of Google": (_get(b"/resolve?name=" + NAME.encode() + b"&type=A"), _answer(b"application/json", JSON), "httpdns"),
    "JSON of Cloudflare": (_get(b"/dns-query?name=" + NAME.encode(), AS_JSON), _answer(AS_JSON, JSON), "httpdns"),
    "JSON on another path": (_get(b"/x?type=A&name=" + NAME.encode(), AS_JSON), _answer(AS_JSON, JSON), "httpdns"),
    "JSON of Aliyun, short": (
        _get(b"/resolve?short=1&name=" + NAME.encode()), _answer(b"application/json", b'["%b"]' % ADDRESS.encode()), "httpdns"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXCHANGES)
def test_an_answer_in_http_names_a_later_flow(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its chain, in both looks; the resolver's flow keeps its own host and lists the question."""
    asked, answered, source = EXCHANGES[name]
    wire = Wire()
    wire.connect(port=80).open().up(asked).down(answered)
    wire.connect(ADDRESS, 9_100, sport=50_001).open().up(b"\x1b%-12345X")
    resolver, printer = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (resolver["host"], resolver["names"]) == ("dns.example", ("dns.example", NAME))
    assert (printer["host"], printer["host_source"]) == (NAME, source)
    assert printer["cnames"] == (() if "short" in name else ("cdn.example.net",))


def _frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    """RFC 9113 section 4.1."""
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body


def _h2(wire: Wire, request: list[tuple[str, str]], response: list[tuple[str, str]], body: bytes, sent: bytes = b"") -> None:
    connection = wire.connect(port=8_080).open()
    up = PREFACE + _frame(4, 0, 0, b"") + _frame(1, 4 if sent else 5, 1, Encoder().encode(request))
    connection.up(up + (_frame(0, 1, 1, sent) if sent else b""))
    connection.down(_frame(4, 0, 0, b"") + _frame(1, 4, 1, Encoder().encode(response)) + _frame(0, 1, 1, body))


@pytest.mark.parametrize("kind", ["get", "post", "json"])
def test_the_same_in_http2(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    head = [(":method", "GET"), (":authority", "dns.example"), (":scheme", "http")]
    binary = [(":status", "200"), ("content-type", "application/dns-message")]
    if kind == "get":
        _h2(wire, [*head, (":path", f"/dns-query?dns={ENCODED.decode()}")], binary, ANSWER)
    elif kind == "post":
        _h2(wire, [*head, (":path", "/q"), ("content-type", "application/dns-message")], binary, ANSWER, QUESTION)
    else:
        _h2(wire, [*head, (":path", f"/resolve?name={NAME}")], [(":status", "200")], JSON)
    wire.connect(ADDRESS, 9_100, sport=50_001).open().up(b"\x1b%-12345X")
    resolver, printer = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (resolver["host"], resolver["names"]) == ("dns.example", ("dns.example", NAME))
    assert printer["host"] == NAME


def test_the_answer_is_another_client_s_who_was_not_told(tmp_path: Path) -> None:
    wire = Wire()
    asked, answered, _ = EXCHANGES["GET"]
    wire.connect(port=80).open().up(asked).down(answered)
    wire.connect(ADDRESS, 9_100, sport=50_001, client="192.168.50.99").open().up(b"\x1b%-12345X")
    assert read(wire.pcap(), tmp_path).flow("tcp-1")["host"] is None


def test_questions_are_shown_at_their_place(tmp_path: Path) -> None:
    """Of a POST to the byte, of a GET at the parameter; a body that only says it is a DNS message stays a body."""
    for name in ("GET", "POST"):
        wire = Wire()
        wire.connect(port=80).open().up(EXCHANGES[name][0])
        result = read(wire.pcap(), tmp_path)
        (piece,) = (piece for message in result.messages for piece in message.pieces if piece.part is Part.DNS)
        (place,) = piece.places[:1]
        whole = wire.frames[place.packet - 1][1]
        assert piece.data == NAME.encode()
        expected = ENCODED if name == "GET" else b"printed\7example\3com"
        assert whole[place.offset :].startswith(expected)
        assert not result.pieces(Part.BODY)
    wire = Wire()
    wire.connect(port=80).open().up(POST + b"x" * len(QUESTION))
    assert [data for _, data in read(wire.pcap(), tmp_path).pieces(Part.BODY)] == [b"x" * len(QUESTION)]


@given(st.binary(max_size=80), st.binary(max_size=80), st.sampled_from([b"", MESSAGE, AS_JSON]), st.sampled_from([b"", b"gzip"]))
def test_any_bytes_return(target: bytes, body: bytes, kind: bytes, coding: bytes) -> None:
    story = Story(
        flow_id="tcp-0", client=0, addresses=("192.168.1.2", "198.51.100.7"), ports=(50_000, 80), emit=None,
        resolve=lambda client: None,
    )  # fmt: skip
    resolver = Resolver(story, Names())
    asked = resolver.asked(Placed(b"/dns-query?dns=" + target, (Place(0, 1, 54),)), kind)
    resolver.asked(Placed(b"/resolve?name=a.example&x=" + target), kind)
    assert resolver.body(kind, coding, Placed(body)) or not body or kind == MESSAGE
    resolver.answered("192.168.1.2", asked, kind, coding, body, 1)
    resolver.answered("192.168.1.2", Asked(("a.example",)), kind, coding, body, 1)
