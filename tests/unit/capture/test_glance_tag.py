"""The tag of the first look is the library's, and a packet that anybody changed has no name there either."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import compiled, engine, glance_ciphers, glance_quic, glance_tag
from auditor.capture.glance_tables import fresh_work
from tests.rivals.quic_packets import V1, V2, crypto, initial
from tests.unit.capture.both_ways import GLANCING, both_ways
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, Wire, client_hello

WORK = memoryview(fresh_work())
PACKET = initial(V1, b"original", crypto(0, client_hello("whole.example.com", protocols=("h3",))))


def _fits(key: bytes, iv: bytes, first: bytes, number: bytes, sealed: bytes, seen: bytes) -> bool:
    """As `glance_quic` asks: the packet as it was seen, with what its header is in the clear."""
    words = [int.from_bytes(key[at : at + 4], "big") for at in range(0, 16, 4)]
    WORK[glance_quic._KEY], WORK[glance_quic._KEY + 1], WORK[glance_quic._KEY + 2], WORK[glance_quic._KEY + 3] = words
    glance_ciphers.expand_key(WORK, glance_quic._KEY)
    glance_quic._counter(0, 0, 0, 0, WORK)
    glance_tag.take_hash_key(WORK, glance_ciphers.OUTPUT)
    one, two, three = (int.from_bytes(iv[at : at + 4], "big") for at in (0, 4, 8))
    glance_quic._counter(one, two, three, 1, WORK)
    place, size = len(seen) - len(sealed) - len(number), len(number)
    return glance_tag.fits(
        seen, 0, place, len(seen), first[0], int.from_bytes(number, "big"), size, WORK, glance_ciphers.OUTPUT
    )  # fmt: skip


@given(
    st.binary(min_size=16, max_size=16), st.binary(min_size=12, max_size=12), st.binary(min_size=1, max_size=70),
    st.binary(min_size=1, max_size=4), st.binary(max_size=80), st.integers(0, 200),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_tag_is_the_library_s(key: bytes, iv: bytes, head: bytes, number: bytes, plain: bytes, flip: int) -> None:
    """Whatever the lengths are; and no bit may be another."""
    sealed = AESGCM(key).encrypt(iv, plain, head + number)
    seen = bytes([head[0] ^ 3]) + head[1:] + bytes(byte ^ 0x55 for byte in number) + sealed
    assert _fits(key, iv, head[:1], number, sealed, seen)
    at = 1 + flip % (len(seen) - 1)
    if not len(head) <= at < len(head) + len(number):  # those are taken from their own argument
        changed = seen[:at] + bytes([seen[at] ^ 1 << flip % 8]) + seen[at + 1 :]
        assert not _fits(key, iv, head[:1], number, sealed, changed)


@pytest.mark.parametrize("at", [0, 4, 8, 20, 100, 180, 1_100, -17, -1])
def test_a_changed_packet_names_nobody_in_either_look(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = bytearray(PACKET)
    changed[at] ^= 1
    wire = Wire()
    wire.udp(CLIENT, 50_000, SERVER, 443, bytes(changed))
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["names"]) == (None, ())


def test_compiled_code_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """About whole packets, changed ones, and lengths around the blocks."""
    wire = Wire()
    hello = crypto(0, client_hello("whole.example.com", protocols=("h3",)))
    for size in range(400, 470):
        packet = bytearray(initial((V1, V2)[size % 2], b"original", hello, token=bytes(size % 5), size=size))
        if size % 3 == 0:
            packet[size // 2] ^= 0x10
        wire.udp(CLIENT, 50_000 + size, SERVER, 443, bytes(packet))
    found = []
    for kind in (engine.PLAIN, GLANCING, compiled.engine()):
        monkeypatch.setattr(engine, "engine_for", lambda size, kind=kind: kind)
        found.append(read(wire.pcap(), tmp_path, inspect=False).flows)
    assert found[0] == found[1] == found[2]
    assert [flow["host"] for flow in found[0]].count(None) == sum(size % 3 == 0 for size in range(400, 470))
