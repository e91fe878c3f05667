"""TLS hellos at a glance: they say what the closer look says, wait for the rest, or leave it to the closer look."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import glance_tls as g
from auditor.capture import tls
from tests.unit.capture.stores import cells
from tests.unit.capture.wire import alpn, client_hello, extension, handshake, records, server_hello, server_name

HELLO = records(client_hello("Api.example.com"))


def _read(data: bytes, *, server: bool = False) -> tuple[int, dict[str, object]]:
    hello = cells(g.HELLO_CELLS)
    answer = g.read_hello(data, 0, len(data), server, hello)
    name, size, protocol, protocol_size, ech, version = (hello[cell] for cell in range(g.HELLO_CELLS))
    said = {"name": data[name : name + size], "alpn": data[protocol : protocol + protocol_size], "ech": ech, "version": version}
    return answer, said if answer == g.DONE else {}


def test_a_client_hello() -> None:
    assert _read(HELLO) == (g.DONE, {"name": b"Api.example.com", "alpn": b"h2", "ech": 0, "version": 0x0303})
    assert _read(HELLO + HELLO)[0] == g.DONE


@pytest.mark.parametrize(("version", "protocol"), [(0x0304, None), (0x0303, "h2")])
def test_a_server_hello(version: int, protocol: str | None) -> None:
    answer, said = _read(records(server_hello(version=version, protocol=protocol)), server=True)
    assert (answer, said["version"], said["alpn"]) == (g.DONE, version, (protocol or "").encode())


def test_an_encrypted_client_hello_is_marked() -> None:
    assert _read(records(client_hello(more=extension(0xFE0D, bytes(9)))))[1]["ech"] == 1


def test_grease_is_no_protocol() -> None:
    listed = struct.pack(">H", 6) + b"\x02\x8a\x8a\x02h2"
    data = records(client_hello(None, protocols=(), more=extension(16, listed)))
    assert _read(data)[1]["alpn"] == b"h2"


@pytest.mark.parametrize("size", [9, 50, len(HELLO) - 1])
def test_the_beginning_of_a_hello_waits_for_the_rest(size: int) -> None:
    assert _read(HELLO[:size]) == (g.INCOMPLETE, {})


FAILED = {
    "no handshake": b"\x17" + HELLO[1:],
    "version 2": b"\x16\x02" + HELLO[2:],
    "too little": HELLO[:8],
    "several records": records(client_hello(), size=100),
    "the other side's": records(server_hello()),
    "two server names": records(client_hello(more=server_name("b.example"))),
    "an empty name": records(client_hello(None, more=extension(0, b"\0\3\0\0\0"))),
    "a name list that lies": records(client_hello(None, more=extension(0, b"\0\x09\0\0\3abc"))),
    "two protocol lists": records(client_hello(more=alpn("h2"))),
    "a protocol that is no text": records(client_hello(protocols=(), more=extension(16, b"\0\3\2\xff\xfe"))),
    "an extension beyond the end": records(client_hello(more=struct.pack(">HH", 99, 50))),
    "cut before its extensions": records(handshake(1, client_hello()[4:30])),
}


@pytest.mark.parametrize("name", FAILED)
def test_what_is_not_plain_is_left(name: str) -> None:
    assert _read(FAILED[name]) == (g.FAILED, {})


@given(st.integers(0, len(HELLO)), st.binary(max_size=6), st.integers(0, 200), st.booleans())
@settings(max_examples=120)
def test_it_never_says_what_the_closer_look_does_not(at: int, change: bytes, size: int, server: bool) -> None:
    wounded = bytearray(HELLO)
    wounded[at : at + len(change)] = change
    data = bytes(wounded[:size])
    answer, said = _read(data, server=server)
    if answer == g.DONE and not server:
        hello = tls.read_client_hello(data[9 : 9 + int.from_bytes(data[6:9], "big")])
        assert hello is not None
        assert (hello.server_name or b"", hello.encrypted) == (said["name"], bool(said["ech"]))
