"""Every usual way to write one value: a kind and a value go in, spellings come out, each with the name that sightings show.

Spellings come before any encoding: `encodings` and `digests` make needles from each of them. A new kind needs a line in `_FORMS`
only where it is written in other ways than as it is.
"""

import ipaddress
import re
import struct
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple
from urllib.parse import unquote

from auditor.identify import dates, numbers
from auditor.identify.canonical import canonical
from auditor.identify.phone import spellings as phone_spellings

type Forms = Iterator[tuple[str, str]]


class Spelling(NamedTuple):
    """One way to write a value."""

    variant: str
    """Like `mac:nosep:upper`."""
    data: bytes
    """The written text in UTF-8, or the bytes of a binary form."""
    binary: bool = False
    seldom: bool = False
    """Written so now and then: clients hash and salt other spellings."""


_LETTERS_AND_DIGITS = re.compile(r"[^0-9A-Za-z]")
_SELDOM = frozenset(
    {"quads", "slaac", "eui64", "nocheck", "nosigns", "issuer", "nai", "underscored", "spaced", "apns", "arpa", "little"}
    | {"name", "abbreviation", "time", "seconds", "millis", "swapped", "unquoted", "parted", "area"}
)
"""Words in the names of seldom spellings."""
_DIVISION = re.compile(r"(?:(?<=[\u4e00-\u9fff]{2})|(?<=[\u4e00-\u9fff]{3}))(?:省|自治区|市|区|县|镇|乡|街道)(?=[\u4e00-\u9fff])")
"""The end of a division's name in a Chinese address, behind which forms put a space."""
_TOWN = re.compile(r"(?:(?<=[\u4e00-\u9fff]{2})|(?<=[\u4e00-\u9fff]{3}))(?:省|自治区|市|区|县)(?=[\u4e00-\u9fff])")
"""The same down to the district, which is as far as the lists of a form go."""
_LEAST_DETAIL = 8
LISTED = "listed:"
"""In the names of spellings that are lists of numbers: no text that a client hashes."""
_OF_WORDS = frozenset(
    {"email", "user_name", "nickname", "password", "postal_address", "push_token", "token", "ssid", "ip", "text", "other"}
)
_LEAST_BARE = 8
_LEAST_UNQUOTED = 8
_NORMAL_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
"""Of Unicode: phones type composed letters, file systems and some keyboards take them apart."""
_SIGNS = re.compile(r"[\W_]+")
_TOKENS = frozenset({"token", "push_token"})
"""Kinds in which case tells values apart, so that few clients change it; it does not in tokens of bytes in hex."""
_HEX_TOKEN = re.compile(r"<?[0-9a-f ]{32,}>?|<?[0-9A-F ]{32,}>?")


def spellings(kind: str, value: str) -> tuple[Spelling, ...]:
    """All spellings of a value, the likeliest first, none twice. Empty for kinds that are not found by searching text."""
    if kind in ("location", "image"):
        return ()
    found: dict[bytes, Spelling] = {}
    for form, text in (*_FORMS.get(kind, _plain)(value.strip()), *_normal(kind, value.strip()), *_bare(kind, value)):
        for case, cased in _cases(kind, text):
            name = f"{kind}{case}" if form == "given" and case else f"{kind}:{form}{case}"
            seldom = not _SELDOM.isdisjoint(form.split(":")) or (bool(case) and _is_of_one_case(kind, text))
            data = cased.encode(errors="backslashreplace")
            found.setdefault(data, Spelling(name, data, seldom=seldom))
    for form, data in _BINARY.get(kind, _no_bytes)(canonical(kind, value)):
        found.setdefault(data, Spelling(f"{kind}:{form}", data, True))
    return tuple(spelling for data, spelling in _as_given_first(kind, value, found).items() if data)


def _as_given_first(kind: str, value: str, found: dict[bytes, Spelling]) -> dict[bytes, Spelling]:
    """The text that the user wrote before all others: whoever copies it into a list may have it from where clients have it."""
    data = value.strip().encode(errors="backslashreplace")
    given = found.pop(data, Spelling(f"{kind}:given", data))
    return {data: given._replace(seldom=False), **found}


