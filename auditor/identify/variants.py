"""Every usual way to write one value: a kind and a value go in, spellings come out, each with the name that sightings show.

Spellings come before any encoding: `encodings` and `digests` make needles from each of them. A new kind needs a line in `_FORMS`
only where it is written in other ways than as it is.
"""

import ipaddress
import re
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from auditor.identify.canonical import canonical
from auditor.identify.checks import luhn_digit
from auditor.identify.phone import spellings as phone_spellings

type Forms = Iterator[tuple[str, str]]


class Spelling(NamedTuple):
    """One way to write a value."""

    variant: str
    """Like `mac:nosep:upper`."""
    data: bytes
    """The written text in UTF-8, or the bytes of a binary form."""
    binary: bool = False


_LETTERS_AND_DIGITS = re.compile(r"[^0-9A-Za-z]")
_ONE_CASE = frozenset({"password", "token", "push_token"})
"""Kinds in which case tells values apart."""


def spellings(kind: str, value: str) -> tuple[Spelling, ...]:
    """All spellings of a value, the likeliest first, none twice. Empty for kinds that are not found by searching text."""
    if kind in ("location", "image"):
        return ()
    found: dict[bytes, Spelling] = {}
    for form, text in _FORMS.get(kind, _plain)(value.strip()):
        for case, cased in _cases(kind, text):
            name = f"{kind}{case}" if form == "given" and case else f"{kind}:{form}{case}"
            found.setdefault(cased.encode(errors="backslashreplace"), Spelling(name, cased.encode(errors="backslashreplace")))
    for form, data in _BINARY.get(kind, _no_bytes)(canonical(kind, value)):
        found.setdefault(data, Spelling(f"{kind}:{form}", data, True))
    return tuple(spelling for data, spelling in found.items() if data)


def _cases(kind: str, text: str) -> Iterator[tuple[str, str]]:
    if kind in _ONE_CASE or text.lower() == text.upper():
        yield "", text
        return
    if text not in (text.lower(), text.upper()):
        yield "", text
    yield ":lower", text.lower()
    yield ":upper", text.upper()


def _plain(value: str) -> Forms:
    yield "given", value


def _mac(value: str) -> Forms:
    digits = canonical("mac", value)
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        yield "given", value
        return
    for name, run in (("", digits), ("reversed:", _reversed(digits))):
        pairs = re.findall("..", run)
        for form, separator in (("colon", ":"), ("nosep", ""), ("dash", "-"), ("dot", "."), ("space", " "), ("underscore", "_")):
            yield f"{name}{form}", separator.join(pairs)
        yield f"{name}cisco", ".".join(re.findall("....", run))
        yield f"{name}half", f"{run[:6]}-{run[6:]}"
        yield f"{name}half:colon", f"{run[:6]}:{run[6:]}"
        yield f"{name}integer", str(int(run, 16))
        yield f"{name}short", ":".join(pair.lstrip("0") or "0" for pair in pairs)


def _mac_bytes(digits: str) -> Iterator[tuple[str, bytes]]:
    if re.fullmatch(r"[0-9a-f]{12}", digits):
        data = bytes.fromhex(digits)
        yield "raw", data
        yield "raw:reversed", data[::-1]


def _reversed(digits: str) -> str:
    return "".join(re.findall("..", digits)[::-1])


def _imei(value: str) -> Forms:
    """The first fourteen digits carry the identity. Needles of the plain forms hold only these, what follows may vary."""
    digits = re.sub(r"\D", "", value)
    core = digits[:14]
    if len(core) < 14:
        yield "given", value
        return
    check = luhn_digit(core)
    yield "15", core + check
    yield "14", core
    if len(digits) == 16:
        yield "16", digits
        yield from _grouped_imei(core, digits[14:], ":version")
    elif len(digits) == 15 and digits != core + check:
        yield "15:given", digits  # a check digit that is wrong, as emulators and cloned phones have: its digests differ
        yield from _grouped_imei(core, digits[14], ":given")
    yield "15:spare", f"{core}0"
    yield from _grouped_imei(core, check, "")
    yield from _singly(core + check)
    for version in range(100):
        yield f"16:{version:02}", f"{core}{version:02}"


def _grouped_imei(core: str, check: str, name: str) -> Forms:
    for form, separator in (("dash", "-"), ("space", " "), ("slash", "/"), ("dot", ".")):
        yield f"grouped{name}:{form}", separator.join((core[:2], core[2:8], core[8:], check))
        yield f"grouped{name}:6:{form}", separator.join((core[:6], core[6:8], core[8:], check))
        yield f"grouped{name}:8:{form}", separator.join((core[:8], core[8:], check))
        yield f"grouped{name}:4:{form}", separator.join(re.findall(".{1,4}", core + check))
        yield f"grouped{name}:5:{form}", separator.join(re.findall(".{1,5}", core + check))


_SINGLY = {
    "space": " ",
    "dash": "-",
    "dot": ".",
    "comma": ",",
    "commas": ", ",
    "quoted": '","',
    "quotes": '", "',
    "lines": "\n",
    "underscore": "_",
}
"""What stands between the digits of a number that is written digit by digit, as in a list of JSON."""


def _singly(digits: str) -> Forms:
    for form, separator in _SINGLY.items():
        yield f"grouped:1:{form}", separator.join(digits)
    for form in ("comma", "underscore"):
        yield f"grouped:3:{form}", f"{int(digits):_}".replace("_", _SINGLY[form])


