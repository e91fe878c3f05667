"""The shape and the check of each kind of identifier, for values that nobody planted.

`KEYED` are tried on a value whose key names the kind. `FREE` are looked for in all text, and are only those that carry proof of
their own: a check digit, a vendor's prefix, an unmistakable shape.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from auditor.identify import checks
from auditor.identify.phone import is_valid
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.vocabulary import Confidence

type Check = Callable[[str, IdentifierKnowledge], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape of one kind."""

    kind: str
    pattern: re.Pattern[bytes]
    """Group 1, or all of it, is the value."""
    check: Check
    variant: str
    vague: Check | None = None
    """The check under a name that may mean other things too; None: only the kind's own names count."""
    confidence: Confidence = Confidence.HIGH


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _hex(text: str) -> str:
    return re.sub(r"[^0-9A-Fa-f]", "", text).lower()


def _imei(text: str, knowledge: IdentifierKnowledge) -> bool:
    digits = _digits(text)
    if len(digits) == 16:
        return checks.varied(digits) and digits.startswith(knowledge.imei_prefixes)
    return checks.varied(digits) and len(digits) == 15 and (checks.luhn(digits) or digits.endswith("0"))


def _allocated_imei(text: str, knowledge: IdentifierKnowledge) -> bool:
    digits = _digits(text)
    return len(digits) == 15 and checks.varied(digits) and digits.startswith(knowledge.imei_prefixes) and checks.luhn(digits)


def _imsi(text: str, knowledge: IdentifierKnowledge) -> bool:
    return text[:3] in knowledge.country_codes and checks.varied(text)


def _iccid(text: str, _: IdentifierKnowledge) -> bool:
    digits = _digits(text)
    checked = checks.luhn(digits) or (len(digits) == 20 and checks.luhn(digits[:19]))
    return checked and digits.startswith("89") and checks.varied(digits)


def _mac(text: str, _: IdentifierKnowledge) -> bool:
    digits = _hex(text)
    return len(digits) == 12 and digits not in ("020000000000", "ffffffffffff") and checks.varied(digits)


def _written_mac(text: str, knowledge: IdentifierKnowledge) -> bool:
    """With separators, or with a vendor's prefix: twelve hex digits alone are a number like any other."""
    return _mac(text, knowledge) and (len(text) > 12 or _vendor_mac(text, knowledge))


def _vendor_mac(text: str, knowledge: IdentifierKnowledge) -> bool:
    return _mac(text, knowledge) and _hex(text)[:6] in knowledge.mac_prefixes


def _phone(text: str, _: IdentifierKnowledge) -> bool:
    return checks.varied(_digits(text)) and is_valid(text)


def _own_phone(text: str, _: IdentifierKnowledge) -> bool:
    """With its country code, or a mobile number as it is written at home."""
    return (
        checks.varied(_digits(text))
        and is_valid(text)
        and (text.startswith("+") or re.fullmatch(r"1[3-9]\d{9}", text) is not None)
    )


def _mixed(text: str, _: IdentifierKnowledge) -> bool:
    """Letters and digits: neither a number nor a word."""
    return len(text) == 16 and not text.isdigit() and not text.isalpha() and checks.varied(text)


def _card(text: str, knowledge: IdentifierKnowledge) -> bool:
    digits = _digits(text)
    ranges = knowledge.card_prefixes
    known = any(first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in ranges)
    return known and checks.luhn(digits) and checks.varied(digits)


def _resident_id(text: str, _: IdentifierKnowledge) -> bool:
    return checks.resident_id(text)


def _email(text: str, _: IdentifierKnowledge) -> bool:
    ending = text.rpartition(".")[2].lower()
    return ending not in _FILE_ENDINGS and ".." not in text


def _private_ip(text: str, _: IdentifierKnowledge) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_private and not (address.is_loopback or address.is_unspecified or address.is_link_local)


def _any(text: str, _: IdentifierKnowledge) -> bool:
    return checks.varied(text)


_FILE_ENDINGS = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "svg", "js", "css", "json", "html", "mp4", "ttf", "woff", "so", "dart", "ts"}
)
_UUID = re.compile(rb"(?<![0-9A-Za-z])\{?([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\}?(?![0-9A-Za-z])")
_UUID_BARE = re.compile(rb"(?<![0-9A-Za-z])([0-9A-Fa-f]{32})(?![0-9A-Za-z])")
_IMEI = re.compile(
    rb"(?<![0-9A-Za-z.])([0-9]{15,16}|[0-9]{2}[- ][0-9]{6}[- ][0-9]{6}[- ][0-9]"
    rb"|[0-9]{6}[- ][0-9]{2}[- ][0-9]{6}[- ][0-9])(?![0-9A-Za-z])"
)
_MAC = re.compile(
    rb"(?<![0-9A-Za-z:-])([0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5}|(?:[0-9A-Fa-f]{2}){5})"
    rb"|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![0-9A-Za-z:-])"
)
_EMAIL = re.compile(
    rb"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,18})(?![\w@-])"
)
_PHONE = re.compile(rb"(?<![\w.])((?:\+|00)?[0-9][0-9 ().-]{5,22}[0-9])(?![\w])")
_JWT = re.compile(rb"(?<![\w.-])(eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{0,1024})(?![\w-])")
_IPV4 = re.compile(rb"(?<![\w.])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![\w.])")
_IPV6 = re.compile(rb"(?<![\w:.])([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:.])")
_DATE = re.compile(
    rb"(?<![0-9])((?:19|20)[0-9]{2}(?:[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])"
    rb"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])))(?![0-9])"
)

