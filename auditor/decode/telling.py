"""Whether the bytes that a run of letters within a text stands for are no chance: bytes go in, a yes or no comes out.

Of a word or a file name that reads as base64 the bytes are noise. Those of an encoded value are text, in wide characters too, or
begin like something that is known, or are compressed to their last byte.
"""

from auditor.decode.brotli_stream import ends_as_text
from auditor.decode.deflate_stream import inflate_raw
from auditor.decode.media_heads import is_media
from auditor.decode.signs import is_text
from auditor.decode.utf16_text import is_wide

MAGIC = (
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"bplist",
    b"PK\x03\x04",
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\x9c",
    b"\x78\xda",
)
"""How compressed data, archives and property lists begin."""
_LEAST_DEFLATED = 12
_LEAST_BROTLI = 49
"""Bytes of the shortest that are tried: of fewer, chance makes streams now and then."""
_ROOM = 1 << 16


def is_telling(value: bytes) -> bool:
    """Whether somebody wrote them."""
    return is_text(value) or value.startswith(MAGIC) or is_wide(value) or is_media(value) or _is_packed(value)


def _is_packed(value: bytes) -> bool:
    """Whether it is raw deflate, or Brotli of text, to its end."""
    inflated = inflate_raw(value, _ROOM) if len(value) >= _LEAST_DEFLATED else None
    return (inflated is not None and inflated.ended) or (len(value) >= _LEAST_BROTLI and ends_as_text(value))
