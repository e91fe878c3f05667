import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import AuditError, DamagedError, UsageError
from auditor.evidence import packets
from auditor.evidence.packets import Conversation

SECOND = 1_000_000_000
HERE, THERE = ("192.0.2.1", 50_000), ("203.0.113.9", 443)


def address(text: str) -> bytes:
    return bytes(int(part) for part in text.split("."))


def frame(source: tuple[str, int] = HERE, target: tuple[str, int] = THERE, data: bytes = b"data") -> bytes:
    """Ethernet, IPv4 and the two ports: as much as the cutter looks at."""
    ports = struct.pack(">HH", source[1], target[1])
    return b"\xaa" * 12 + b"\x08\x00" + b"\x45" + b"\0" * 11 + address(source[0]) + address(target[0]) + ports + data


def pcap(frames: list[tuple[int, bytes]], order: str = "<", digits: int = 6) -> bytes:
    magic = {6: 0xA1B2C3D4, 9: 0xA1B23C4D}[digits]
    made = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1)
    for time, data in frames:
        fraction = time % SECOND // 10 ** (9 - digits)
        made += struct.pack(order + "IIII", time // SECOND, fraction, len(data), len(data) + 7) + data
    return made


def block(order: str, kind: int, body: bytes) -> bytes:
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def pcapng(frames: list[tuple[int, bytes]], order: str = "<", resolution: int | None = None, offset: int = 0) -> bytes:
    options = b"" if resolution is None else struct.pack(order + "HHB3x", 9, 1, resolution)
    options += struct.pack(order + "HHq", 14, 8, offset) if offset else b""
    per_second = 10**6 if resolution is None else 2 ** (resolution & 127) if resolution & 128 else 10**resolution
    made = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    made += block(order, 1, struct.pack(order + "HHI", 1, 0, 0) + (options + b"\0\0\0\0" if options else b""))
    made += block(order, 10, b"\0" * 8)  # decryption secrets, which are not to be handed on
    for time, data in frames:
        units = (time - offset * SECOND) * per_second // SECOND
        fixed = struct.pack(order + "IIIII", 0, units >> 32, units & 0xFFFFFFFF, len(data), len(data))
        made += block(order, 6, fixed + data + b"\0" * (-len(data) % 4))
    return made


def conversation(started: int | None = None, ended: int | None = None) -> Conversation:
    return Conversation.of(HERE, THERE, (started, ended))


def cut(data: bytes, wanted: Conversation | None = None) -> tuple[bytes, int]:
    return packets.cut(io.BytesIO(data), wanted or conversation(), "x.pcap")


MIXED = [
    (5 * SECOND, frame()),
    (6 * SECOND, frame(THERE, HERE)),
    (7 * SECOND, frame(HERE, ("203.0.113.10", 443))),
    (8 * SECOND, frame(HERE, ("203.0.113.9", 80))),
    (9 * SECOND, frame(("192.0.2.2", 50_000), THERE)),
    (10 * SECOND, b"short"),
]

SOURCES = {
    "pcap": pcap(MIXED),
    "pcap big-endian": pcap(MIXED, ">"),
    "pcap nanoseconds": pcap(MIXED, digits=9),
    "pcapng": pcapng(MIXED),
    "pcapng big-endian": pcapng(MIXED, ">"),
    "pcapng nanoseconds": pcapng(MIXED, resolution=9),
    "pcapng binary clock": pcapng(MIXED, resolution=0x80 | 20),
    "pcapng offset": pcapng(MIXED, offset=-3),
}


@pytest.mark.parametrize("data", SOURCES.values(), ids=SOURCES)
def test_both_directions_of_the_conversation_are_kept_and_nothing_else(data: bytes) -> None:
    made, kept = cut(data)
    assert kept == 2
    assert frame() in made
    assert frame(THERE, HERE) in made
    assert address("203.0.113.10") not in made
    assert address("192.0.2.2") not in made


@pytest.mark.parametrize("data", SOURCES.values(), ids=SOURCES)
def test_only_packets_within_the_conversations_time_are_kept(data: bytes) -> None:
    assert cut(data, conversation(6 * SECOND, 6 * SECOND))[1] == 1
    assert cut(data, conversation(7 * SECOND, None))[1] == 0


@pytest.mark.parametrize("data", SOURCES.values(), ids=SOURCES)
def test_what_was_cut_can_be_cut_again_to_the_same_packets(data: bytes) -> None:
    once, kept = cut(data)
    assert packets.cut(io.BytesIO(once), conversation(), "x")[1] == kept


def test_decryption_secrets_are_left_behind() -> None:
    assert block("<", 10, b"\0" * 8) in SOURCES["pcapng"]
    assert block("<", 10, b"\0" * 8) not in cut(SOURCES["pcapng"])[0]


def test_a_second_section_has_its_own_interfaces_and_clock() -> None:
    data = pcapng(MIXED[:1], resolution=9) + pcapng(MIXED[1:2], ">")
    assert cut(data)[1] == 2


def test_a_transport_without_ports_is_found_by_its_addresses() -> None:
    wanted = Conversation.of((HERE[0], None), (THERE[0], None), (None, None))
    assert cut(pcap(MIXED), wanted)[1] == 3


def test_ipv6_is_found_as_it_stands() -> None:
    ends = bytes.fromhex("20010db8" + "00" * 11 + "01"), bytes.fromhex("20010db8" + "00" * 11 + "02")
    packet = b"\x60" + b"\0" * 7 + ends[0] + ends[1] + struct.pack(">HH", 1, 2)
    wanted = Conversation.of(("2001:db8::1", 1), ("2001:db8::2", 2), (None, None))
    assert packets.cut(io.BytesIO(pcap([(SECOND, packet)])), wanted, "x")[1] == 1


DAMAGED = [pcap(MIXED)[:-3], pcapng(MIXED)[:-3], pcapng(MIXED) + b"\x06\0\0\0\x0d\0\0\0"]


@pytest.mark.parametrize("data", DAMAGED)
def test_what_stands_before_a_damage_is_kept(data: bytes) -> None:
    assert cut(data)[1] == 2


BROKEN = [pcap([])[:20], pcap([]) + b"\0" * 8 + b"\xff" * 8, pcapng([])[:40], b"\x0a\x0d\x0d\x0a\0\0\0\0"]


@pytest.mark.parametrize("data", BROKEN)
def test_a_damage_before_the_flow_is_an_error_that_names_the_file(data: bytes) -> None:
    with pytest.raises(DamagedError, match="no packet of the flow") as caught:
        cut(data)
    assert "x.pcap" in str(caught.value)


def test_another_kind_of_file_and_a_flow_without_addresses_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="no packet capture"):
        cut(b"GIF89a")
    with pytest.raises(UsageError, match="no addresses"):
        Conversation.of((None, None), THERE, (None, None))


@settings(deadline=None)
@given(st.sampled_from(sorted(SOURCES)), st.integers(min_value=0), st.binary(min_size=1, max_size=6))
def test_any_damage_gives_a_cut_or_an_audit_error(name: str, place: int, patch: bytes) -> None:
    data = SOURCES[name]
    at = place % len(data)
    try:
        made, kept = cut(data[:at] + patch + data[at + len(patch) :])
    except AuditError:
        return
    assert (kept > 0) <= (len(made) > 0)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_cut_or_an_audit_error(data: bytes) -> None:
    try:
        cut(data)
    except AuditError:
        return
