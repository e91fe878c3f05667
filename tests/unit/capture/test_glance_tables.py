"""The tables of the written-out cryptography are the published ones."""

from auditor.capture import glance_ciphers as s
from auditor.capture import glance_quic as q
from auditor.capture import glance_tag as t
from auditor.capture.glance_tables import LABELS, fresh_work

WORK = fresh_work().tolist()


def test_round_constants_are_those_of_fips_180_4() -> None:
    assert WORK[s.KEYS : s.KEYS + 3] == [0x428A2F98, 0x71374491, 0xB5C0FBCF]
    assert WORK[s.KEYS + 63] == 0xC67178F2


def test_the_box_is_that_of_fips_197() -> None:
    box = WORK[s.BOX : s.BOX + 256]
    assert (box[0], box[1], box[0x53], box[255]) == (0x63, 0x7C, 0xED, 0x16)
    assert sorted(box) == list(range(256))


def test_each_row_s_table_is_the_one_before_turned_by_a_byte() -> None:
    first = WORK[s.TABLE : s.TABLE + 256]
    for row in range(4):
        turned = [(word << 32 | word) >> 8 * row & 0xFFFFFFFF for word in first]
        assert WORK[s.TABLE + 256 * row : s.TABLE + 256 * (row + 1)] == turned


def test_a_label_is_a_padded_block_behind_another() -> None:
    for index, (label, size) in enumerate(LABELS):
        block = b"".join(word.to_bytes(4, "big") for word in WORK[q.INFO + 16 * index : q.INFO + 16 * (index + 1)])
        text = b"tls13 " + label.encode()
        message = size.to_bytes(2, "big") + bytes([len(text)]) + text + b"\0\1"
        assert block == message + b"\x80" + bytes(55 - len(message)) + (8 * (64 + len(message))).to_bytes(8, "big")


def test_places_do_not_overlap() -> None:
    places = [s.KEYS, s.BOX, q.INFO, q.SALT, s.TABLE, s.SCHEDULE, s.HASH, q._INNER, q._OUTER, q._SECRET, q._KEY, q._IV, q._HP]
    sizes = [64, 256, 16 * len(LABELS), 32, 1_024, 64, 8, 8, 8, 8, 8, 8, 8]
    for at, size, following in zip(places, sizes, [*places[1:], s.ROUND], strict=True):
        assert at + size <= following
    assert s.ROUND + 44 <= s.STATE < s.STATE + 4 <= s.OUTPUT < s.OUTPUT + 4 <= t.REDUCED
