"""All content formats, in the order in which they are tried: the first that explains a whole value ends the search.

What a magic number proves stands before what only a shape suggests, and structures stand before encodings of single values.
"""

from collections.abc import Iterator
from functools import lru_cache

from auditor.decode.base32_text import Base32
from auditor.decode.base58_text import Base58
from auditor.decode.base64_text import Base64
from auditor.decode.brotli_stream import Brotli
from auditor.decode.byte_lists import ByteLists
from auditor.decode.cbor_items import Cbor
from auditor.decode.content_format import Format
from auditor.decode.csv_text import Csv
from auditor.decode.deflate_stream import RawDeflate, Zlib
from auditor.decode.dhcp_options import Dhcp
from auditor.decode.form_text import Form, Parameters
from auditor.decode.framed import Framed
from auditor.decode.grpc_frames import Grpc
from auditor.decode.gzip_stream import Gzip
from auditor.decode.header_lines import HeaderLines
from auditor.decode.hex_text import Hex
from auditor.decode.html_entities import Entities
from auditor.decode.image_comments import ImageComments
from auditor.decode.json_text import Json
from auditor.decode.jwt_text import Jwt
from auditor.decode.lookalikes import Lookalikes
from auditor.decode.lz4_frame import Lz4
from auditor.decode.messagepack import MessagePack
from auditor.decode.multipart_body import Multipart
from auditor.decode.pdf_streams import PdfStreams
from auditor.decode.percent_text import Percent
from auditor.decode.plist_binary import BinaryPlist
from auditor.decode.protobuf_wire import Protobuf
from auditor.decode.quoted_printable import FoldedQuotedPrintable, QuotedPrintable
from auditor.decode.sign_scan import Letters
from auditor.decode.signs import BINARY, signs_in_binary
from auditor.decode.tar_archive import Tar
from auditor.decode.unicode_escapes import UnicodeEscapes
from auditor.decode.url_text import Url
from auditor.decode.utf16_text import Utf16
from auditor.decode.xml_text import Xml
from auditor.decode.zip_archive import Zip
from auditor.decode.zstd_stream import Zstd

FORMATS: tuple[Format, ...] = (
    Gzip(),
    Zstd(),
    Lz4(),
    Zip(),
    Tar(),
    BinaryPlist(),
    Dhcp(),
    Zlib(),
    Utf16(),
    FoldedQuotedPrintable(),
    Multipart(),
    Json(),
    Xml(),
    HeaderLines(),
    Grpc(),
    RawDeflate(),
    Brotli(),
    MessagePack(),
    Cbor(),
    Protobuf(),
    Framed(),
    Csv(),
    Url(),
    Form(),
    Jwt(),
    Percent(),
    Entities(),
    UnicodeEscapes(),
    Lookalikes(),
    Parameters(),
    QuotedPrintable(),
    ByteLists(),
    Base64(),
    Hex(),
    Base32(),
    Base58(),
)

IN_IMAGES: tuple[Format, ...] = (ImageComments(), PdfStreams())
"""What is tried on values that begin like images, sound, programs: nothing else is to be expected in them."""


IN_WORDS: tuple[Format, ...] = (Letters(),)
"""What is tried on short values that only look like encodings in letters."""

_SKIPPABLE = bytes(range(0x50, 0x60))
"""How frames begin that zstd and LZ4 step over."""
_BEGINNINGS: dict[type, bytes] = {
    Gzip: b"\x1f",
    Zstd: b"\x28" + _SKIPPABLE,
    Lz4: b"\x04" + _SKIPPABLE,
    Zip: b"P",
    BinaryPlist: b"b",
    Dhcp: b"\1\2",
    Zlib: bytes(window << 4 | 8 for window in range(8)),
    Grpc: b"\0\1\x80",
    RawDeflate: bytes(byte for byte in range(256) if byte & 6 != 6),
    MessagePack: bytes((*range(0x80, 0xA0), *range(0xDC, 0xE0))),
    Cbor: bytes((*range(0x80, 0xC0), *range(0xC0, 0xDC))),
    Protobuf: bytes(byte for byte in range(8, 256) if byte & 7 in (0, 1, 2, 3, 5)),
}
"""The first bytes of a binary format that would refuse all others: most short noise is asked about five formats, not sixteen."""
_LONG = 240
_NEVER_SHORT = (Tar, Dhcp)
"""Formats whose least value is longer than that."""


@lru_cache(maxsize=16384)
def suggested(signs: int, first: int, is_short: bool) -> tuple[Format, ...]:
    """Those that a value with these signs and this first byte may be of, in their order."""
    return tuple(
        member
        for member in FORMATS
        if member.signs & signs
        and first in _BEGINNINGS.get(type(member), (first,))
        and not (is_short and isinstance(member, _NEVER_SHORT))
    )


def formats_of(value: bytes, signs: int) -> tuple[Format, ...]:
    """The formats that a value with these signs is worth giving to, in their order."""
    return suggested(signs, value[0], len(value) < _LONG)


def worth_trying(value: bytes, signs: int) -> Iterator[Format]:
    """The same, and once they are all through, those of encodings in the words of a long text with binary in it."""
    yield from formats_of(value, signs)
    if signs & BINARY and (words := signs_in_binary(value)):
        yield from formats_of(value, words)
