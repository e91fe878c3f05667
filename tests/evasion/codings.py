"""Content codings: stacked, unknown, lying, damaged, in several members, with more behind the end."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from base64 import b64encode, b85encode

import brotli
import lz4.frame
import zstandard

from tests.evasion.ways import DOCUMENT, IMEI, Outcome, Way, coded, request

GZIP = gzip.compress(DOCUMENT, mtime=0)
NOISE = random.Random(7)
CIPHERTEXT = NOISE.randbytes(420)
SKIPPED = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
"""A frame that zstd and LZ4 step over."""


def zipped(name: str, data: bytes) -> bytes:
    """A ZIP archive of one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def archived(name: str, data: bytes) -> bytes:
    """A tar archive of one member."""
    file, member = io.BytesIO(), tarfile.TarInfo(name)
    member.size = len(data)
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def signed_chunks(data: bytes) -> bytes:
    """Chunks with signatures, cut where it hurts."""
    middle = len(data) // 2
    chunks = (data[:middle], data[middle:], b"")
    return b"".join(b"%x;chunk-signature=%064x\r\n%s\r\n" % (len(chunk), 7, chunk) for chunk in chunks)


def deflated(data: bytes, dictionary: bytes = b"") -> bytes:
    """Raw deflate, or zlib with a preset dictionary."""
    stream = zlib.compressobj(zdict=dictionary) if dictionary else zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def named_gzip() -> bytes:
    """gzip with the value as the file's name in its header (RFC 1952 section 2.3)."""
    return GZIP[:3] + b"\x08" + GZIP[4:10] + IMEI.encode() + b"\0" + gzip.compress(b"nothing here", mtime=0)[10:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG image."""
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes((0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)))


def codings() -> tuple[Way, ...]:
    """Codings of HTTP."""
    return (
        coded("gzip", "gzip", GZIP),
        coded("x-gzip", "x-gzip", GZIP),
        coded("shouted", " GZIP ", GZIP),
        coded("gzip twice", "gzip, gzip", gzip.compress(GZIP, mtime=0)),
        coded("gzip then br", "gzip, br", brotli.compress(GZIP)),
        coded("over two headers", "gzip", brotli.compress(GZIP), Outcome.FOUND, "br"),
        coded("second member", "gzip", gzip.compress(b"{}", mtime=0) + GZIP),
        coded("hidden behind the end", "gzip", gzip.compress(b"{}", mtime=0) + b"imei=" + IMEI.encode()),
        coded("packed behind the end", "gzip", gzip.compress(b"{}", mtime=0) + b"\0\0" + zlib.compress(DOCUMENT), Outcome.EITHER),
        request("undeclared gzip", GZIP),
        request("undeclared zlib", zlib.compress(DOCUMENT)),
        request("undeclared brotli", brotli.compress(DOCUMENT)),
        request("undeclared deflate", deflated(DOCUMENT)),
        coded("declared, not there", "gzip", DOCUMENT),
        coded("a charset for a coding", "utf-8", DOCUMENT),
        coded("br says, gzip is", "br", GZIP),
        coded("gzip says, zstd is", "gzip", zstandard.compress(DOCUMENT)),
        coded("identity among others", "identity, gzip, identity", GZIP),
        coded("zlib", "deflate", zlib.compress(DOCUMENT)),
        coded("raw deflate", "deflate", deflated(DOCUMENT)),
        coded("zstd", "zstd", zstandard.compress(DOCUMENT)),
        coded("zstd behind a frame to skip", "zstd", SKIPPED + zstandard.compress(DOCUMENT)),
        coded("two frames of zstd", "zstd", zstandard.compress(b"{}") + zstandard.compress(DOCUMENT)),
        coded("lz4", "lz4", lz4.frame.compress(DOCUMENT)),
        coded("lz4 behind a frame to skip", "lz4", SKIPPED + lz4.frame.compress(DOCUMENT)),
        coded("in a frame to skip", "lz4", lz4.frame.compress(b"{}") + b"\x50\x2a\x4d\x18\x0f\0\0\0" + IMEI.encode()),
        coded("chunks of a bucket", "aws-chunked", signed_chunks(DOCUMENT)),
        coded("packed chunks of a bucket", "aws-chunked,gzip", signed_chunks(GZIP)),
        request("tar", archived("log.txt", DOCUMENT)),
        request("tar in gzip", gzip.compress(archived("log.txt", DOCUMENT), mtime=0)),
        request("name in a tar", archived(f"{IMEI}.log", b"nothing here")),
        coded("name in the gzip header", "gzip", named_gzip()),
        request("transfer coding", GZIP, headers=((b"Transfer-Encoding", b"gzip, chunked"),)),
        coded("unknown coding", "rot13", DOCUMENT.replace(IMEI.encode(), b"xyz"), Outcome.UNREAD),
        coded("compress", "compress", b"\x1f\x9d\x90" + CIPHERTEXT, Outcome.UNREAD),
        coded("twelve codings", ", ".join(["gzip"] * 12), GZIP, Outcome.UNREAD),
        coded("cut gzip", "gzip", gzip.compress(NOISE.randbytes(900) + DOCUMENT, mtime=0)[:600], Outcome.UNREAD),
        coded("wrong checksum", "gzip", GZIP[:-8] + b"\0" * 8, Outcome.EITHER),
        coded("bomb", "gzip", gzip.compress(b"\0" * 9_000_000 + DOCUMENT, mtime=0), Outcome.UNREAD),
        request("zlib with a dictionary", deflated(DOCUMENT, DOCUMENT), outcome=Outcome.UNREAD),
        request("zip", zipped("log.txt", DOCUMENT)),
        request("name in a zip", zipped(f"{IMEI}.log", b"nothing here")),
        request("xz", lzma.compress(DOCUMENT), outcome=Outcome.UNREAD),
        request("bzip2", bz2.compress(DOCUMENT), outcome=Outcome.UNREAD),
        request("lzma", lzma.compress(DOCUMENT, lzma.FORMAT_ALONE), outcome=Outcome.UNREAD),
        request("ciphertext", CIPHERTEXT, outcome=Outcome.UNREAD),
        request("ciphertext in json", b'{"v":1,"data":"' + b64encode(CIPHERTEXT) + b'"}', outcome=Outcome.UNREAD),
        request("ciphertext in hex", b"data=" + CIPHERTEXT.hex().encode(), outcome=Outcome.UNREAD),
        request("ciphertext as an image", CIPHERTEXT, headers=((b"Content-Type", b"image/png"),), outcome=Outcome.UNREAD),
        request("xor", bytes(byte ^ 0xAA for byte in DOCUMENT), outcome=Outcome.UNREAD),
        request("packed behind the first letters of an image", b"GIF89a" + zlib.compress(DOCUMENT)[2:-4], outcome=Outcome.EITHER),
        request("ciphertext behind the first letters of an image", b"GIF89a" + CIPHERTEXT, outcome=Outcome.UNREAD),
        request("ciphertext behind the name of a database", b"SQLite format 3\0" + CIPHERTEXT, outcome=Outcome.UNREAD),
        request("ciphertext behind a photograph's first letters", b"\xff\xd8\xff\xe0" + CIPHERTEXT, outcome=Outcome.UNREAD),
        request("behind an image", PNG + NOISE.randbytes(80) + b"IEND\xaeB`\x82" + DOCUMENT),
        request("packed in a text of an image", PNG + chunk(b"zTXt", b"n\0\0" + zlib.compress(DOCUMENT)) + chunk(b"IEND", b"")),
        request(
            "packed in the colours of an image",
            PNG + chunk(b"iCCP", b"n\0\0" + zlib.compress(bytes(36) + b"acsp" + bytes(88) + DOCUMENT)) + chunk(b"IEND", b""),
        ),
        request("packed behind an image", PNG + chunk(b"IEND", b"") + zlib.compress(DOCUMENT)),
        request("base85", b'{"d":"' + b85encode(DOCUMENT) + b'"}'),
        request("backwards", DOCUMENT[::-1]),
        request(
            "image in base64 with a comment",
            b'{"p":"' + b64encode(b"\xff\xd8\xff\xfe\0\x20" + IMEI.encode() + b"\xff\xd9") + b'"}',
        ),
    )
