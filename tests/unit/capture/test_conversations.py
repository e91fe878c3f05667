"""The conversation table: directions find each other, ports reopen, tables grow without losing a row."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.conversations import ROWS_FOR_A_PACKET, follow, rebuild
from tests.unit.capture.wire import ACK, FIN, RST, SYN, ethernet, ip, tcp_segment, udp_datagram

HOSTS = [f"192.0.2.{number}" for number in range(1, 8)] + ["2001:db8::1", "2001:db8::2"]


class Table:
    """Matrices of a small capture."""

    def __init__(self, room: int = 64) -> None:
        self.rows = np.zeros((room, c.CONVERSATION_CELLS), np.int64)
        self.slots = np.zeros(room * 4, np.int64)
        self.picks = np.zeros((4_096, c.PICK_CELLS), np.int64)
        self.state = np.zeros(c.STATE_CELLS, np.int64)
        self.cell = np.zeros(c.PACKET_CELLS, np.int64)

    def take(self, frames: list[bytes]) -> int:
        block = b"".join(frames)
        records = np.zeros((len(frames), c.RECORD_CELLS), np.int64)
        at = 0
        for number, frame in enumerate(frames):
            records[number] = (at, len(frame), len(frame), number, 1)
            at += len(frame)
        views: list[Any] = [memoryview(array) for array in (self.rows, self.slots, self.picks, self.state, self.cell)]
        return follow(block, memoryview(records), 0, len(frames), *views)


def _frame(source: str, sport: int, target: str, dport: int) -> bytes:
    return ethernet(ip(source, target, 17, udp_datagram(sport, dport, b"x")))


@given(
    st.lists(st.tuples(st.sampled_from(HOSTS[:7]), st.integers(1, 4), st.sampled_from(HOSTS[:7]), st.integers(1, 4)), max_size=60)
)
@settings(max_examples=60)
def test_packets_of_both_directions_count_for_one_row(ends: list[tuple[str, int, str, int]]) -> None:
    table = Table(ROWS_FOR_A_PACKET + 448)
    table.take([_frame(*end) for end in ends])
    truth: dict[frozenset[tuple[str, int]], int] = {}
    for source, sport, target, dport in ends:
        key = frozenset({(source, sport), (target, dport)})
        truth[key] = truth.get(key, 0) + 1
    count = int(table.state[c.CONVERSATIONS])
    assert sorted(table.rows[:count, c.PACKETS : c.PACKETS + 2].sum(axis=1).tolist()) == sorted(truth.values())
    assert table.rows[:count, c.STREAM].tolist() == list(range(count))


def test_a_full_table_stops_before_the_packet_that_would_not_fit() -> None:
    table = Table(ROWS_FOR_A_PACKET + 2)
    frames = [_frame(f"192.0.2.{number}", 1, "192.0.2.200", 2) for number in range(1, 9)]
    assert table.take(frames) == 3
    assert (table.state[c.WHY], table.state[c.CONVERSATIONS], table.state[c.PACKET]) == (c.FULL, 3, 3)


def test_a_larger_table_of_slots_finds_the_same_rows() -> None:
    table = Table(ROWS_FOR_A_PACKET + 128)
    frames = [_frame(f"192.0.2.{number}", port, "192.0.2.200", 2) for number in range(1, 40) for port in (1, 2)]
    table.take(frames)
    before = int(table.state[c.CONVERSATIONS])
    table.slots = np.zeros(len(table.slots) * 4, np.int64)
    rebuild(memoryview(table.rows), memoryview(table.slots), memoryview(table.state), memoryview(table.cell))
    table.take(frames)
    assert table.state[c.CONVERSATIONS] == before
    assert set(table.rows[:before, c.PACKETS].tolist()) == {2}


@given(st.binary(max_size=120), st.sampled_from([0, 1, 9, 101, 105, 113, 127, 192, 228, 258, 276]))
@settings(max_examples=300)
def test_any_bytes_of_any_link_type_return(data: bytes, link: int) -> None:
    table = Table()
    records = np.array([[0, len(data), len(data), 0, link]], np.int64)
    views: list[Any] = [memoryview(array) for array in (table.rows, table.slots, table.picks, table.state, table.cell)]
    follow(data, memoryview(records), 0, 1, *views)
    for pick in table.picks[: table.state[c.PICKS]]:
        assert 0 <= pick[c.P_OFFSET] <= pick[c.P_OFFSET] + pick[c.P_LENGTH] <= len(data)


CLIENT, SERVER = "192.0.2.1", "198.51.100.7"


def _segment(seq: int, flags: int, data: bytes = b"", *, back: bool = False) -> bytes:
    ends = (SERVER, CLIENT, 443, 5_000) if back else (CLIENT, SERVER, 5_000, 443)
    frame = ethernet(ip(*ends[:2], 6, tcp_segment(*ends[2:], seq, 0, flags, data)))
    return frame[6:12] + frame[:6] + frame[12:] if back else frame


def test_a_row_holds_what_the_first_packet_says_and_what_the_others_add() -> None:
    """Side 0 sent the first packet. Times are those of the first and the last."""
    table = Table(ROWS_FOR_A_PACKET + 64)
    frames = [_segment(7, SYN), _segment(90, SYN | ACK, back=True), _segment(8, ACK, b"abc"), _segment(91, ACK, b"d", back=True)]
    table.take(frames)
    row = table.rows[0]
    assert [row[cell] for cell in (c.PORT, c.PORT + 1, c.TRANSPORT, c.STREAM, c.FIRST_PACKET)] == [5_000, 443, 6, 0, 1]
    assert (row[c.STARTED], row[c.ENDED]) == (0, 3)
    assert (hex(row[c.CARD]), hex(row[c.CARD + 1])) == ("0x20000000002", "0x20000000001")
    assert (row[c.BASE], row[c.BASE + 1], row[c.CLIENT], row[c.CLOSED]) == (7, 90, 0, 0)
    assert row[c.PACKETS : c.PACKETS + 2].tolist() == [2, 2]
    assert row[c.BYTES : c.BYTES + 2].tolist() == [len(frames[0]) + len(frames[2]), len(frames[1]) + len(frames[3])]
    assert row[c.PAYLOADS : c.PAYLOADS + 2].tolist() == [3, 1]


@pytest.mark.parametrize(
    ("frames", "bases", "client"),
    [
        ([_segment(7, SYN)], (7, -1), 0),
        ([_segment(90, SYN | ACK, back=True)], (90, -1), 1),
        ([_segment(8, ACK, b"abc")], (7, -1), -1),
        ([_segment(0, ACK, b"abc")], (0xFFFFFFFF, -1), -1),
        ([_segment(8, ACK), _segment(7, SYN)], (7, -1), 0),
    ],
    ids=["SYN", "its answer first", "in the middle", "behind the last number", "SYN late"],
)
def test_where_sequence_numbers_begin_and_who_opened(frames: list[bytes], bases: tuple[int, int], client: int) -> None:
    """Without a SYN the number before the first byte seen stands for it, as in Wireshark."""
    table = Table(ROWS_FOR_A_PACKET + 64)
    table.take(frames)
    assert table.state[c.CONVERSATIONS] == 1
    row = table.rows[0]
    assert (row[c.BASE], row[c.BASE + 1], row[c.CLIENT]) == (*bases, client)


@pytest.mark.parametrize(
    ("frames", "count"),
    [
        ([_segment(7, SYN), _segment(7, SYN)], 1),
        ([_segment(7, SYN), _segment(9, SYN)], 2),
        ([_segment(7, SYN), _segment(8, FIN | ACK), _segment(7, SYN)], 2),
        ([_segment(7, SYN), _segment(0, RST, back=True), _segment(7, SYN)], 2),
        ([_segment(7, SYN), _segment(8, FIN | ACK), _segment(9, ACK)], 1),
        ([_segment(7, SYN), _segment(90, SYN | ACK, back=True), _segment(91, SYN | ACK, back=True)], 1),
    ],
    ids=["sent again", "another number", "after FIN", "after RST", "the end alone", "an answer"],
)
def test_a_syn_after_the_end_or_with_another_number_opens_a_new_one(frames: list[bytes], count: int) -> None:
    """Ports are used again; a SYN that was sent again is no new conversation."""
    table = Table(ROWS_FOR_A_PACKET + 64)
    table.take(frames)
    assert table.state[c.CONVERSATIONS] == count
    assert table.rows[:count, c.STREAM].tolist() == list(range(count))
