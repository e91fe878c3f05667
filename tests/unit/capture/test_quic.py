"""QUIC Initial packets: decrypted for every version that is known, whatever comes from outside."""

import functools

import pytest
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import quic

VERSIONS = {"v1": 1, "v2": 0x6B3343CF}


@functools.cache
def initial_datagrams(name: str, version: int = 1, padding: int = 0) -> tuple[bytes, ...]:
    """What a real client sends first; `padding` makes its ClientHello longer than a datagram."""
    protocols = ["h3", *(f"{number:x>200}" for number in range(padding))]
    configuration = QuicConfiguration(is_client=True, server_name=name, alpn_protocols=protocols)
    configuration.original_version = version
    configuration.supported_versions = [version]
    connection = QuicConnection(configuration=configuration)
    connection.connect(("198.51.100.7", 443), now=0.0)
    return tuple(data for data, _ in connection.datagrams_to_send(now=0.0))


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_decrypts_what_a_real_client_sends(version: int) -> None:
    (data,) = initial_datagrams("api.example.com", version)
    assert quic.looks_like_quic(data)
    (start, header), *_ = quic.headers(data)
    assert (header.version, header.type) == (version, 0)
    frames = quic.decrypt(data, start, header, quic.client_keys(version, header.target))
    assert frames is not None
    assert b"api.example.com" in b"".join(frame.data for frame in quic.crypto_frames(frames))


def test_derives_the_keys_of_rfc_9001_appendix_a() -> None:
    keys = quic.client_keys(1, bytes.fromhex("8394c8f03e515708"))
    assert keys.key.hex() == "1f369613dd76d5467730efcbe3b1a22d"
    assert keys.iv.hex() == "fa044b2f42a3fd3b46fb255c"
    assert keys.mask.hex() == "9f50449e04a0e810283a1e9933adedd2"


def test_derives_the_keys_of_rfc_9369_appendix_a() -> None:
    keys = quic.client_keys(0x6B3343CF, bytes.fromhex("8394c8f03e515708"))
    assert keys.key.hex() == "8b1a0bc121284290a29e0971b5cd045d"
    assert keys.mask.hex() == "45b95e15235d6f45a6b19cbcb0294ba9"


def test_wrong_keys_give_none() -> None:
    (data,) = initial_datagrams("api.example.com")
    (start, header), *_ = quic.headers(data)
    assert quic.decrypt(data, start, header, quic.client_keys(1, b"other")) is None


@pytest.mark.parametrize("version", [0xFF00001D, 0xFF000017, 0xFACEB001])
def test_knows_the_drafts_that_are_still_seen(version: int) -> None:
    assert quic.salt_of(version) is not None


@pytest.mark.parametrize("version", [0, 2, 0xFF000001, 0x1A1A1A1A])
def test_an_unknown_version_has_no_salt(version: int) -> None:
    assert quic.salt_of(version) is None


def test_frames_between_acks_and_padding_are_found() -> None:
    frames = bytes(3) + b"\x01" + b"\x02\x05\x00\x00\x00" + b"\x06\x00\x02hi" + b"\x06\x02\x01!" + bytes(9)
    assert [(frame.offset, frame.data) for frame in quic.crypto_frames(frames)] == [(0, b"hi"), (2, b"!")]


@given(st.binary(max_size=200))
def test_any_bytes_return(data: bytes) -> None:
    quic.looks_like_quic(data)
    quic.is_version_negotiation(data)
    list(quic.crypto_frames(data))
    for start, header in quic.headers(data):
        quic.decrypt(data, start, header, quic.client_keys(1, header.target))


@given(st.integers(0, 60), st.binary(max_size=6))
@settings(max_examples=60)
def test_any_change_of_a_real_packet_returns(at: int, change: bytes) -> None:
    data = bytearray(initial_datagrams("api.example.com")[0])
    data[at : at + len(change)] = change
    for start, header in quic.headers(bytes(data)):
        quic.decrypt(bytes(data), start, header, quic.client_keys(header.version, header.target))
