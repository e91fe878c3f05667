"""Real captures are in the end-to-end tests; here are the blocks that the socket's messages become."""

from struct import pack, unpack_from

import pytest

from auditor.record.packet_socket import _block

FRAME = bytes.fromhex("02005e10000902005e100002") + b"\x88\xb5" + b"x" * 46
TIME = (1, 35, pack("@ll", 1_700_000_000, 123_456_789))


def auxdata(status: int, original: int, vlan: int = 0, vlan_type: int = 0) -> tuple[int, int, bytes]:
    return (263, 8, pack("@IIIHHHH", status, original, len(FRAME), 0, 14, vlan, vlan_type))


def parts(block: bytes) -> tuple[int, bytes, int]:
    high, low, kept, original = unpack_from("<IIII", block, 12)
    return high << 32 | low, block[28 : 28 + kept], original


def test_time_and_length_are_the_kernels() -> None:
    block = _block(memoryview(FRAME), [TIME, auxdata(0, 9000)], True)
    assert parts(block) == (1_700_000_000_123_456_789, FRAME, 9000)


@pytest.mark.parametrize(("status", "vlan_type", "tag"), [(0x50, 0x88A8, "88a80007"), (0x10, 0, "81000007")])
def test_a_tag_that_was_taken_off_is_put_back(status: int, vlan_type: int, tag: str) -> None:
    block = _block(memoryview(FRAME), [TIME, auxdata(status, len(FRAME), 7, vlan_type)], True)
    assert parts(block)[1:] == (FRAME[:12] + bytes.fromhex(tag) + FRAME[12:], len(FRAME) + 4)


def test_a_link_without_addresses_has_no_tags() -> None:
    block = _block(memoryview(FRAME), [TIME, auxdata(0x10, len(FRAME), 7)], False)
    assert parts(block)[1] == FRAME


def test_without_a_time_of_the_kernel_it_is_now() -> None:
    assert parts(_block(memoryview(FRAME), [], True))[0] > 1_700_000_000_000_000_000
