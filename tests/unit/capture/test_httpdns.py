"""HTTPDNS: what is asked and answered, in the forms of Aliyun and Tencent; other requests are none."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.httpdns import NamedAddress, asked_names, is_encrypted, read_answer


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (b"/100000/d?host=Api.Example.com", ("api.example.com",)),
        (b"/100000/sign_d?host=a.example&t=1&s=2", ("a.example",)),
        (b"/100000/resolve?host=a.example,b.example", ("a.example", "b.example")),
        (b"/d?dn=a.example.&id=7", ("a.example",)),
        (b"/resolve?name=a.example&type=1", ("a.example",)),
        (b"/d", ()),
        (b"/index?host=a.example", ()),
        (b"/d?host=localhost", ()),
        (b"/d?host=192.0.2.1", ()),
    ],
)
def test_reads_what_is_asked(target: bytes, names: tuple[str, ...]) -> None:
    assert asked_names(target) == names


@pytest.mark.parametrize(
    "body",
    [
        b'{"ips":["192.0.2.1"],"host":"a.example","ttl":60}',
        b'{"dns":[{"host":"a.example","ips":["192.0.2.1"],"ttl":60}]}',
        b'{"data":[{"host":"a.example","ips":["192.0.2.1"],"ttl":60}]}',
        b'{"Answer":[{"name":"a.example.","type":1,"TTL":60,"data":"192.0.2.1"}]}',
        b"192.0.2.1,60",
        b"a.example.:192.0.2.1,60",
        b"A.example:192.0.2.1,60",
    ],
)
def test_reads_every_form_of_answer(body: bytes) -> None:
    assert read_answer(("a.example",), body) == (NamedAddress("a.example", "192.0.2.1", 60),)


def test_ipv6_and_several_addresses() -> None:
    body = b'{"host":"a.example","ips":["192.0.2.1"],"ipsv6":["2001:DB8::1"]}'
    assert [answer.address for answer in read_answer(("a.example",), body)] == ["192.0.2.1", "2001:db8::1"]
    assert [answer.address for answer in read_answer(("a.example",), b"192.0.2.1;192.0.2.2")] == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b'{"ips":7}', b'{"ips":["nowhere"]}', b"[" * 5_000, b"0"])
def test_what_is_no_answer_gives_none(body: bytes) -> None:
    assert read_answer(("a.example",), body) == ()


@given(st.binary(max_size=100), st.binary(max_size=200))
def test_any_bytes_return(target: bytes, body: bytes) -> None:
    asked_names(target)
    read_answer(("a.example", "b.example"), body)


@pytest.mark.parametrize(("coding", "pack"), [(b"gzip", gzip.compress), (b" GZIP ", gzip.compress), (b"deflate", zlib.compress)])
def test_a_packed_answer_is_read(coding: bytes, pack: Callable[[bytes], bytes]) -> None:
    assert read_answer(("a.example",), pack(b"192.0.2.1,60"), coding) == (NamedAddress("a.example", "192.0.2.1", 60),)
    assert read_answer(("a.example",), b"?" + pack(b"192.0.2.1,60")[1:], coding) == ()


@pytest.mark.parametrize(
    ("target", "encrypted"),
    [
        (b"/d?dn=2a8f5e4a1c3b9d70&id=1234&alg=des&ttl=1", True),
        (b"/d?dn=" + b"2a8f5e4a1c3b9d70" * 2 + b"&id=1234&alg=aes", True),
        (b"/v2/d?id=100000&m=1&enc=6f2b1c9a", True),
        (b"/d?dn=a.example&id=1234", False),
        (b"/d?dn=2a8f5e4a1c3b9d70", False),
        (b"/index?enc=1", False),
        (b"/d", False),
    ],
)
def test_knows_the_encrypted_forms(target: bytes, encrypted: bool) -> None:
    assert is_encrypted(target) is encrypted