KEYED: tuple[Shape, ...] = (
    Shape(kind="imei", pattern=_IMEI, check=_imei, variant="imei", vague=_allocated_imei),
    Shape(kind="imeisv", pattern=re.compile(rb"(?<![0-9A-Za-z])([0-9]{16})(?![0-9A-Za-z])"), check=_any, variant="imeisv:16"),
    Shape(
        kind="meid",
        pattern=re.compile(rb"(?<![0-9A-Za-z])([A-Fa-f][0-9A-Fa-f]{13}|99[0-9]{12})(?![0-9A-Za-z])"),
        check=_any,
        variant="meid:14",
    ),
    Shape(
        kind="imsi",
        pattern=re.compile(rb"(?<![0-9A-Za-z])([2-79][0-9]{13,14})(?![0-9A-Za-z])"),
        check=_imsi,
        variant="imsi:digits",
        vague=_imsi,
    ),
    Shape(
        kind="iccid",
        pattern=re.compile(rb"(?<![0-9A-Za-z])(89[0-9]{16,18}[0-9Ff]?)(?![0-9A-Za-z])"),
        check=_iccid,
        variant="iccid:digits",
        vague=_iccid,
    ),
    Shape(kind="mac", pattern=_MAC, check=_mac, variant="mac", vague=_written_mac),
    Shape(kind="bssid", pattern=_MAC, check=_mac, variant="bssid"),
    Shape(
        kind="android_id",
        pattern=re.compile(rb"(?<![0-9A-Za-z])([0-9A-Fa-f]{15,16})(?![0-9A-Za-z])"),
        check=_any,
        variant="android_id:given",
        vague=_mixed,
    ),
    *(Shape(kind=kind, pattern=_UUID, check=_any, variant=f"{kind}:dashed") for kind in ("oaid", "aaid", "idfa", "idfv")),
    *(Shape(kind=kind, pattern=_UUID_BARE, check=_any, variant=f"{kind}:nosep") for kind in ("oaid", "aaid", "idfa", "idfv")),
    Shape(
        kind="oaid",
        pattern=re.compile(rb"(?<![0-9A-Za-z])([0-9A-Fa-f]{16}|[0-9A-Fa-f]{64})(?![0-9A-Za-z])"),
        check=_any,
        variant="oaid:nosep",
    ),
    Shape(kind="phone", pattern=_PHONE, check=_phone, variant="phone", vague=_own_phone),
    Shape(kind="email", pattern=_EMAIL, check=_email, variant="email", vague=_email),
    Shape(
        kind="card",
        pattern=re.compile(rb"(?<![0-9A-Za-z.])([0-9](?:[ -]?[0-9]){12,18})(?![0-9A-Za-z])"),
        check=_card,
        variant="card:digits",
    ),
    Shape(
        kind="resident_id",
        pattern=re.compile(rb"(?<![0-9A-Za-z])([1-8][0-9]{16}[0-9Xx])(?![0-9A-Za-z])"),
        check=_resident_id,
        variant="resident_id",
        vague=_resident_id,
    ),
    Shape(kind="ip", pattern=_IPV4, check=_private_ip, variant="ip:text"),
    Shape(kind="ip", pattern=_IPV6, check=_private_ip, variant="ip:text"),
    Shape(kind="birth_date", pattern=_DATE, check=_any, variant="birth_date"),
    Shape(
        kind="push_token", pattern=re.compile(rb"(?<![\w])([\w-]{8,32}:APA91b[\w-]{100,})"), check=_any, variant="push_token:fcm"
    ),
    Shape(kind="push_token", pattern=re.compile(rb"(?<![\w])([0-9A-Fa-f]{64})(?![\w])"), check=_any, variant="push_token:apns"),
    Shape(kind="token", pattern=_JWT, check=_any, variant="token:jwt", vague=_any),
)

FREE: tuple[Shape, ...] = (
    Shape(
        kind="imei",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z._-])([0-9]{15})(?:[^0-9A-Za-z._-]|$)"),
        check=_allocated_imei,
        variant="imei:15",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="iccid",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z.])(89[0-9]{17,18})(?:[^0-9A-Za-z]|$)"),
        check=_iccid,
        variant="iccid:digits",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="resident_id",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z.])([1-8][0-9]{16}[0-9Xx])(?:[^0-9A-Za-z]|$)"),
        check=_resident_id,
        variant="resident_id",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="card",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z.-])([0-9]{4}(?:[ ][0-9]{4}){3}|[0-9]{4}(?:-[0-9]{4}){3})(?:[^0-9A-Za-z-]|$)"),
        check=_card,
        variant="card:grouped",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="mac",
        pattern=re.compile(
            rb"(?:^|[^0-9A-Za-z:-])([0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5}))(?:[^0-9A-Za-z:-]|$)"
        ),
        check=_vendor_mac,
        variant="mac",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="email",
        pattern=re.compile(
            rb"(?:^|[^0-9A-Za-z_.+-])([A-Za-z0-9][0-9A-Za-z_.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18})(?:[^0-9A-Za-z_@-]|$)"
        ),
        check=_email,
        variant="email",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="phone",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z_.])(\+[1-9][0-9](?:[ -]?[0-9]){6,12})(?:[^0-9A-Za-z_]|$)"),
        check=_phone,
        variant="phone:e164",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="token",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z_.-])(eyJ[0-9A-Za-z_-]{8,900}\.eyJ[0-9A-Za-z_-]{8,1000}\.[0-9A-Za-z_-]{0,900})"),
        check=_any,
        variant="token:jwt",
        confidence=Confidence.MEDIUM,
    ),
    Shape(
        kind="ip",
        pattern=re.compile(rb"(?:^|[^0-9A-Za-z_.])(192\.168\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9A-Za-z_.]|$)"),
        check=_private_ip,
        variant="ip:text",
        confidence=Confidence.LOW,
    ),
)
