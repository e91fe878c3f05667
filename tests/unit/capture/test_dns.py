"""DNS messages: names, chains and answers; loops and lies end."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.dns import read_dns, read_name
from tests.unit.capture.wire import dns_message, dns_name


def test_reads_a_question_with_its_place() -> None:
    message = read_dns(dns_message("API.Example.com"))
    assert message is not None and not message.is_response
    (question,) = message.questions
    assert (question.name, question.type, question.at) == ("api.example.com", 1, 13)


def test_follows_the_chain_of_canonical_names_to_the_address() -> None:
    message = read_dns(dns_message("a.example", "198.51.100.7", chain=("b.example", "c.example"), ttl=30))
    assert message is not None and message.is_response
    assert message.chain("a.example") == ("b.example", "c.example")
    assert [(answer.value, answer.ttl) for answer in message.addresses("c.example")] == [("198.51.100.7", 30)]


def test_a_chain_that_loops_ends() -> None:
    message = read_dns(dns_message("a.example", "198.51.100.7", chain=("b.example", "a.example", "b.example")))
    assert message is not None
    assert message.chain("a.example") == ("b.example", "a.example")


def test_reads_ipv6_answers_as_rfc_5952() -> None:
    message = read_dns(dns_message("a.example", "2001:db8:0:0:0:0:0:1"))
    assert message is not None
    assert [answer.value for answer in message.addresses("a.example")] == ["2001:db8::1"]


def test_compression_pointers_lead_back_only() -> None:
    data = b"\0" * 12 + dns_name("example.com") + b"\x03api\xc0\x0c"
    assert read_name(data, 25) == ("api.example.com", 31)
    assert read_name(b"\0" * 12 + b"\xc0\x0c", 12) == (None, -1)
    assert read_name(b"\0" * 12 + b"\xc0\x0e\xc0\x0c", 14) == (None, -1)


def test_a_chain_of_pointers_is_bounded() -> None:
    data = dns_name("a") + b"".join(struct.pack(">H", 0xC000 | (0 if not n else 3 + 2 * (n - 1))) for n in range(3_000))
    assert read_name(data, 3 + 2 * 2_900)[0] is None


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 11, b"\0" * 12, b"\xff" * 40, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", dns_message("a.example")[:-3]],
    ids=["nothing", "short", "no counts", "ones", "http", "cut question"],
)
def test_what_is_no_dns_message_gives_none(data: bytes) -> None:
    assert read_dns(data) is None


def test_records_before_a_damaged_one_count() -> None:
    whole = dns_message("a.example", "198.51.100.7", chain=("b.example",))
    message = read_dns(whole[:-2])
    assert message is not None
    assert [answer.value for answer in message.answers] == ["b.example"]


def test_counts_that_lie_cost_nothing() -> None:
    data = bytearray(dns_message("a.example", "198.51.100.7"))
    data[6:12] = b"\xff" * 6
    message = read_dns(bytes(data))
    assert message is not None and len(message.answers) == 1


def test_names_that_cannot_be_printed_are_escaped() -> None:
    message = read_dns(dns_message("a").replace(b"\x01a", b"\x02\x07\xff"))
    assert message is not None and message.questions[0].name.isprintable()


@given(st.binary(max_size=300))
def test_any_bytes_return(data: bytes) -> None:
    read_dns(data)


@given(st.integers(0, 60), st.binary(max_size=8))
def test_any_change_of_a_real_message_returns(at: int, change: bytes) -> None:
    data = bytearray(dns_message("a.example", "198.51.100.7", chain=("b.example",)))
    data[at : at + len(change)] = change
    message = read_dns(bytes(data))
    if message is not None:
        for question in message.questions:
            message.chain(question.name)
