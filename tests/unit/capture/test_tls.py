"""TLS handshakes: names, versions and protocols; what is cut or lies gives None or what is there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import tls
from auditor.capture.tls import old_hello_size
from tests.unit.capture.wire import certificate_message, client_hello, extension, server_hello, server_name

_CERTIFICATE = certificate_message("cn.example", ("a.example",))[4:]


def test_reads_name_protocols_and_version_past_grease() -> None:
    body = client_hello("api.example.com")[4:]
    hello = tls.read_client_hello(body)
    assert hello is not None
    assert (hello.server_name, hello.alpn, hello.version, hello.encrypted) == (
        b"api.example.com",
        ("h2", "http/1.1"),
        "TLSv1.3",
        False,
    )
    assert body[hello.name_at :].startswith(b"api.example.com")


def test_a_hello_without_extensions_has_no_name() -> None:
    hello = tls.read_client_hello(b"\x03\x01" + bytes(32) + b"\0" + b"\0\x02\0\x2f" + b"\x01\0")
    assert hello is not None
    assert (hello.server_name, hello.version) == (None, "TLSv1")


def test_marks_an_encrypted_client_hello() -> None:
    hello = tls.read_client_hello(client_hello("public.example", more=extension(0xFE0D, bytes(40)))[4:])
    assert hello is not None and hello.encrypted


@pytest.mark.parametrize(("version", "shown", "protocol"), [(0x0304, "TLSv1.3", None), (0x0303, "TLSv1.2", "h2")])
def test_reads_what_the_server_chose(version: int, shown: str, protocol: str | None) -> None:
    hello = tls.read_server_hello(server_hello(version=version, protocol=protocol)[4:])
    assert hello == tls.ServerHello(shown, protocol)


def test_reads_the_names_of_a_certificate() -> None:
    assert tls.certificate_names(certificate_message("cn.example", ("a.example", "*.b.example"))[4:]) == (
        "a.example",
        "*.b.example",
    )
    assert tls.certificate_names(certificate_message("cn.example")[4:]) == ("cn.example",)
    assert tls.certificate_names(b"\0\0\x05\0\0\x02xx") == ()


def test_a_certificate_of_no_known_version_has_no_names() -> None:
    body = certificate_message("cn.example")[4:]
    assert tls.certificate_names(body.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x0a")) == ()


@given(st.integers(0, 500), st.binary(min_size=1, max_size=3))
@settings(max_examples=200)
def test_any_change_of_a_real_certificate_returns(at: int, change: bytes) -> None:
    data = bytearray(_CERTIFICATE)
    at %= len(data)
    data[at : at + len(change)] = change
    tls.certificate_names(bytes(data))


def test_of_a_cut_hello_the_whole_extensions_count() -> None:
    body = client_hello("api.example.com", more=extension(51, bytes(1_200)))[4:]
    assert tls.read_client_hello(body[:400]) is None
    hello = tls.read_client_hello(body[:400], whole=False)
    assert hello is not None and hello.server_name == b"api.example.com"


def test_half_a_name_is_no_name() -> None:
    body = client_hello("api.example.com", protocols=())[4:]
    end = body.index(b"example")
    hello = tls.read_client_hello(body[:end], whole=False)
    assert hello is not None and hello.server_name is None


@pytest.mark.parametrize(
    ("head", "answer"),
    [(b"\x16\x03\x01\x02\x00", True), (b"\x16", True), (b"", False), (b"\x16\x04", False), (b"\x16\x03\x09", False),
     (b"\x16\x03\x01\x00\x00", False), (b"\x16\x03\x01\xff\xff", False), (b"GET /", False)],
)  # fmt: skip
def test_knows_the_head_of_a_record(head: bytes, answer: bool) -> None:
    assert tls.is_record(head) is answer


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_return(data: bytes, whole: bool) -> None:
    tls.read_client_hello(data, whole=whole)
    tls.read_server_hello(data)
    tls.certificate_names(data)


@given(st.integers(0, 130), st.binary(max_size=6), st.booleans())
def test_any_change_of_a_real_hello_returns(at: int, change: bytes, whole: bool) -> None:
    data = bytearray(client_hello(more=server_name("twice.example"))[4:])
    data[at : at + len(change)] = change
    tls.read_client_hello(bytes(data), whole=whole)


def test_a_hello_in_the_format_of_ssl_2_says_its_size() -> None:
    hello = b"\x80\x2e\1\3\1\0\x15\0\0\0\x10" + bytes(21) + bytes(16)
    assert [old_hello_size(hello[:size]) for size in (0, 1, 10, 11, 48)] == [None, None, None, 48, 48]
    for at, byte in ((0, 0x16), (1, 0x2F), (3, 2), (6, 0x18), (8, 1), (10, 8)):
        assert old_hello_size(hello[:at] + bytes([byte]) + hello[at + 1 :]) == 0
