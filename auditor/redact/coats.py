"""Encodings taken off and put on again: bytes and a change for what is inside go in, the bytes with the change out.

Each function finds everything in the bytes that could be its encoding, hands the inside to `change`, and writes the inside back
in the style in which it stood. Where the change keeps the length, a text encoding keeps its length too. What is no such encoding,
and what nothing inside was changed of, stays byte for byte.
"""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable

from auditor.decode.inflated import Inflated
from auditor.redact.base85_coat import base85_runs
from auditor.redact.text_coats import Change, csv_quotes, entities, escapes, form, percent, quoted_printable, utf16

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-][A-Za-z0-9+/_\r\n-]{6,}={0,2}")
_BASE32 = re.compile(rb"[A-Z2-7]{8,}|[a-z2-7]{8,}")
_BASE58 = re.compile(rb"[1-9A-HJ-NP-Za-km-z]{8,}")
_HEX = re.compile(rb"[0-9A-Fa-f]{8,}")
_BASE58_SIGNS = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_LEVELS = (b"\x01", b"\x5e", b"\x9c", b"\xda")
"""The second byte of a zlib stream with the largest window and no dictionary."""
_MOST = 64 << 20
"""Bytes that a compressed run may inflate to."""


# Encodings of runs -------------------------------------------------------------------------------------------------------------


def _by_run(data: bytes, runs: re.Pattern[bytes], recode: Callable[[bytes], bytes]) -> bytes:
    return runs.sub(lambda match: recode(match[0]), data)


def base64_runs(data: bytes, change: Change) -> bytes:
    """Base64 and base64url (RFC 4648), also in lines, and where the run begins with other letters."""
    return _by_run(data, _BASE64, lambda run: _base64_run(run, change))


def _base64_run(whole: bytes, change: Change) -> bytes:
    """A run as one value; where that changes nothing, each of its lines."""
    run = whole.rstrip(b"\r\n")
    made = _base64_value(run, change)
    if made == run and b"\n" in run:
        made = b"\n".join(_base64_run(line, change) for line in run.split(b"\n"))
    return made + whole[len(run) :]


def _base64_value(run: bytes, change: Change) -> bytes:
    text = run.translate(_FROM_URL, b"\r\n=")
    for skip in range(4):
        made = _base64_at(text, skip, change)
        if made is not None:
            url = b"-" in run or b"_" in run
            padding = run[len(run.rstrip(b"=")) :]
            if len(made) != len(text) and (padding or (len(text) - skip) % 4 == 0):
                padding = b"=" * (-(len(made) - skip) % 4)
            return _in_lines(run, made.translate(_TO_URL) if url else made) + padding
    return run


def _base64_at(text: bytes, skip: int, change: Change) -> bytes | None:
    """The text with the change, read from its `skip`th character on; None: nothing was changed."""
    size = len(text) - skip
    whole = size - (1 if size % 4 == 1 else 0)
    inside = base64.b64decode(text[skip : skip + whole] + b"=" * (-whole % 4))
    made = change(inside)
    if made == inside:
        return None
    coded = base64.b64encode(made).rstrip(b"=")
    return text[:skip] + coded + text[skip + whole :]


def _in_lines(run: bytes, made: bytes) -> bytes:
    """The text with the line ends of the run."""
    if b"\n" in run:
        width = len(run.split(b"\n")[0].rstrip(b"\r"))
        end = b"\r\n" if b"\r\n" in run else b"\n"
        made = end.join(made[at : at + width] for at in range(0, len(made), width))
    return made


def base32_runs(data: bytes, change: Change) -> bytes:
    """Base32 (RFC 4648 section 6), in capitals or small letters."""

    def recode(run: bytes) -> bytes:
        small = run != run.upper()
        try:
            inside = base64.b32decode(run.upper() + b"=" * (-len(run) % 8))
        except (binascii.Error, ValueError):
            return run
        made = change(inside)
        coded = base64.b32encode(made).rstrip(b"=")
        return run if made == inside else coded.lower() if small else coded

    return _by_run(data, _BASE32, recode)


def base58_runs(data: bytes, change: Change) -> bytes:
    """Base58 as Bitcoin writes it."""

    def recode(run: bytes) -> bytes:
        if len(run) > 512:
            return run
        number = 0
        for sign in run:
            number = number * 58 + _BASE58_SIGNS.index(sign)
        zeros = len(run) - len(run.lstrip(b"1"))
        inside = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
        made = change(inside)
        return run if made == inside else _to_base58(made)

    return _by_run(data, _BASE58, recode)


def _to_base58(data: bytes) -> bytes:
    number, out = int.from_bytes(data), bytearray()
    while number:
        number, sign = divmod(number, 58)
        out.append(_BASE58_SIGNS[sign])
    return b"1" * (len(data) - len(data.lstrip(b"\0"))) + bytes(reversed(out))


def hex_runs(data: bytes, change: Change) -> bytes:
    """Hexadecimal digits, two for each byte."""

    def recode(run: bytes) -> bytes:
        for skip in range(2):
            whole = (len(run) - skip) // 2 * 2
            inside = bytes.fromhex(run[skip : skip + whole].decode())
            made = change(inside)
            if made != inside:
                digits = made.hex().encode()
                digits = digits.upper() if run != run.lower() else digits
                return run[:skip] + digits + run[skip + whole :]
        return run

    return _by_run(data, _HEX, recode)


