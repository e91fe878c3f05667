"""One spelling for each value: a kind and a value as someone wrote it go in, the spelling that digests are made of comes out."""

import re
import unicodedata
from collections.abc import Callable

from auditor.identify.phone import e164

_HEX_KINDS = ("mac", "bssid", "meid", "android_id")
_UUID_KINDS = ("oaid", "aaid", "idfa", "idfv")
_DIGIT_KINDS = ("imsi", "iccid", "card")
_DATE = re.compile(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})\D{0,2}")


def canonical(kind: str, value: str) -> str:
    """The canonical spelling, equal for all spellings of one value."""
    text = unicodedata.normalize("NFC", value.strip())
    return _RULES.get(kind, _same)(text)


def _same(value: str) -> str:
    return value


def _hex(value: str) -> str:
    return re.sub(r"[^0-9a-z]", "", value.lower())


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _imei(value: str) -> str:
    """Fourteen digits: the check digit and the software version are no part of the identity."""
    digits = _digits(value)
    return digits[:14] if len(digits) >= 14 else digits


def _phone(value: str) -> str:
    return e164(value) or _digits(value)


def _date(value: str) -> str:
    match = _DATE.fullmatch(value)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else value


def _upper(value: str) -> str:
    return value.upper()


def _lower(value: str) -> str:
    return value.lower()


_RULES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_HEX_KINDS, _hex),
    **dict.fromkeys(_UUID_KINDS, _hex),
    **dict.fromkeys(_DIGIT_KINDS, _digits),
    "imei": _imei,
    "imeisv": _imei,
    "phone": _phone,
    "email": _lower,
    "resident_id": _upper,
    "serial": _upper,
    "birth_date": _date,
    "postal_address": lambda value: re.sub(r"\s+", " ", value),
}
