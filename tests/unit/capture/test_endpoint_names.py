"""Addresses and names in the one form in which they are published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.endpoint_names import address, distinct, host_name, url_host

ADDRESSES = (
    ("203.0.113.5", "203.0.113.5"),
    ("2001:DB8:0:0:0:0:0:5", "2001:db8::5"),
    ("2001:db8:0:1:0:0:0:5", "2001:db8:0:1::5"),
    ("[2001:db8::5]", "2001:db8::5"),
    ("fe80::1%wlan0", "fe80::1"),
    ("::ffff:203.0.113.5", "203.0.113.5"),
    ("::FFFF:CB00:7105", "203.0.113.5"),
    ("::", "::"),
    ("::1", "::1"),
    ("", None),
    ("a.example", None),
    ("203.0.113", None),
    ("203.0.113.256", None),
    ("203.0.113.005", None),
    ("203.0.113.5:443", None),
    ("[2001:db8::5]:443", None),
    ("3405803781", None),
    (b"203.0.113.5", None),
    (3405803781, None),
    (None, None),
)


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_an_address_is_as_in_rfc_5952_or_none(text: object, expected: str | None) -> None:
    assert address(text) == expected


NAMES = (
    ("A.Example", "a.example"),
    ("a.example.", "a.example"),
    ("a.example:443", "a.example"),
    ("a.example.:443", "a.example"),
    ("a.example:", "a.example"),
    (" a.example ", "a.example"),
    (b"a.example", "a.example"),
    (b"a\xff.example", "a\\xff.example"),
    ("b\u00fccher.example", "b\u00fccher.example"),
    ("a_b.example", "a_b.example"),
    ("localhost", "localhost"),
    ("203.0.113.5", None),
    ("203.0.113.5:80", None),
    ("2001:db8::5", None),
    ("[2001:db8::5]:443", None),
    ("[", None),
    ("", None),
    (".", None),
    (":443", None),
    (None, None),
)


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_a_name_is_lower_case_without_port_and_dot_or_none(text: str | bytes | None, expected: str | None) -> None:
    assert host_name(text) == expected


@given(st.text() | st.binary())
def test_any_text_is_a_name_or_none_and_stays_what_it_became(text: str | bytes) -> None:
    name = host_name(text)
    assert name is None or (name and address(name) is None)


@given(st.ip_addresses())
def test_every_address_is_recognised_and_is_no_name(parsed: object) -> None:
    shown = address(str(parsed))
    assert shown is not None
    assert address(shown) == shown
    assert host_name(str(parsed)) is None


def test_distinct_keeps_the_order_and_drops_what_is_absent() -> None:
    assert distinct(("b", None, "a", "b", "")) == ("b", "a")


@pytest.mark.parametrize(
    ("authority", "shown"),
    [
        ("A.Example", "a.example"),
        ("a.example.", "a.example"),
        ("a.example.:8080", "a.example:8080"),
        ("a.example:80", "a.example:80"),
        ("[2001:db8::1]:80", "[2001:db8::1]:80"),
        ("", ""),
    ],
)
def test_the_host_of_a_url(authority: str, shown: str) -> None:
    """As the column `host`: lower case, without the root's dot; the port stays."""
    assert url_host(authority) == shown