# Compression -------------------------------------------------------------------------------------------------------------------


def gzip_members(data: bytes, change: Change) -> bytes:
    """gzip (RFC 1952), wherever its magic stands."""
    return _compressed(data, b"\x1f\x8b\x08", 31, lambda inside: gzip.compress(inside, 9, mtime=0), change)


def zlib_streams(data: bytes, change: Change) -> bytes:
    """zlib (RFC 1950), wherever its first byte stands."""
    return _compressed(data, b"\x78", 15, lambda inside: zlib.compress(inside, 9), change)


def _compressed(data: bytes, magic: bytes, window: int, compress: Callable[[bytes], bytes], change: Change) -> bytes:
    out, at = [], 0
    while (found := data.find(magic, at)) >= 0:
        stream = zlib.decompressobj(window)
        try:
            inside = stream.decompress(data[found:], _MOST) if magic != b"\x78" or data[found + 1 : found + 2] in _LEVELS else b""
        except zlib.error:
            inside = b""
        end = len(data) - len(stream.unused_data) if stream.eof else found + 1
        made = change(inside) if stream.eof else inside
        out += [data[at:found], data[found:end] if made == inside else compress(made)]
        at = end
    return b"".join((*out, data[at:]))


def raw_deflate(data: bytes, change: Change) -> bytes:
    """DEFLATE without a frame (RFC 1951), the whole of the bytes; also without its end, as in RFC 7692."""
    stream = zlib.decompressobj(-15)
    try:
        inside = stream.decompress(data, _MOST)
    except zlib.error:
        return data
    whole = stream.eof or not stream.unconsumed_tail
    made = change(inside) if whole and inside else inside
    if made == inside:
        return data
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(made)
    if stream.eof:
        return packed + packer.flush() + stream.unused_data
    return (packed + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


def deflate(data: bytes, change: Change) -> bytes:
    """What HTTP calls deflate: zlib, and often no frame at all."""
    made = zlib_streams(data, change)
    return made if made != data else raw_deflate(data, change)


def brotli_stream(data: bytes, change: Change) -> bytes:
    """Brotli (RFC 7932): the whole of the bytes."""
    import brotli

    from auditor.decode.brotli_stream import inflate

    return _whole(data, inflate(data, _MOST), lambda inside: bytes(brotli.compress(inside)), change)


def zstd_frames(data: bytes, change: Change) -> bytes:
    """Zstandard (RFC 8878), from its magic to the end."""
    import zstandard

    from auditor.decode.zstd_stream import MAGIC, inflate

    at = max(0, data.find(MAGIC))
    packer = zstandard.ZstdCompressor(level=9)
    return data[:at] + _whole(data[at:], inflate(data[at:], _MOST), packer.compress, change)


def lz4_frames(data: bytes, change: Change) -> bytes:
    """LZ4 frames, from the magic to the end."""
    import lz4.frame

    from auditor.decode.lz4_frame import MAGIC, inflate

    at = max(0, data.find(MAGIC))
    return data[:at] + _whole(data[at:], inflate(data[at:], _MOST), lambda inside: bytes(lz4.frame.compress(inside)), change)


def grpc_frames(data: bytes, change: Change) -> bytes:
    """Frames of gRPC: a flag, four bytes of length, a message."""
    out, at = [], 0
    while at + 5 <= len(data):
        end = at + 5 + int.from_bytes(data[at + 1 : at + 5])
        if data[at] > 1 or end > len(data):
            break
        made = change(data[at + 5 : end])
        out.append(data[at : at + 1] + len(made).to_bytes(4) + made)
        at = end
    return b"".join((*out, data[at:]))


def _whole(data: bytes, inflated: Inflated | None, compress: Change, change: Change) -> bytes:
    """Bytes that are compressed as a whole, with the change inside; what is damaged or too large stays."""
    if inflated is None or inflated.broken or inflated.over_limit:
        return data
    made = change(inflated.data)
    return data if made == inflated.data else compress(made) + inflated.rest


COATS: dict[str, Callable[[bytes, Change], bytes]] = {
    "percent": percent,
    "plus": form,
    "form": form,
    "html": entities,
    "xml": entities,
    "unicode": escapes,
    "json": escapes,
    "csv": csv_quotes,
    "qp": quoted_printable,
    "multipart": quoted_printable,
    "utf16": utf16,
    "jwt": base64_runs,
    "base64": base64_runs,
    "base64url": base64_runs,
    "base32": base32_runs,
    "base58": base58_runs,
    "base85": base85_runs,
    "hex": hex_runs,
    "gzip": gzip_members,
    "zlib": zlib_streams,
    "deflate": deflate,
    "br": brotli_stream,
    "zstd": zstd_frames,
    "lz4": lz4_frames,
    "grpc": grpc_frames,
}
"""By the words of the published list. What is missing here (cookie, protobuf, msgpack ...) keeps its values as they are."""
