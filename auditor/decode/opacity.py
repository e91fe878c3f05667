"""Whether a value that no format explained can be read at all: bytes go in, a reason why not comes out, or nothing.

Ciphertext and formats that nobody here knows hide whatever they hold; images, sound, fonts and programs are what they are. A body
that is called readable wrongly lets an audit pass, so what is neither text nor known counts as not looked through.
"""

import math
from collections import Counter

from auditor.decode.media_heads import is_media
from auditor.decode.mostly_text import is_mostly_text
from auditor.decode.signs import is_text

_SAMPLE = 65536
_COUNTED = 8192
_STRIDE = 7
"""Of a longer sample every seventh byte is counted: records are seldom so wide."""
_SHORTEST = 8
_SHORTEST_EVEN = 64
"""Bytes from which on an even spread says something."""
_EVEN = 0.93
"""Of the entropy that the sample could have at most."""

_PACKED = (
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"]\0\0", "lzma"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip"),
    (b"Rar!", "rar"),
    (b"\x1f\x9d", "compress"),
    (b"\x1f\xa0", "compress"),
    (b"sNaPpY", "snappy"),
    (b"\xff\x06\0\0sNaPpY", "snappy"),
)
"""Compressions that are recognised and not opened."""


def why_unreadable(data: bytes) -> str:
    """Why nothing could be found in these bytes even if it were there; empty where they are text, or of a known kind."""
    if len(data) < _SHORTEST or is_text(data) or is_media(data):
        return ""
    for magic, name in _PACKED:
        if data.startswith(magic):
            return f"{name}, a compression that is not opened"
    sample = data[:_SAMPLE]
    if is_even(sample):
        return f"looks encrypted or packed, {len(data)} bytes"
    if is_mostly_text(sample):
        return ""
    return f"{len(data)} bytes of no known format, searched as they stand"


def is_even(sample: bytes) -> bool:
    """Whether the bytes are spread as evenly as those of ciphertext; a short sample never is."""
    if len(sample) > _COUNTED:
        sample = sample[::_STRIDE]
    size = len(sample)
    if size < _SHORTEST_EVEN:
        return False
    entropy = math.log2(size) - sum(count * math.log2(count) for count in Counter(sample).values()) / size
    return entropy > _EVEN * math.log2(min(256, size))
