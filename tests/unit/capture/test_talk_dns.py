"""DNS: questions are names of the flow, answers name later flows of the same client; damage is told and handed on."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.naming import ANYONE, Names
from auditor.capture.talk_dns import begins_dns
from tests.unit.capture.datagrams import datagrams
from tests.unit.capture.test_unknown import told
from tests.unit.capture.wire import dns_message, dns_name

QUERY = dns_message("asked.example")
ANSWER = dns_message("asked.example", "198.51.100.9", chain=("cdn.example",))


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


def test_an_answer_is_for_who_asked() -> None:
    names = Names()
    story, messages = datagrams([(0, QUERY), (1, ANSWER)], 53, names)
    assert (story.all_names, story.is_up(0)) == (("asked.example",), True)
    found = names.find("192.168.1.2", "198.51.100.9", 5)
    assert found is not None
    assert (found.name, found.chain) == ("asked.example", ("cdn.example",))
    assert names.find("192.168.1.3", "198.51.100.9", 5) is None
    assert [piece.data for message in messages for piece in message.pieces] == [b"asked.example"] * 2


def test_a_question_is_searched_as_it_was_sent_and_named_in_lower_case() -> None:
    """Base64 in a label knows capitals."""
    story, messages = datagrams([(0, dns_message("SU1FST0x.Asked.example"))], 53)
    assert [piece.data for message in messages for piece in message.pieces] == [b"SU1FST0x.Asked.example"]
    assert story.all_names == ("su1fst0x.asked.example",)


def test_an_answer_alone_says_who_is_the_client() -> None:
    story, _ = datagrams([(0, ANSWER)], 53)
    assert story.is_up(1)


def test_a_multicast_answer_is_for_everyone() -> None:
    names = Names()
    datagrams([(0, dns_message("printer.local", "192.168.1.9"))], 5_353, names)
    assert (ANYONE, "192.168.1.9") in names.pairs


def test_a_device_that_announces_itself_is_named() -> None:
    """RFC 6762 section 8.3: nobody asked. Whose first record it is, and whose addresses."""
    pointer = dns_name("_ipp._tcp.local") + struct.pack(">HHIH", 12, 1, 120, 9) + b"\6Office\xc0\x0c"
    address = dns_name("printer.local") + struct.pack(">HHIH", 1, 0x8001, 120, 4) + bytes([192, 168, 1, 9])
    other = dns_name("txt.local") + struct.pack(">HHIH", 16, 1, 120, 2) + b"\1x"
    data = struct.pack(">HHHHHH", 0, 0x8400, 0, 3, 0, 0) + pointer + address + other
    assert list(datagrams([(0, data)], 5_353)[0].names) == ["_ipp._tcp.local", "printer.local"]
    assert list(datagrams([(0, data)], 53)[0].names) == []


def test_the_hosts_of_a_multicast_answer_are_told() -> None:
    """The owner of an address, the target of a service and its name, each once, as sent, where its first label stands; a
    resolver's are not."""
    address = b"\x0aBRW3C2AF41\x05local\0" + struct.pack(">HHIH", 1, 0x8001, 120, 4) + bytes([192, 168, 1, 9])
    service = dns_name("x._ipp._tcp.local") + struct.pack(">HHIH", 33, 0x8001, 120, 8) + bytes(6) + b"\xc0\x0c"
    data = struct.pack(">HHHHHH", 0, 0x8400, 0, 2, 0, 0) + address + service
    _, messages = datagrams([(0, data)], 5_353)
    pieces = [piece for message in messages for piece in message.pieces]
    assert [(piece.name, piece.data) for piece in pieces] == [("answer", b"BRW3C2AF41.local"), ("answer", b"x._ipp._tcp.local")]
    assert pieces[0].locate(0, 0) == f"packet 1 +{14 + 20 + 8 + 13}"
    assert all(piece.name != "answer" for message in datagrams([(0, data)], 53)[1] for piece in message.pieces)


def test_a_service_that_is_announced_without_its_host_is_told() -> None:
    """By the pointer to it, or by what its text belongs to; once."""
    pointer = dns_name("_ipp._tcp.local") + struct.pack(">HHIH", 12, 1, 120, 15) + b"\x0cMei's 4711\xc3\xa9\xc0\x0c"
    text = dns_name("Mei 815._ipp._tcp.local") + struct.pack(">HHIH", 16, 0x8001, 120, 4) + b"\3a=b"
    data = struct.pack(">HHHHHH", 0, 0x8400, 0, 3, 0, 0) + pointer + text + text
    _, messages = datagrams([(0, data)], 5_353)
    told = [piece.data for message in messages for piece in message.pieces if piece.name == "answer"]
    assert told == ["Mei's 4711é._ipp._tcp.local".encode(), b"Mei 815._ipp._tcp.local"]


@pytest.mark.parametrize(
    ("strings", "told"),
    [
        ((b"txtvers=1", b"sn=V11A0042", b"note=x"), [b"txtvers=1", b"sn=V11A0042", b"note=x"]),
        ((b"v=spf1 +a", b" -all"), [b"v=spf1 +a -all"]),
    ],
)
def test_the_strings_of_a_text_record(strings: tuple[bytes, ...], told: list[bytes]) -> None:
    """Keys with values are told each for itself, so that a value ends where its string does; other strings are one text."""
    text = b"".join(bytes([len(string)]) + string for string in strings)
    record = dns_name("x._ipp._tcp.local") + struct.pack(">HHIH", 16, 0x8001, 120, len(text)) + text
    _, messages = datagrams([(0, struct.pack(">HHHHHH", 0, 0x8400, 0, 1, 0, 0) + record)], 5_353)
    assert [piece.data for message in messages for piece in message.pieces if piece.name == "record"] == told


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_messages_of_a_stream_are_cut_anywhere(size: int) -> None:
    data = _framed(QUERY) + _framed(dns_message("other.example"))
    story, _ = told([(0, data[at : at + size]) for at in range(0, len(data), size)], 53)
    assert (story.application, story.all_names) == ("dns", ("asked.example", "other.example"))


def test_a_hole_in_a_stream_loses_the_borders() -> None:
    story, _ = told([(0, _framed(QUERY)), (0, 20), (0, _framed(dns_message("lost.example")))], 53)
    assert story.all_names == ("asked.example",)
    assert story.all_unread() == ("dns messages: 20 bytes missing from the capture",)


def test_a_damaged_message_is_handed_on() -> None:
    story, messages = datagrams([(0, QUERY), (1, ANSWER[:20])], 53)
    assert story.all_unread() == ("dns message: damaged",)
    assert messages[-1].pieces[0].data == ANSWER[:20]


@pytest.mark.parametrize(
    ("head", "answer"),
    [(_framed(QUERY), True), (_framed(QUERY)[:13], None), (b"\0\x05" + QUERY, False), (_framed(b"\0\7\x78\0\0\1" + QUERY[6:]), False), (b"", None)],
)  # fmt: skip
def test_how_a_stream_begins(head: bytes, answer: bool | None) -> None:
    assert begins_dns(head) is answer


@given(st.integers(0, 80), st.binary(max_size=6), st.integers(0, 90))
@settings(max_examples=150, deadline=None)
def test_any_change_is_told(at: int, change: bytes, size: int) -> None:
    wounded = bytearray(ANSWER)
    wounded[at : at + len(change)] = change
    datagrams([(0, QUERY), (1, bytes(wounded[:size]))], 53)
    told([(0, _framed(bytes(wounded[:size])))], 53)