def _cases(kind: str, text: str) -> Iterator[tuple[str, str]]:
    if text.lower() == text.upper() or kind == "password":
        yield "", text
        return
    if text not in (text.lower(), text.upper()):
        yield "", text
    yield ":lower", text.lower()
    yield ":upper", text.upper()


def _is_of_one_case(kind: str, text: str) -> bool:
    return kind in _TOKENS and not _HEX_TOKEN.fullmatch(text)


def _plain(value: str) -> Forms:
    yield "given", value


def _normal(kind: str, value: str) -> Forms:
    """Letters with their signs joined and taken apart; and what remains where somebody undoes percent-encoding that is none."""
    if kind not in _OF_WORDS or kind == "ip":
        return
    for form in _NORMAL_FORMS:
        if (text := unicodedata.normalize(form, value)) != value:
            yield form.lower(), text
    if "%" in value and len(text := unquote(value, errors="replace")) >= _LEAST_UNQUOTED:
        yield "unquoted", text


def _bare(kind: str, value: str) -> Forms:
    """A value of words as host and file names have it: without signs and spaces. Kinds of digits have forms of their own."""
    bare = _SIGNS.sub("", value)
    if kind in _OF_WORDS and len(bare) >= _LEAST_BARE:
        yield "nosigns", bare


def _mac(value: str) -> Forms:
    digits = canonical("mac", value)
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        yield "given", value
        return
    for name, run in (("", digits), ("reversed:", _reversed(digits))):
        pairs = re.findall("..", run)
        for form, separator in (("colon", ":"), ("nosep", ""), ("dash", "-"), ("dot", "."), ("space", " "), ("underscore", "_")):
            yield f"{name}{form}", separator.join(pairs)
        for form, separator in (("cisco", "."), ("quads:colon", ":"), ("quads:dash", "-")):
            yield f"{name}{form}", separator.join(re.findall("....", run))
        yield f"{name}half", f"{run[:6]}-{run[6:]}"
        yield f"{name}half:colon", f"{run[:6]}:{run[6:]}"
        yield f"{name}integer", str(int(run, 16))
        yield f"{name}short", ":".join(pair.lstrip("0") or "0" for pair in pairs)
    yield from _interface(digits)
    yield from _in_numbers(bytes.fromhex(digits))


def _in_numbers(data: bytes) -> Forms:
    """The bytes as numbers, with a sign in Java's way too, as programs print an array."""
    signed = tuple(byte - 256 if byte > 127 else byte for byte in data)
    for word, parts in (("", tuple(data)), ("signed:", signed)):
        for form, separator in (("comma", ","), ("commas", ", "), ("dot", "."), ("dash", "-"), ("colon", ":"), ("space", " ")):
            yield f"{LISTED}{word}{form}", separator.join(map(str, parts))


def _interface(digits: str) -> Forms:
    """The identifier that an interface makes of its address (EUI-64), alone and as the end of an IPv6 address (RFC 4291,
    appendix A)."""
    wide = f"{int(digits[:2], 16) ^ 2:02x}{digits[2:6]}fffe{digits[6:]}"
    yield "slaac", ":".join(part.lstrip("0") or "0" for part in re.findall("....", wide))
    yield "slaac:exploded", ":".join(re.findall("....", wide))
    yield "eui64", ":".join(re.findall("..", wide))
    yield "eui64:dash", "-".join(re.findall("..", wide))
    yield "eui64:nosep", wide
    yield "eui64:plain", ":".join(re.findall("..", f"{digits[:6]}fffe{digits[6:]}"))


def _mac_bytes(digits: str) -> Iterator[tuple[str, bytes]]:
    if re.fullmatch(r"[0-9a-f]{12}", digits):
        data = bytes.fromhex(digits)
        yield "raw", data
        yield "raw:reversed", data[::-1]
        yield "raw:eui64", bytes([data[0] ^ 2]) + data[1:3] + b"\xff\xfe" + data[3:]


def _reversed(digits: str) -> str:
    return "".join(re.findall("..", digits)[::-1])


