"""Needles: a planted value goes in; out come all byte strings that betray it, each with the check that confirms a hit.

A needle may be only the start of what it stands for: the first bytes find it fast, the check reads the rest. That keeps the
automaton small and finds truncated digests with the same needle.
"""

from base64 import a85encode, b32encode, b64encode, b85encode
from codecs import encode
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from auditor.identify.digests import (
    COMMON,
    DOUBLE,
    SELDOM_SIGNS,
    USUAL_SIGNS,
    Digest,
    crc32,
    digests,
    salted,
    salted_apart,
    salted_commonly,
)
from auditor.identify.variants import LISTED, Spelling, spellings

PLUS = ("plus",)
_LONGEST = 32
_SHORTEST_TEXT = 4
_HEX_START = 12
_RAW_START = 8
_BASE64_START = 12
_SHORTEST_EMBEDDED = 8
_SHORTEST_WIDE = 6
"""Of three Chinese characters, none of whose bytes is a zero."""
_SHORTEST_CHECKSUM = 7
"""Digits of one in hex without its zeros: six are any colour."""
_SHORTEST_DECIMAL = 9
_SHORTEST_TURNED = 8
_FEWEST = 4
"""Different characters of an embedded stretch; `AAAAAAAA`, which zeros in a hardware address make, stands in every picture."""
ALL_SPELLINGS = 200
"""More than any value has."""
_USUAL = 70
"""More than any has, the versions of an IMEI aside."""
_MOST = 1_000_000
_OF_ONE_SPELLING = 40
"""Needles that a spelling gives, about, again for each key, and twice for each salt."""
_LIKELIEST = 4
"""Spellings of which salts with a seldom sign between are looked for, and raw and cut before with a usual one."""
_LIKELY = 8
"""Spellings, the likeliest first, of which all digests of digests are looked for, and salted ones raw, cut before, as UUIDs and
around with a sign, too: each costs needles."""
_OF_RFC_1924 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
_OF_Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_TO_Z85 = bytes.maketrans(_OF_RFC_1924, _OF_Z85)
_TO_URL = bytes.maketrans(b"+/", b"-_")
_TAKEN_APART = frozenset({"base64", "base64url", "base32", "utf16"})
"""Encodings whose surroundings say whether a stretch is a part of a longer number or word."""


type Stretch = tuple[str, bytes]
"""The encoding's word, and the characters."""


class Form(StrEnum):
    """How a hit is confirmed."""

    TEXT = "text"
    EXACT = "exact"
    """Text in which case counts."""
    IMEI = "imei"
    """Fourteen digits that one or two more may follow."""
    RAW = "raw"
    HEX_DIGEST = "hex_digest"
    HEX_MIDDLE = "hex_middle"
    UUID_DIGEST = "uuid_digest"
    """The first sixteen bytes of a digest written as a UUID, with the version and the variant written over them or not."""
    HEX_END = "hex_end"
    """The end of a digest whose beginning was cut off."""
    RAW_DIGEST = "raw_digest"
    BASE64_DIGEST = "base64_digest"
    CHECKSUM = "checksum"
    GEOHASH = "geohash"
    """A cell's name, which is all of the text."""
    GEOHASH_START = "geohash_start"
    """The same, or the start of a longer one."""
    EMBEDDED = "embedded"
    """A stretch of an encoded text that only this value can cause. Counts where decoding finds nothing."""


class Needle(NamedTuple):
    """One byte string to look for, and what finding it means."""

    pattern: bytes
    caseless: bool
    form: Form
    value: int
    """Number of the planted value."""
    variant: str
    words: tuple[str, ...]
    """The encodings that the needle itself undoes, outermost first."""
    full: bytes
    """All of what is looked for; the pattern may be its start."""
    text: bytes = b""
    """Of a stretch of encoded text, the spelling that it is made of; empty where that cannot be read from around it."""


class Secrets(NamedTuple):
    """What the user knows of how clients hash."""

    salts: tuple[str, ...] = ()
    hmac_keys: tuple[str, ...] = ()


