"""What stands for what: planted values and their pseudonyms in; for everything that betrays a value, its counterpart out.

A counterpart is made as the detector's needle is: the same spelling of the pseudonym, its digest by the same chain, its checksum.
So whoever looks for the pseudonym finds it in every place and disguise in which the value stood.
"""

import re
from base64 import b64encode
from codecs import encode
from collections.abc import Iterator, Mapping

from auditor.identify.confirm import VARIANT, VERSION
from auditor.identify.digests import DOUBLE, crc32, digests, salted, salted_apart
from auditor.identify.needles import Form
from auditor.identify.planted import Hit
from auditor.identify.variants import Spelling, spellings
from auditor.model.session import PlantedValue, Subjects

_TO_URL = bytes.maketrans(b"+/", b"-_")
_UUID_DIGITS = 32
_DASH = ord("-")
_AS_IT_STANDS = frozenset({Form.EXACT, Form.RAW, Form.RAW_DIGEST, Form.BASE64_DIGEST})


_DIGESTS = frozenset({Form.HEX_DIGEST, Form.HEX_END, Form.RAW_DIGEST, Form.BASE64_DIGEST})
"""Forms that may stand there cut short."""


class Counterparts:
    """For each planted value, by its number, what stands for each byte string."""

    def __init__(self, subjects: Subjects, chosen: Mapping[str, str], pictures: Mapping[str, bytes]) -> None:
        """By label: `chosen` holds the pseudonym of each planted value, `pictures` the stand-in of each planted picture."""
        self._pseudonyms = tuple(chosen[entry.label] for entry in subjects.identifiers)
        self._values = tuple(entry.value for entry in subjects.identifiers)
        self._kinds = tuple(entry.kind for entry in subjects.identifiers)
        self._of = tuple(_counterparts(entry, chosen[entry.label], subjects, pictures) for entry in subjects.identifiers)

    def of(self, hit: Hit) -> bytes | None:
        """What stands for the bytes of a hit; None where only taking the encoding off helps."""
        there = hit.field.value[hit.span.start : hit.span.end]
        form = hit.needle.form
        if form is Form.IMEI:
            return self._imei(hit.needle.value, there)
        found = self._of[hit.needle.value].get(hit.needle.full)
        if found is None:
            return None
        if form is Form.EMBEDDED and hit.needle.words[0] not in ("utf16", "hex"):
            return None
        if hit.span.variant.endswith(":uuid"):
            return cased(there, _as_uuid(there, hit.needle.full, found))
        if form in _DIGESTS and len(there) < len(found):
            found = found[-len(there) :] if form is Form.HEX_END else found[: len(there)]
        return found if form in _AS_IT_STANDS else cased(there, found)

    def spelled(self, hit: Hit) -> tuple[bytes, bytes] | None:
        """The spelling that an encoded stretch is made of, and its counterpart."""
        number = hit.needle.value
        mine = {one.variant: one.data for one in spellings(self._kinds[number], self._values[number])}
        old = mine.get(hit.needle.variant)
        new = self._of[number].get(old) if old is not None else None
        return None if old is None or new is None else (old, new)

    def _imei(self, number: int, there: bytes) -> bytes:
        """Fourteen digits, and one or two more: a check digit is made right, a version stays."""
        spelled = {one.variant: one.data for one in spellings("imei", self._pseudonyms[number])}
        core = spelled["imei:14"]
        if len(there) != 15:
            return core + there[14:]
        return core + there[14:] if there.endswith(b"0") and not _checks(there) else spelled["imei:15"]


def _checks(digits: bytes) -> bool:
    from auditor.identify.checks import luhn

    return luhn(digits.decode())


def _as_uuid(there: bytes, full: bytes, made: bytes) -> bytes:
    """The start of a digest in hex as the UUID that stood there: its signs, and its version and variant where it has its own."""
    digits, new = there.replace(b"-", b"").lower(), bytearray(made[:_UUID_DIGITS])
    if digits != full[:_UUID_DIGITS]:
        new[VERSION] = digits[VERSION]
        variant = int(digits[VARIANT : VARIANT + 1], 16) & 12 | int(new[VARIANT : VARIANT + 1], 16) & 3
        new[VARIANT : VARIANT + 1] = b"%x" % variant
    letters = iter(new)
    return bytes(byte if byte == _DASH else next(letters) for byte in there)