def _resident_id(value: str) -> Forms:
    """Grouped as place, date and number."""
    yield from _words(value)
    if len(value) == 18:
        for form, separator in (("space", " "), ("dash", "-")):
            yield f"grouped:{form}", separator.join((value[:6], value[6:14], value[14:]))
            yield f"grouped:4:{form}", separator.join((value[:6], value[6:10], value[10:14], value[14:]))
            yield f"grouped:3:{form}", separator.join((value[:3], value[3:6], value[6:10], value[10:14], value[14:]))


def _push_token(value: str) -> Forms:
    """Apple's tokens of 32 bytes as older systems print them, too."""
    yield "given", value
    if re.fullmatch(r"[0-9A-Fa-f]{64}", value):
        yield "apns", " ".join(re.findall("." * 8, value))


def _uuid(value: str) -> Forms:
    digits = _LETTERS_AND_DIGITS.sub("", value)
    if len(digits) == 32:
        yield "dashed", "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    if value != digits:
        yield "given", value
    yield "nosep", digits
    if len(digits) == 32:
        for form, separator in (("underscored", "_"), ("spaced", " ")):
            yield form, separator.join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _uuid_bytes(digits: str) -> Iterator[tuple[str, bytes]]:
    if re.fullmatch(r"[0-9a-f]{32}", digits):
        data = bytes.fromhex(digits)
        yield "raw", data
        yield "raw:guid", struct.pack("<IHH", *struct.unpack(">IHH", data[:8])) + data[8:]


def _android_id(value: str) -> Forms:
    digits = value.strip()
    yield "given", digits
    yield "nosep", canonical("android_id", digits)
    if re.fullmatch(r"[0-9A-Fa-f]{16}", digits):
        number = int(digits, 16)
        yield "integer", str(number)
        yield "integer:signed", str(number - 2**64 if number >= 2**63 else number)
        for form, separator in (("dash", "-"), ("colon", ":"), ("space", " ")):
            yield f"quads:{form}", separator.join(re.findall("....", digits))
            yield f"quads:pairs:{form}", separator.join(re.findall("..", digits))


def _text_in_hex(text: str) -> Iterator[tuple[str, bytes]]:
    """A token that is the hex of bytes, of sixteen and more of them."""
    digits = re.sub(r"[<> ]", "", text)
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}){16,}", digits):
        yield "raw", bytes.fromhex(digits)


def _meid_bytes(digits: str) -> Iterator[tuple[str, bytes]]:
    if re.fullmatch(r"[0-9a-f]{14,15}", digits):
        yield "raw", bytes.fromhex(digits[:14])


def _ip_bytes(text: str) -> Iterator[tuple[str, bytes]]:
    """Of IPv6 only: four bytes stand everywhere by chance."""
    try:
        yield "raw", ipaddress.IPv6Address(text).packed
    except ValueError:
        return


def _hex_bytes(digits: str) -> Iterator[tuple[str, bytes]]:
    if re.fullmatch(r"[0-9a-f]{16}", digits):
        data = bytes.fromhex(digits)
        yield "raw", data
        yield "raw:reversed", data[::-1]


def _email(value: str) -> Forms:
    yield "given", value
    yield "capital", value.capitalize()
    local, _, domain = value.rpartition("@")
    yield "bare", f"{local.partition('+')[0]}@{domain}"
    if domain.lower() in ("gmail.com", "googlemail.com"):
        yield "nodots", f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _date(value: str) -> Forms:
    year, month, day = (*canonical("birth_date", value).split("-"), "", "")[:3]
    if year.isdigit() and month.isdigit() and day.isdigit():
        yield from dates.spellings(year, month, day)
    else:
        yield "given", value


def _address(value: str) -> Forms:
    yield "given", value
    yield "nospace", re.sub(r"\s+", "", value)
    yield "nocomma", re.sub(r"\s+", " ", re.sub(r"[,，;；]", " ", value)).strip()
    yield "comma", re.sub(r"\s*[,，]\s*", ",", value)
    yield "lines", re.sub(r"\s*[,，]\s*", "\n", value)
    yield from _first_lines(value)
    yield from _divided(re.sub(r"\s+", "", value))