def spellings_hashed(values: int, secrets: Secrets) -> int:
    """Of how many spellings of each value digests and encoded stretches are looked for: a million needles fill a gigabyte."""
    lists = 1 + 2 * len(secrets.salts) + len(secrets.hmac_keys)
    count = _MOST // max(1, values * lists * _OF_ONE_SPELLING)
    return ALL_SPELLINGS if count >= _USUAL else max(1, count)


def needles_of(number: int, kind: str, value: str, secrets: Secrets, *, hashed: int = ALL_SPELLINGS) -> Iterator[Needle]:
    """All needles of one planted value, digests of the first `hashed` spellings; none where the value is too short to be told
    from chance."""
    for rank, spelling in enumerate(spellings(kind, value)):
        yield from _plain(number, kind, spelling)
        if rank >= hashed:
            continue
        rare = spelling.variant.startswith(("imei:16:", "imeisv:16:"))
        if not rare:
            yield from _embedded(number, spelling)
        if ":grouped:1:" in spelling.variant or f":{LISTED}" in spelling.variant:
            continue  # a list of digits or bytes is no text that a client hashes
        yield from _hashed_seldom(number, spelling, secrets) if rare else of_hashed(number, spelling, rank, secrets)


def of_hashed(number: int, spelling: Spelling, rank: int, secrets: Secrets) -> Iterator[Needle]:
    """Digests of one spelling, the more the likelier it is; of a seldom one only the commonest with the salts and keys."""
    for digest in digests(spelling.data, doubled=_doubled(rank, rare=spelling.seldom)):
        yield from (_of_likely_digest if rank < _LIKELY else of_digest)(number, spelling.variant, digest)
    yield from of_checksum(number, spelling.variant, spelling.data)
    if spelling.seldom:
        for digest in salted_commonly(spelling.data, secrets.salts, secrets.hmac_keys):
            yield from _of_digest_as_text(number, spelling.variant, digest)
        return
    written = _of_likely_digest if rank < _LIKELY else _of_digest_as_text
    for digest in salted(spelling.data, secrets.salts, secrets.hmac_keys):
        yield from written(number, spelling.variant, digest)
    yield from _salted_apart(number, spelling, secrets.salts, rank)


def _hashed_seldom(number: int, spelling: Spelling, secrets: Secrets) -> Iterator[Needle]:
    """Of spellings of which there are very many."""
    for digest in digests(spelling.data, doubled=0):
        yield from of_digest(number, spelling.variant, digest)
    for digest in salted_commonly(spelling.data, secrets.salts, secrets.hmac_keys):
        yield from _of_digest_as_text(number, spelling.variant, digest)


def _salted_apart(number: int, spelling: Spelling, salts: tuple[str, ...], rank: int) -> Iterator[Needle]:
    """With a sign between salt and value: with fewer signs, places of the salt and writings the seldomer the spelling is."""
    for digest in salted_apart(spelling.data, salts, USUAL_SIGNS, around=rank < _LIKELY):
        yield from (_of_likely_digest if rank < _LIKELIEST else _of_digest_as_text)(number, spelling.variant, digest)
    if rank < _LIKELIEST:
        for digest in salted_apart(spelling.data, salts, SELDOM_SIGNS):
            yield from _of_digest_as_text(number, spelling.variant, digest)


def _doubled(rank: int, *, rare: bool) -> int:
    """In how many ways a spelling is hashed twice."""
    if rare:
        return 0
    return len(DOUBLE) if rank < _LIKELY else 1