def cased(there: bytes, made: bytes) -> bytes:
    """The counterpart in the case in which the value stood: as a whole, or character by character where it stood in both."""
    if there == there.upper() != there.lower():
        return made.upper()
    if there == there.lower() != there.upper():
        return made.lower()
    if len(there) == len(made) and there.lower() != there.upper():
        return b"".join(_case(old, new) for old, new in zip(there, made, strict=True))
    return made


def _case(old: int, new: int) -> bytes:
    sign, made = bytes([old]), bytes([new])
    if not sign.isalpha() or not made.isalpha():
        return made
    return made.upper() if sign.isupper() else made.lower()


def _counterparts(entry: PlantedValue, pseudonym: str, subjects: Subjects, pictures: Mapping[str, bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for image in subjects.images if entry.kind == "image" else ():
        if image.label == entry.label:  # the digests of a picture: of the one that stands for it
            for mine, its in zip(digests(image.data, doubled=0), digests(pictures[entry.label], doubled=0), strict=True):
                found.update(_of_digest(mine.value, its.value))
    spelled, others = spellings(entry.kind, entry.value), {one.variant: one for one in spellings(entry.kind, pseudonym)}
    for rank, spelling in enumerate(spelled):
        other = others.get(spelling.variant) or _by_shape(spelling, entry.value, pseudonym)
        if other is None:
            continue
        for old, new in _pairs(spelling, other, doubled=len(DOUBLE) if rank < 8 else 1, subjects=subjects):
            found.setdefault(old, new)
    return found


def _by_shape(spelling: Spelling, value: str, pseudonym: str) -> Spelling | None:
    """A spelling that the pseudonym does not have under the same name, because it equals another one: by changing characters."""
    if spelling.binary or len(value) != len(pseudonym):
        return None
    text = spelling.data.decode(errors="replace")
    plain = re.sub(r"[^0-9A-Za-z]", "", text).lower()
    if plain != re.sub(r"[^0-9A-Za-z]", "", value).lower():
        return None
    marks = iter(char for char in pseudonym if char.isalnum())
    made = "".join(next(marks, char) if char.isalnum() else char for char in text)
    cased = made.upper() if text.isupper() else made.lower() if text.islower() else made
    return Spelling(spelling.variant, cased.encode())


def _pairs(mine: Spelling, its: Spelling, *, doubled: int, subjects: Subjects) -> Iterator[tuple[bytes, bytes]]:
    """Every needle of one spelling, in full, with its counterpart."""
    yield mine.data, its.data
    if not mine.binary:
        yield mine.data.hex().encode(), its.data.hex().encode()
        yield mine.data[::-1], its.data[::-1]
        yield _rot13(mine.data), _rot13(its.data)
        for charset in ("utf-16-le", "utf-16-be", "gb18030", "big5"):
            yield _recoded(mine.data, charset), _recoded(its.data, charset)
    secrets = (subjects.salts, subjects.hmac_keys)
    hashed = zip(
        (
            *digests(mine.data, doubled=doubled),
            *salted(mine.data, *secrets),
            *salted_apart(mine.data, subjects.salts, around=True),
        ),
        (*digests(its.data, doubled=doubled), *salted(its.data, *secrets), *salted_apart(its.data, subjects.salts, around=True)),
        strict=True,
    )
    for old, new in hashed:
        yield from _of_digest(old.value, new.value)
    old_sum, new_sum = crc32(mine.data), crc32(its.data)
    for form in ("{:08x}", "{:x}", "{}"):
        yield form.format(old_sum).encode(), form.format(new_sum).encode()
    yield str(old_sum - 2**32).encode(), str(new_sum - 2**32).encode()
    yield from _in_base64(old_sum.to_bytes(4), new_sum.to_bytes(4))


def _rot13(data: bytes) -> bytes:
    return encode(data.decode(errors="replace"), "rot13").encode()


def _recoded(data: bytes, charset: str) -> bytes:
    return data.decode(errors="ignore").encode(charset, "replace")


def _of_digest(old: bytes, new: bytes) -> Iterator[tuple[bytes, bytes]]:
    yield old, new
    digits, made = old.hex().encode(), new.hex().encode()
    yield digits, made
    yield digits[8:24], made[8:24]
    yield from _in_base64(old, new)
    yield from _in_base64(old[4:12], new[4:12])


def _in_base64(old: bytes, new: bytes) -> Iterator[tuple[bytes, bytes]]:
    text, other = b64encode(old).rstrip(b"="), b64encode(new).rstrip(b"=")
    yield text, other
    yield text.translate(_TO_URL), other.translate(_TO_URL)
