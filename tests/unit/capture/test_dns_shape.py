"""DNS on other ports: a question or its answer, and nothing that only looks a little like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.dns_shape import is_surely_dns
from tests.unit.capture.wire import dns_message

ASKED, ANSWERED = dns_message("www.a.example"), dns_message("www.a.example", "192.0.2.1", chain=("b.example",))
OPTIONS = b"\0\0\x29\x10\0\0\0\0\0\0\0"


@pytest.mark.parametrize("data", [
    ASKED, ANSWERED, dns_message("_mqtt._tcp.a.example", kind=33), ASKED[:10] + b"\0\1" + ASKED[12:] + OPTIONS, b"\0\7\x81\x83" + ASKED[4:],
], ids=["question", "answer", "service", "with options", "no such name"])  # fmt: skip
def test_questions_and_answers_are(data: bytes) -> None:
    assert is_surely_dns(data)


@pytest.mark.parametrize("data", [
    b"", ASKED[:-1], ASKED + b"more", dns_message("single"), dns_message("a.example", kind=250), dns_message("under way.example"),
    ASKED[:2] + b"\x41" + ASKED[3:], ASKED[:4] + b"\0\2" + ASKED[6:], b"\0\7\x81\x80" + ASKED[4:] + b"rest", ASKED[:-2] + b"\0\3",
], ids=["nothing", "cut", "bytes behind", "one label", "other type", "no name", "reserved flag", "two questions", "no records", "other class"])  # fmt: skip
def test_what_only_looks_like_one_is_none(data: bytes) -> None:
    assert not is_surely_dns(data)


@given(st.binary(max_size=60))
def test_any_bytes_return(data: bytes) -> None:
    is_surely_dns(data)
    is_surely_dns(ASKED[:12] + data)