def _plain(number: int, kind: str, spelling: Spelling) -> Iterator[Needle]:
    data, variant = spelling.data, spelling.variant
    if spelling.binary:
        yield Needle(data, False, Form.RAW, number, variant, (), data)
        return
    if len(data) < _SHORTEST_TEXT:
        return
    if kind in ("imei", "imeisv") and len(data) >= 14 and data.isdigit() and ":swapped" not in variant:
        if variant.endswith(":14"):
            yield Needle(data, False, Form.IMEI, number, kind, (), data)
        return
    form = Form.EXACT if kind == "password" else Form.TEXT
    caseless = form is Form.TEXT and data.lower() != data.upper()
    yield Needle(data[:_LONGEST], caseless, form, number, variant, (), data)
    if b" " in data:  # a form within a form: its plus signs are no form's that a decoder sees
        plus = data.replace(b" ", b"+")
        yield Needle(plus[:_LONGEST], caseless, form, number, variant, PLUS, plus)
    for charset in _charsets(data):
        yield Needle(charset[:_LONGEST], False, Form.EXACT, number, variant, (), charset)


def _charsets(data: bytes) -> Iterator[bytes]:
    """Chinese text as older servers send it."""
    if data.isascii():
        return
    try:
        yield data.decode().encode("gb18030")
        yield data.decode().encode("big5")
    except UnicodeError:
        return


def _embedded(number: int, spelling: Spelling) -> Iterator[Needle]:
    """Stretches of encoded text, for places that no decoder takes apart."""
    data, variant = spelling.data, spelling.variant
    if len(data) < 6:
        return
    seen: set[bytes] = set()
    stretches = (*_base64_stretches(data), *_base32_stretches(data), *_base85_stretches(data), *_wide(data, spelling.binary))
    wide = _SHORTEST_EMBEDDED if data.isascii() else _SHORTEST_WIDE
    for word, pattern in stretches:
        least = wide if word == "utf16" else _SHORTEST_EMBEDDED
        if len(pattern) >= least and len(set(pattern)) >= _FEWEST and pattern not in seen:
            seen.add(pattern)
            text = data if word in _TAKEN_APART and (data.isascii() or word != "utf16") else b""
            yield Needle(pattern[:_LONGEST], False, Form.EMBEDDED, number, variant, (word,), pattern, text)
    if not spelling.binary:
        digits = data.hex().encode()
        yield Needle(digits[:_LONGEST], True, Form.EMBEDDED, number, variant, ("hex",), digits, data)
        yield from _turned(number, spelling)


def _turned(number: int, spelling: Spelling) -> Iterator[Needle]:
    """The text backwards, and each of its letters thirteen further."""
    text = spelling.data.decode(errors="replace")
    if not text.isascii() or len(text) < _SHORTEST_TURNED:
        return
    for note, turned in (("backwards", text[::-1]), ("rot13", encode(text, "rot13"))):
        if turned.lower() != text.lower():
            data = turned.encode()
            caseless = data.lower() != data.upper()
            yield Needle(data[:_LONGEST], caseless, Form.TEXT, number, f"{spelling.variant}:{note}", (), data)