def _imei_bytes(core: str) -> Iterator[tuple[str, bytes]]:
    if len(core) != 14 or not core.isdigit():
        return
    digits = core + luhn_digit(core)
    yield "bcd", bytes.fromhex(f"{digits}0"[:16])
    yield "bcd:f", bytes.fromhex(f"{digits}f")
    yield "bcd:leading", bytes.fromhex(f"0{digits}")
    yield "tbcd", _swapped(f"{digits}f")
    yield "tbcd:0", _swapped(f"{digits}0")
    yield "uint64", int(digits).to_bytes(8)
    yield "uint64:reversed", int(digits).to_bytes(8, "little")


def _swapped(digits: str) -> bytes:
    """Telephony BCD (3GPP TS 24.008): the low half of each byte comes first."""
    return bytes.fromhex("".join(digits[at + 1] + digits[at] for at in range(0, len(digits) - 1, 2)))


def _meid(value: str) -> Forms:
    digits = canonical("meid", value)[:14]
    yield "14", digits
    for form, separator in (("", " "), (":dash", "-")):
        yield f"grouped{form}", separator.join((digits[:2], digits[2:8], digits[8:]))
        yield f"grouped:8{form}", separator.join((digits[:8], digits[8:]))
    if re.fullmatch(r"[0-9a-f]{14}", digits):
        yield "decimal", f"{int(digits[:8], 16):010}{int(digits[8:], 16):08}"


def _grouped_digits(*sizes: int) -> Callable[[str], Forms]:
    def forms(value: str) -> Forms:
        digits = re.sub(r"\D", "", value)
        yield "digits", digits
        if digits.isdigit():
            yield from _singly(digits)
        for form, separator in (("space", " "), ("dash", "-"), ("dot", ".")):
            for size in sizes:
                yield f"grouped:{size}:{form}", separator.join(re.findall(f".{{1,{size}}}", digits))

    return forms


def _iccid(value: str) -> Forms:
    digits = re.sub(r"[^0-9A-Fa-f]", "", value)
    yield from _grouped_digits(4, 5)(digits)
    if len(digits) == 20:
        yield "nocheck", digits[:19]
    elif len(digits) == 19 and digits.isdigit():
        yield "check", digits + luhn_digit(digits)


def _digits_swapped(digits: str) -> Iterator[tuple[str, bytes]]:
    if digits.isdigit() and len(digits) >= 15:
        padded = digits + "f" * (len(digits) % 2)
        yield "tbcd", _swapped(padded)
        yield "bcd", bytes.fromhex(padded)


def _uuid(value: str) -> Forms:
    digits = _LETTERS_AND_DIGITS.sub("", value)
    if len(digits) == 32:
        yield "dashed", "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    if value != digits:
        yield "given", value
    yield "nosep", digits


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
    if not (year.isdigit() and month.isdigit() and day.isdigit()):
        yield "given", value
        return
    for form, separator in (("dash", "-"), ("slash", "/"), ("dot", "."), ("nosep", "")):
        yield f"ymd:{form}", separator.join((year, month, day))
        yield f"dmy:{form}", separator.join((day, month, year))
        yield f"mdy:{form}", separator.join((month, day, year))
        if separator and (month[0] == "0" or day[0] == "0"):
            yield f"ymd:short:{form}", separator.join((year, str(int(month)), str(int(day))))
            yield f"dmy:short:{form}", separator.join((str(int(day)), str(int(month)), year))
            yield f"mdy:short:{form}", separator.join((str(int(month)), str(int(day)), year))
    yield "zh", f"{year}年{int(month)}月{int(day)}日"
    yield "zh:zero", f"{year}年{month}月{day}日"


def _address(value: str) -> Forms:
    yield "given", value
    yield "nospace", re.sub(r"\s+", "", value)
    yield "nocomma", re.sub(r"\s+", " ", re.sub(r"[,，;；]", " ", value)).strip()
    yield "comma", re.sub(r"\s*[,，]\s*", ",", value)
    yield "lines", re.sub(r"\s*[,，]\s*", "\n", value)


def _ssid(value: str) -> Forms:
    """Android hands the name out in quotes."""
    yield "given", value
    yield "quoted", f'"{value}"'


def _words(value: str) -> Forms:
    yield "given", value
    bare = _LETTERS_AND_DIGITS.sub("", value)
    if value.isascii() and len(bare) >= 8:
        yield "nosep", bare


def _ip(value: str) -> Forms:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        yield "given", value
        return
    yield "text", address.compressed
    if isinstance(address, ipaddress.IPv4Address):
        yield "integer", str(int(address))
        yield "dashed", value.replace(".", "-")
        yield "padded", ".".join(part.zfill(3) for part in value.split("."))
        yield "hex", address.packed.hex()
    else:
        yield "exploded", address.exploded
        yield "hex", address.packed.hex()


_FORMS: dict[str, Callable[[str], Forms]] = {
    "imei": _imei,
    "imeisv": _imei,
    "meid": _meid,
    "imsi": _grouped_digits(3, 4, 5),
    "iccid": _iccid,
    "card": _grouped_digits(4),
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
    "resident_id": _words,
}

_BINARY: dict[str, Callable[[str], Iterator[tuple[str, bytes]]]] = {
    "imei": _imei_bytes,
    "imeisv": _imei_bytes,
    "imsi": _digits_swapped,
    "iccid": _digits_swapped,
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
