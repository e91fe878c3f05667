"""MQTT at a glance: the first payload of a connection goes in, whether it is a client's whole CONNECT packet comes out.

mqtt-v5.0 sections 2.1 and 3.1. Where no content is looked through, it is all that is to be learnt of such a connection. A packet
in several segments, or with another one behind it, gets the closer look of `talk_mqtt`. Compiled (see `columns`).
"""

from auditor.capture.columns import A_MQTT, APPLICATION, BUDGET, CLIENT, P_LENGTH, P_OFFSET, Bytes, Cells, Rows
from auditor.capture.frames import u16, u32
from auditor.capture.glance_notes import UNDERSTOOD, slow

CONNECT = 0x10
"""The first byte of the packet."""
_LEAST = 10
"""Bytes of the shortest one that names its protocol."""
_MOST_SIZE_BYTES = 4
_MQTT, _MQISDP = 0x4D515454, 0x4D514973  # `MQTT`, `MQIs`
_DP = 0x6470


def take_connect(block: Bytes, pick: Cells, rows: Rows, row: int, side: int, state: Cells) -> int:
    """A payload that begins like a CONNECT packet, the first one of its connection."""
    if not _is_connect(block, pick[P_OFFSET], pick[P_LENGTH]):
        return slow(rows, row, state)
    rows[row, APPLICATION] = A_MQTT
    if rows[row, CLIENT] < 0:
        rows[row, CLIENT] = side
    rows[row, BUDGET] = 0
    rows[row, BUDGET + 1] = 0
    return UNDERSTOOD


def _is_connect(block: Bytes, at: int, length: int) -> bool:
    """Whether the payload is one packet of MQTT 3.1 (`MQIsdp`) or later (`MQTT`), and nothing else."""
    if length < _LEAST or block[at] != CONNECT:
        return False
    size, shift, place = 0, 0, at + 1
    while place <= at + _MOST_SIZE_BYTES and block[place] & 128:
        size |= (block[place] & 127) << shift
        shift += 7
        place += 1
    if place > at + _MOST_SIZE_BYTES:
        return False
    size |= block[place] << shift
    place += 1
    if place + size != at + length or size < _LEAST - 2:
        return False
    if u16(block, place) == 4:
        return u32(block, place + 2) == _MQTT
    return u16(block, place) == 6 and u32(block, place + 2) == _MQISDP and u16(block, place + 6) == _DP