def _base64_stretches(data: bytes) -> Iterator[Stretch]:
    """The characters that do not depend on what stands before and behind, for each of the three offsets (RFC 4648 section 4)."""
    for offset, start in ((0, 0), (1, 2), (2, 3)):
        whole = b64encode(b"\0" * offset + data)[start : (offset + len(data)) * 8 // 6]
        yield "base64", whole
        yield "base64url", whole.translate(_TO_URL)


def _base32_stretches(data: bytes) -> Iterator[Stretch]:
    """The same for base32 (section 6) and its five offsets."""
    for offset, start in ((0, 0), (1, 2), (2, 4), (3, 5), (4, 7)):
        whole = b32encode(b"\0" * offset + data)[start : (offset + len(data)) * 8 // 5]
        yield "base32", whole
        yield "base32", whole.lower()


def _base85_stretches(data: bytes) -> Iterator[Stretch]:
    """The same for base85, which turns each four bytes into five characters: Ascii85, RFC 1924 and Z85."""
    for offset in range(4):
        whole = data[offset : offset + (len(data) - offset) // 4 * 4]
        yield "base85", a85encode(whole)
        yield "base85", b85encode(whole)
        yield "base85", b85encode(whole).translate(_TO_Z85)


def _wide(data: bytes, binary: bool) -> Iterator[Stretch]:
    if not binary:
        text = data.decode(errors="ignore")
        yield "utf16", text.encode("utf-16-le")
        yield "utf16", text.encode("utf-16-be")


_MIDDLES = {"md5": "md5_16", "hmac_md5": "hmac_md5"}
"""Digests of which clients send the middle sixteen characters, with the word for these."""


def of_digest(number: int, variant: str, digest: Digest) -> Iterator[Needle]:
    """A digest in each way of writing it."""
    words, value, name = digest.words, digest.value, variant + digest.note
    digits = value.hex().encode()
    yield Needle(digits[-_HEX_START:], True, Form.HEX_END, number, name, words, digits)
    yield Needle(value[:_RAW_START], False, Form.RAW_DIGEST, number, name, words, value)
    yield from _of_digest_as_text(number, variant, digest)


def _as_uuid(number: int, variant: str, digest: Digest) -> Iterator[Needle]:
    """The beginning of a digest with the signs of a UUID; without them it is found as hex."""
    if digest.words[0] in COMMON:
        digits = digest.value.hex().encode()
        pattern = digits[:8] + b"-" + digits[8:12]
        yield Needle(pattern, True, Form.UUID_DIGEST, number, variant + digest.note, digest.words, digits)


def _of_likely_digest(number: int, variant: str, digest: Digest) -> Iterator[Needle]:
    yield from of_digest(number, variant, digest)
    yield from _as_uuid(number, variant, digest)


def of_hex(number: int, variant: str, words: tuple[str, ...], digits: bytes) -> Needle:
    """A digest in hex, whole or cut behind."""
    return Needle(digits[:_HEX_START], True, Form.HEX_DIGEST, number, variant, words, digits)


def _of_digest_as_text(number: int, variant: str, digest: Digest) -> Iterator[Needle]:
    """In hex and base64, whole or cut behind."""
    words, value, name = digest.words, digest.value, variant + digest.note
    digits = value.hex().encode()
    yield of_hex(number, name, words, digits)
    text = b64encode(value).rstrip(b"=")
    yield Needle(text[:_BASE64_START], False, Form.BASE64_DIGEST, number, name, ("base64", *words), text)
    other = text.translate(_TO_URL)
    if other[:_BASE64_START] != text[:_BASE64_START]:
        yield Needle(other[:_BASE64_START], False, Form.BASE64_DIGEST, number, name, ("base64url", *words), other)
    if words[0] in _MIDDLES:
        yield from _of_middle(number, name, (_MIDDLES[words[0]], *words[1:]), value[4:12])


def _of_middle(number: int, name: str, words: tuple[str, ...], value: bytes) -> Iterator[Needle]:
    """Eight bytes of a digest as a digest of their own."""
    digits = value.hex().encode()
    yield Needle(digits, True, Form.HEX_MIDDLE, number, name, words, digits)
    for word, text in _in_base64(value):
        yield Needle(text, False, Form.BASE64_DIGEST, number, name, (word, *words), text)


def _in_base64(value: bytes) -> Iterator[Stretch]:
    """Without padding, in the other alphabet too where it differs."""
    text = b64encode(value).rstrip(b"=")
    yield "base64", text
    if text.translate(_TO_URL) != text:
        yield "base64url", text.translate(_TO_URL)


def of_checksum(number: int, variant: str, data: bytes) -> Iterator[Needle]:
    """CRC-32 in hex, as a number with a sign or without, and its bytes in base64."""
    checksum = crc32(data)
    for digits in dict.fromkeys((f"{checksum:08x}".encode(), f"{checksum:x}".encode())):
        if len(digits) >= _SHORTEST_CHECKSUM:
            yield Needle(digits, True, Form.CHECKSUM, number, variant, ("crc32",), digits)
    for value in (checksum, checksum - 2**32):
        decimal = str(value).encode()
        if len(decimal) >= _SHORTEST_DECIMAL:
            yield Needle(decimal, False, Form.CHECKSUM, number, variant, ("crc32",), decimal)
    for word, text in _in_base64(checksum.to_bytes(4)):
        yield Needle(text, False, Form.CHECKSUM, number, variant, (word, "crc32"), text)
