"""Whether bytes are text of an older charset, or text with some binary in it: a sample goes in, a yes or no comes out."""

_READABLE = 0.5
"""Of the bytes, how many must be printable text where the rest is of no known format."""
_CONTROLS = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_PRINTABLE = bytes((9, 10, 13, *range(0x20, 0x7F)))
_OVERLONG = b"\xc0\xc1"
"""First bytes that UTF-8 forbids: ASCII in two bytes, which some servers decode."""
_COMMON_CHINESE = bytes(range(0xB0, 0xD8))
"""First bytes of common characters in GB 2312; random bytes are there a sixth of the time."""


def is_mostly_text(sample: bytes) -> bool:
    """Whether it is text of an older charset, or text with some binary in it."""
    size = len(sample)
    printable = size - len(sample.translate(None, _PRINTABLE))
    if printable >= _READABLE * size:
        return True
    if len(sample.translate(None, _CONTROLS)) != size:
        return False
    high = size - printable
    if size - len(sample.translate(None, _OVERLONG)) >= 0.2 * high:
        return False
    return size - len(sample.translate(None, _COMMON_CHINESE)) >= 0.4 * high
