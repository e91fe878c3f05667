"""HTTP requests at a glance: one plain request without a body leaves its host and URL, everything else nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.glance_http import MAX_PATH, read_request
from tests.unit.capture.stores import Stores


def _read(data: bytes, *, url: bool = True) -> list[str]:
    stores = Stores()
    number = read_request(b"\0" + data + bytes(8), 1, len(data), url, stores.store, stores.ends, stores.state)
    assert bool(number) is bool(stores.names)
    return stores.names


def _get(host: bytes = b"A.Example", target: bytes = b"/x?q=1", more: bytes = b"", method: bytes = b"GET") -> bytes:
    return method + b" " + target + b" HTTP/1.1\r\nhost: " + host + b"\r\nAccept: */*\r\n" + more + b"\r\n"


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (_get(), ["a.example", "http://a.example/x"]),
        (_get(method=b"HEAD"), ["a.example", "http://a.example/x"]),
        (_get(b"  a.example.:8080 "), ["a.example", "http://a.example:8080/x"]),
        (_get(target=b"/x?adns=1&dn=dns"), ["a.example", "http://a.example/x"]),
        (_get(target=b"/x#y"), ["a.example", "http://a.example/x"]),
        (_get(target=b"/" + b"y" * 5_000), ["a.example", "http://a.example/" + "y" * (MAX_PATH - 1)]),
    ],
)
def test_a_plain_request(data: bytes, names: list[str]) -> None:
    assert _read(data) == names
    assert _read(data, url=False) == names[:1]


@pytest.mark.parametrize(
    "data",
    [
        _get(method=b"POST"), _get(b"198.51.100.7"), _get(b""), _get(b"a b.example"), _get(target=b"http://a.example/"),
        _get(more=b"Content-Length: 3\r\n") + b"abc", _get(more=b"Transfer-Encoding: chunked\r\n"), _get(more=b"Upgrade: h2c\r\n"),
        _get(more=b"Host: b.example\r\n"), _get(more=b" folded\r\n"), _get(more=b"Bad\nLine: 1\r\n"), _get() + _get(), _get()[:-2],
        _get(target=b"/q?dns=AAAB"), _get(target=b"/q?a=b&dns=AAAB"), _get(more=b"Accept: application/DNS-json\r\n"),
        _get(target=b"/d?dn=a.example"), _get(target=b"/dns-query?name=a"), _get(target=b"/1/resolve?host=a"), b"GET ", b"",
        b"GET / HTTP/1.0\r\n\r\n", _get(more=b"Expect: 100-continue\r\n"), b"GET /\r\n\r\n" + bytes(20),
    ],
)  # fmt: skip
def test_what_is_not_plain_leaves_nothing(data: bytes) -> None:
    assert _read(data) == []


@given(st.integers(0, 60), st.binary(max_size=6), st.integers(0, 90))
@settings(max_examples=120)
def test_any_change_returns(at: int, change: bytes, size: int) -> None:
    wounded = bytearray(_get())
    wounded[at : at + len(change)] = change
    names = _read(bytes(wounded[:size]))
    assert all(len(name) <= 253 for name in names[:1])