def _first_lines(value: str) -> Forms:
    """The house and the street, and the flat, as forms ask for them apart from town and state."""
    lines = re.split(r"\s*[,，;；\n]\s*", value)
    for count in (1, 2):
        text = ", ".join(lines[:count])
        if len(lines) > count + 1 and len(text) >= _LEAST_DETAIL and any(character.isdigit() for character in text):
            yield f"line{count}", text


def _divided(value: str) -> Forms:
    """A Chinese address as forms have it: a space behind each division's name or the last, and what follows alone."""
    ends = [match.end() for match in _DIVISION.finditer(value)]
    if not ends:
        return
    yield "divisions", _DIVISION.sub(r"\g<0> ", value)
    detail = value[ends[-1] :]
    yield "division", f"{value[: ends[-1]]} {detail}"
    yield "towns", _TOWN.sub(r"\g<0> ", value)
    for form, separator in (("comma", ","), ("wide", "，"), ("dash", "-"), ("slash", "/"), ("bar", "|")):
        yield f"parted:{form}", _TOWN.sub(rf"\g<0>{separator}", value)
    if len(detail) >= _LEAST_DETAIL and any(character.isdigit() for character in detail):
        yield "detail", detail


def _ssid(value: str) -> Forms:
    """Android hands the name out in quotes."""
    yield "given", value
    yield "quoted", f'"{value}"'


def _words(value: str) -> Forms:
    yield "given", value
    bare = _LETTERS_AND_DIGITS.sub("", value)
    if not value.isascii() or len(bare) < 8:
        return
    yield "nosep", bare
    if bare != value:
        for form, separator in (("space", " "), ("dash", "-"), ("dot", "."), ("underscore", "_"), ("colon", ":"), ("slash", "/")):
            yield form, separator.join(part for part in _LETTERS_AND_DIGITS.split(value) if part)


def _ip(value: str) -> Forms:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        yield "given", value
        return
    yield "text", address.compressed
    yield "given", value
    if isinstance(address, ipaddress.IPv4Address):
        yield "integer", str(int(address))
        yield "dashed", value.replace(".", "-")
        yield "padded", ".".join(part.zfill(3) for part in value.split("."))
        yield "hex", address.packed.hex()
        yield "hex:0x", f"0x{address.packed.hex()}"
        yield "integer:little", str(int.from_bytes(address.packed, "little"))
    else:
        yield "exploded", address.exploded
        yield "uncompressed", ":".join(f"{int(part, 16):x}" for part in address.exploded.split(":"))
        yield "hex", address.packed.hex()
        yield "integer", str(int(address))
    yield "arpa", address.reverse_pointer


_FORMS: dict[str, Callable[[str], Forms]] = {
    "imei": numbers.imei,
    "imeisv": numbers.imei,
    "meid": numbers.meid,
    "imsi": numbers.imsi,
    "iccid": numbers.iccid,
    "card": numbers.card,
    "mac": _mac,
    "bssid": _mac,
    "android_id": _android_id,
    "oaid": _uuid,
    "aaid": _uuid,
    "idfa": _uuid,
    "idfv": _uuid,
    "phone": lambda value: iter(phone_spellings(value)),
    "email": _email,
    "birth_date": _date,
    "postal_address": _address,
    "serial": _words,
    "ssid": _ssid,
    "ip": _ip,
    "resident_id": _resident_id,
    "push_token": _push_token,
}

_BINARY: dict[str, Callable[[str], Iterator[tuple[str, bytes]]]] = {
    "imei": numbers.imei_bytes,
    "imeisv": numbers.imei_bytes,
    "meid": _meid_bytes,
    "push_token": _text_in_hex,
    "token": _text_in_hex,
    "ip": _ip_bytes,
    "imsi": numbers.digits_swapped,
    "iccid": numbers.digits_swapped,
    "mac": _mac_bytes,
    "bssid": _mac_bytes,
    "android_id": _hex_bytes,
    "oaid": _uuid_bytes,
    "aaid": _uuid_bytes,
    "idfa": _uuid_bytes,
    "idfv": _uuid_bytes,
}


def _no_bytes(_: str) -> Iterator[tuple[str, bytes]]:
    return iter(())
