"""Which packets can be gone over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.frames import ETHERNET, RAW
from auditor.devices.known import KnownConversations
from auditor.devices.packet import read_packet
from tests.unit.capture.wire import ACK, SYN, ip, tcp_segment
from tests.unit.devices.lan import PHONE, PRINTER, Lan


def frames(port: int = 9100) -> list[bytes]:
    lan = Lan()
    lan.tcp(PHONE, 50_000, PRINTER, port, ACK, b"x" * 40)
    lan.tcp(PHONE, 50_000, PRINTER, port, ACK, b"y" * 40)
    lan.tcp(PRINTER, port, PHONE, 50_000, ACK, b"z" * 40)
    lan.tcp(PHONE, 50_000, PRINTER, port, SYN, b"")
    return [frame for _, frame in lan.frames]


def added(known: KnownConversations, frame: bytes, link: int = ETHERNET) -> None:
    packet = read_packet(ETHERNET, 0, frame)
    assert packet is not None
    known.add(link, frame, packet)


def test_one_direction_of_a_known_conversation_is_gone_over() -> None:
    known = KnownConversations()
    first, second, answer, _ = frames()
    assert not known.has(first)
    added(known, first)
    assert known.has(second)
    assert not known.has(answer)


def test_a_syn_begins_anew_in_both_directions() -> None:
    known = KnownConversations()
    first, second, answer, syn = frames()
    added(known, first)
    added(known, answer)
    assert not known.has(syn)
    assert not known.has(second)
    assert not known.has(answer)


@pytest.mark.parametrize("port", [53, 1883, 5353])
def test_protocols_that_go_on_telling_are_always_looked_at(port: int) -> None:
    known = KnownConversations()
    added(known, frames(port)[0])
    assert not known.has(frames(port)[1])


def test_other_links_are_always_looked_at() -> None:
    known = KnownConversations()
    added(known, frames()[0], link=RAW)
    assert not known.has(frames()[1])


def test_the_same_bytes_in_another_frame_are_no_known_conversation() -> None:
    known = KnownConversations()
    first = frames()[0]
    added(known, first)
    six = first[:12] + b"\x86\xdd\x60" + first[15:]
    assert not known.has(six)


@given(st.binary(max_size=80))
def test_any_frame_can_be_asked_for(frame: bytes) -> None:
    known = KnownConversations()
    added(known, frames()[0])
    head = frames()[0][:38]
    for each in (frame, head + frame, head[: len(frame)]):
        known.has(each)


def test_a_frame_that_is_cut_behind_its_ports_is_no_error() -> None:
    known = KnownConversations()
    frame = b"\0" * 12 + b"\x08\x00" + ip(PHONE, PRINTER, 6, tcp_segment(50_000, 9100, 1, 1, ACK, b"x" * 40))
    added(known, frame)
    for size in range(len(frame)):
        known.has(frame[:size])
