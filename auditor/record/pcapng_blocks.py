"""Facts about packets in, pcapng blocks out: the bytes of a capture file that this tool writes itself.

Layout: draft-ietf-opsawg-pcapng, sections 3.5 (options) and 4.1 to 4.6 (blocks). All blocks are little-endian, all times
nanoseconds since 1970 in UTC (the interface says so with if_tsresol 9). A packet's options are left out: a file is written
at wire speed, and the direction follows from the addresses.
"""

from struct import Struct

from auditor.record.counters import Counters

SNAP_LENGTH = 262_144
"""Bytes of a frame that are kept; the most that libpcap and Wireshark accept."""

_SECTION_HEADER = 0x0A0D0D0A
_BYTE_ORDER_MAGIC = 0x1A2B3C4D
_INTERFACE_DESCRIPTION = 1
_INTERFACE_STATISTICS = 5
_ENHANCED_PACKET = 6
_UNKNOWN_LENGTH = 0xFFFF_FFFF_FFFF_FFFF

_SHB_OS, _SHB_APPLICATION = 3, 4
_IF_NAME, _IF_TSRESOL, _IF_FILTER, _IF_OS = 2, 9, 11, 12
_ISB_STARTTIME, _ISB_ENDTIME, _ISB_IFRECV, _ISB_IFDROP, _ISB_USRDELIV = 2, 3, 4, 5, 8

_U32 = Struct("<I")
_OPTION = Struct("<HH")
_PACKET_KIND = _U32.pack(_ENHANCED_PACKET)
_PACKET_HEAD = Struct("<IIIIIII")
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")
_FILTER_TEXT = b"\0"
"""if_filter begins with a code: 0, a capture filter in text form."""


def section_header(application: str, system: str) -> bytes:
    """The block that opens a file (section 4.1), of unknown section length."""
    body = Struct("<IHHQ").pack(_BYTE_ORDER_MAGIC, 1, 0, _UNKNOWN_LENGTH)
    return _block(_SECTION_HEADER, body + _options((_SHB_OS, system.encode()), (_SHB_APPLICATION, application.encode())))


def interface_description(link_type: int, name: str, filter_text: str, system: str) -> bytes:
    """The one interface of the file (section 4.2); `filter_text` is the capture filter in words, or empty."""
    options = [(_IF_NAME, name.encode()), (_IF_TSRESOL, b"\x09")]
    if filter_text:
        options.append((_IF_FILTER, _FILTER_TEXT + filter_text.encode()))
    body = Struct("<HHI").pack(link_type, 0, SNAP_LENGTH)
    return _block(_INTERFACE_DESCRIPTION, body + _options(*options, (_IF_OS, system.encode())))


def enhanced_packet(at: int, frame: bytes | memoryview, original_length: int) -> bytes:
    """One frame (section 4.3). `at` in nanoseconds; `frame` is what was kept of `original_length` bytes."""
    kept = len(frame)
    padding = _PADDING[kept & 3]
    total = 32 + kept + len(padding)
    head = _PACKET_HEAD.pack(_ENHANCED_PACKET, total, 0, at >> 32, at & 0xFFFFFFFF, kept, original_length)
    return b"".join((head, frame, padding, _U32.pack(total)))


def is_packet(block: bytes) -> bool:
    """Whether the block holds a frame."""
    return block.startswith(_PACKET_KIND)


def interface_statistics(at: int, started: int, counters: Counters) -> bytes:
    """What the kernel counted from `started` to `at` (section 4.6).

    Counts are totals since the capture began, so that the last such block speaks for the whole file, and the difference of
    two for the time between them. isb_ifrecv includes what was dropped, as in files of dumpcap.
    """
    body = Struct("<III").pack(0, at >> 32, at & 0xFFFFFFFF)
    count = Struct("<Q").pack
    options = _options(
        (_ISB_STARTTIME, _time(started)),
        (_ISB_ENDTIME, _time(at)),
        (_ISB_IFRECV, count(counters.received)),
        (_ISB_IFDROP, count(counters.dropped)),
        (_ISB_USRDELIV, count(counters.delivered)),
    )
    return _block(_INTERFACE_STATISTICS, body + options)


def _time(at: int) -> bytes:
    """A time as options hold it: the upper half first."""
    return Struct("<II").pack(at >> 32, at & 0xFFFFFFFF)


def _options(*options: tuple[int, bytes]) -> bytes:
    """Options, each padded to four bytes, closed by opt_endofopt (section 3.5)."""
    parts = [_OPTION.pack(code, len(value)) + value + _PADDING[len(value) & 3] for code, value in options]
    return b"".join((*parts, _OPTION.pack(0, 0)))


def _block(kind: int, body: bytes) -> bytes:
    """A block whose body is padded already (section 3.1)."""
    total = _U32.pack(12 + len(body))
    return b"".join((_U32.pack(kind), total, body, total))
