"""DNS at a glance: plain messages leave their names and addresses in the stores, everything else leaves nothing at all."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.dns import read_dns
from auditor.capture.glance_dns import read_message
from tests.unit.capture.stores import Stores
from tests.unit.capture.wire import dns_message

QUERY = dns_message("API.Example.com")
ANSWER = dns_message("api.example.com", "198.51.100.7", chain=("a.cdn.example", "b.cdn.example"), ttl=120)


def _read(data: bytes, stores: Stores | None = None) -> tuple[int, Stores]:
    stores = stores or Stores()
    padded = b"\xff" * 3 + data + b"\xff" * 3
    number = read_message(padded, 3, len(data), 1, 2, 77, stores.store, stores.ends, stores.answers, stores.state)
    return number, stores


def test_a_question_is_a_name_in_lower_case() -> None:
    number, stores = _read(QUERY)
    assert (stores.name(number), stores.state[c.ANSWERS]) == ("api.example.com", 0)


def test_an_answer_stands_behind_its_chain() -> None:
    number, stores = _read(ANSWER)
    row = [stores.answers[0, cell] for cell in range(c.ANSWER_CELLS)]
    assert stores.names == ["api.example.com", "a.cdn.example", "b.cdn.example"]
    assert row == [1, 2, 0, 0xFFFF << 32 | 0xC6336407, 77, 120, number, number + 1, 2]


def test_an_ipv6_answer_is_two_halves() -> None:
    _, stores = _read(dns_message("six.example", "2001:db8::1"))
    assert (stores.answers[0, c.N_HI], stores.answers[0, c.N_LO]) == (0x20010DB8 << 32, 1)


NOT_PLAIN = {
    "two questions": QUERY[:4] + b"\0\2" + QUERY[6:],
    "another opcode": QUERY[:2] + b"\x28\0" + QUERY[4:],
    "no name": dns_message(""),
    "odd letters": dns_message("a b.example"),
    "cut": ANSWER[:-1],
    "a pointer to itself": QUERY[:12] + b"\xc0\x0c\0\1\0\1",
    "a pointer forward": QUERY[:12] + b"\xc0\xff\0\1\0\1",
    "a long label": QUERY[:12] + b"\x40" + bytes(70),
    "a negative lifetime": ANSWER[:-10] + struct.pack(">I", 1 << 31) + ANSWER[-6:],
    "an answer for another name": ANSWER.replace(b"\1b\3cdn", b"\1c\3cdn", 1),
    "too short": QUERY[:16],
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_leaves_nothing(name: str) -> None:
    number, stores = _read(NOT_PLAIN[name])
    assert (number, stores.state[c.NAMES], stores.state[c.STORED], stores.state[c.ANSWERS]) == (0, 0, 0, 0)


def test_names_before_it_stay() -> None:
    _, stores = _read(QUERY)
    assert _read(NOT_PLAIN["cut"], stores)[0] == 0
    assert stores.names == ["api.example.com"]


@given(st.integers(0, len(ANSWER)), st.binary(max_size=6), st.integers(0, 120))
@settings(max_examples=120)
def test_it_never_says_what_the_closer_look_does_not(at: int, change: bytes, size: int) -> None:
    wounded = bytearray(ANSWER)
    wounded[at : at + len(change)] = change
    data = bytes(wounded[:size])
    number, stores = _read(data)
    message = read_dns(data)
    if number:
        assert message is not None
        assert [question.name for question in message.questions] == [stores.name(number)]
