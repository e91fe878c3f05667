"""How the numbers of phones, SIMs and cards are written: digits go in, spellings and bytes come out, each with its name."""

import re
from collections.abc import Callable, Iterator

from auditor.identify.canonical import canonical
from auditor.identify.checks import luhn_digit

_LEAST_SWAPPED = 15
"""Digits; fewer cannot be told from chance."""

type Forms = Iterator[tuple[str, str]]


def imei(value: str) -> Forms:
    """Of an IMEI or IMEISV. The first fourteen digits carry the identity: needles of the plain forms hold only these, what
    follows may vary."""
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
        yield "swapped:16", swapped(digits)
        yield from _grouped_imei(core, digits[14:], ":version")
    elif len(digits) == 15 and digits != core + check:
        yield "15:given", digits  # a check digit that is wrong, as emulators and cloned phones have: its digests differ
        yield from _grouped_imei(core, digits[14], ":given")
    yield "15:spare", f"{core}0"
    yield from _grouped_imei(core, check, "")
    yield from _singly(core + check)
    yield "swapped", swapped(f"{core}{check}f")
    for version in range(100):
        yield f"16:{version:02}", f"{core}{version:02}"


def _grouped_imei(core: str, check: str, name: str) -> Forms:
    for form, separator in (("dash", "-"), ("space", " "), ("slash", "/"), ("dot", ".")):
        for note, parts in (("", (core[:2], core[2:8])), (":6", (core[:6], core[6:8])), (":8", (core[:8],))):
            yield f"grouped{name}{note}:{form}", separator.join((*parts, core[8:], check))
            if not name:
                yield f"grouped:nocheck{note}:{form}", separator.join((*parts, core[8:]))
        yield f"grouped{name}:3:{form}", separator.join(re.findall(".{1,3}", core + check))
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


def imei_bytes(core: str) -> Iterator[tuple[str, bytes]]:
    """The fourteen digits with their check digit in packed decimals, and as a number of eight bytes."""
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


def swapped(digits: str) -> str:
    """Telephony BCD (3GPP TS 24.008) in hex, as a modem prints it: the low half of each byte comes first."""
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits) - 1, 2))


def _swapped(digits: str) -> bytes:
    return bytes.fromhex(swapped(digits))


def meid(value: str) -> Forms:
    """In hex, and as eighteen decimal digits (3GPP2 X.S0008), both grouped as on labels too."""
    digits = canonical("meid", value)[:14]
    yield "14", digits
    decimal = f"{int(digits[:8], 16):010}{int(digits[8:], 16):08}" if re.fullmatch(r"[0-9a-f]{14}", digits) else ""
    for form, separator in (("", " "), (":dash", "-"), (":dot", ".")):
        yield f"grouped{form}", separator.join((digits[:2], digits[2:8], digits[8:]))
        yield f"grouped:8{form}", separator.join((digits[:8], digits[8:]))
        yield f"grouped:4{form}", separator.join(re.findall(".{1,4}", digits))
        if decimal:
            yield f"decimal:grouped{form}", separator.join((decimal[:5], decimal[5:10], decimal[10:14], decimal[14:]))
    if decimal:
        yield "decimal", decimal


def grouped_digits(*sizes: int) -> Callable[[str], Forms]:
    """A function that writes digits alone, one by one, and in groups of these sizes."""

    def forms(value: str) -> Forms:
        digits = re.sub(r"\D", "", value)
        yield "digits", digits
        if digits.isdigit():
            yield from _singly(digits)
        for form, separator in (("space", " "), ("dash", "-"), ("dot", ".")):
            for size in sizes:
                yield f"grouped:{size}:{form}", separator.join(re.findall(f".{{1,{size}}}", digits))

    return forms


def imsi(value: str) -> Forms:
    """Grouped as country, network and subscriber too; with a digit before it, as calls over Wi-Fi have it (TS 23.003, 19.3.2)."""
    yield from grouped_digits(3, 4, 5)(value)
    digits = re.sub(r"\D", "", value)
    if len(digits) < 14:
        return
    for form, separator in (("space", " "), ("dash", "-"), ("dot", ".")):
        for network in (2, 3):
            yield f"grouped:plmn{network}:{form}", separator.join((digits[:3], digits[3 : 3 + network], digits[3 + network :]))
    for first in "016":
        yield f"nai:{first}", f"{first}{digits}@"
    yield from _as_a_sim_has_them(digits)
    if len(digits) == 15:
        yield "swapped:file", swapped(f"9{digits}")


def card(value: str) -> Forms:
    """Grouped by four, as six and the rest (UnionPay), as four, six and the rest (American Express)."""
    yield from grouped_digits(4)(value)
    digits = re.sub(r"\D", "", value)
    for form, separator in (("space", " "), ("dash", "-")):
        yield f"grouped:issuer:{form}", separator.join((digits[:6], digits[6:]))
        if len(digits) == 15:
            yield f"grouped:4:6:{form}", separator.join((digits[:4], digits[4:10], digits[10:]))


def iccid(value: str) -> Forms:
    """With its check digit and without."""
    digits = re.sub(r"[^0-9A-Fa-f]", "", value)
    yield from grouped_digits(4, 5)(digits)
    for form, separator in (("space", " "), ("dash", "-")):
        yield f"grouped:issuer:{form}", separator.join((digits[:6], digits[6:10], digits[10:14], digits[14:]))
    yield from _as_a_sim_has_them(digits)
    if len(digits) == 20:
        yield "bare", digits[:19]
    elif len(digits) == 19 and digits.isdigit():
        yield "check", digits + luhn_digit(digits)
        if luhn_digit(digits[:18]) == digits[18]:
            yield "bare", digits[:18]


def _as_a_sim_has_them(digits: str) -> Forms:
    """A SIM's files as a modem prints them, each two digits the other way round."""
    if digits.isdigit() and len(digits) >= _LEAST_SWAPPED:
        yield "swapped", swapped(digits + "f" * (len(digits) % 2))


def digits_swapped(digits: str) -> Iterator[tuple[str, bytes]]:
    """The bytes of digits in a SIM's files; none where there are too few to be told from chance."""
    if digits.isdigit() and len(digits) >= _LEAST_SWAPPED:
        padded = digits + "f" * (len(digits) % 2)
        yield "tbcd", _swapped(padded)
        yield "bcd", bytes.fromhex(padded)
        if len(digits) == 15:
            yield "tbcd:file", _swapped(f"9{digits}")
