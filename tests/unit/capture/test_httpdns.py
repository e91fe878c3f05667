"""HTTPDNS: what is asked and answered, in the forms of Aliyun, Tencent and Baidu; other requests are none."""

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
        (b"/v2/d?id=100000&dn=a.example&q=4,6&m=0", ("a.example",)),
        (b"/v4/resolve?account_id=1&sign=2&t=3&dn=a.example,b.example", ("a.example", "b.example")),
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
        b'{"code":"success","mode":0,"data":{"cip":"203.0.113.9","answers":[{"dn":"a.example","v4":{"ips":["192.0.2.1"],"ttl":60}}]}}',
        b'{"clientip":"203.0.113.9","data":{"a.example":{"ip":["192.0.2.1"],"ttl":60}},"msg":"ok","timestamp":1}',
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


def test_an_answer_may_be_split_by_the_kind_of_its_addresses() -> None:
    parts = b'"v4":{"ips":["192.0.2.1"],"ttl":60},"v6":{"ips":["2001:db8::1"],"ttl":9}'
    body = b'{"data":{"answers":[7,{"dn":"a.example",%s},{"dn":"b.example","v4":{"no_ip_code":"RRNotExist"}}]}}' % parts
    expected = (NamedAddress("a.example", "192.0.2.1", 60), NamedAddress("a.example", "2001:db8::1", 9))
    assert read_answer(("b.example", "a.example"), body) == expected


def test_answers_by_name_are_of_the_names_they_stand_under() -> None:
    body = b'{"data":{"a.example":{"ip":["192.0.2.1"],"ttl":60},"b.example":{"ipv6":["2001:db8::1"],"ttl":9}}}'
    expected = (NamedAddress("a.example", "192.0.2.1", 60), NamedAddress("b.example", "2001:db8::1", 9))
    assert read_answer(("b.example", "a.example"), body) == expected


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"data":{"a.example":[7]}}', b"{", b'{"ips":7}', b'{"ips":["nowhere"]}', b"[" * 5_000, b"0"]
)
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
