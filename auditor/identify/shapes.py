"""The shape and the check of each kind of identifier, for values that nobody planted.

`KEYED` are tried on a value whose key names the kind. `FREE` are looked for in all text, and are only those that carry proof of
their own: a check digit, a vendor's prefix, an unmistakable shape.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import NamedTuple

from auditor.identify import checks
from auditor.identify.phone import is_a_persons
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.vocabulary import Confidence

type Check = Callable[[str, IdentifierKnowledge], bool]


class Shape(NamedTuple):
    """One shape of one kind: a row of the tables below."""

    kind: str
    variant: str
    least: int
    """Bytes that the value has at least: what is shorter need not be looked at."""
    pattern: re.Pattern[bytes]
    """Group 1 is the value."""
    check: Check
    vague: Check | None = None
    """The check under a name that may mean other things too; None: only the kind's own names count."""
    confidence: Confidence = Confidence.HIGH
    maybe: Confidence = Confidence.HIGH
    """What it is worth under a vague name."""
    doubtful: Confidence = Confidence.LOW
    """What it is worth under a name that means other things as often."""


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
    """No address of a group (IEEE 802, the first byte is odd): many devices listen to it, none has it."""
    digits = _hex(text)
    return len(digits) == 12 and not int(digits[:2], 16) & 1 and digits != "020000000000" and checks.varied(digits)


def _bare_mac(text: str, knowledge: IdentifierKnowledge) -> bool:
    """Twelve hex digits alone are a number like any other, but for a vendor's prefix; without a letter they always are."""
    return not text.isdigit() and _vendor_mac(text, knowledge)


def _vendor_mac(text: str, knowledge: IdentifierKnowledge) -> bool:
    return _mac(text, knowledge) and _hex(text)[:6] in knowledge.mac_prefixes


def _phone(text: str, _: IdentifierKnowledge) -> bool:
    return checks.varied(_digits(text)) and is_a_persons(f"+{text}" if _AMERICAN.fullmatch(text) else text)


def _own_phone(text: str, knowledge: IdentifierKnowledge) -> bool:
    """With its country code, or a mobile number as it is written at home."""
    return _phone(text, knowledge) and (text.startswith("+") or _CHINESE.fullmatch(text) is not None)


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
    """No file, and no address of a repository (`git@host:path`)."""
    ending = text.rpartition(".")[2].lower()
    return ending not in _FILE_ENDINGS and ".." not in text and not text.startswith("git@")


def _private_ip(text: str, _: IdentifierKnowledge) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE if network.version == address.version)


def _day(text: str, _: IdentifierKnowledge) -> bool:
    """A date has few different digits: its shape is its check."""
    return bool(text)


def _any(text: str, _: IdentifierKnowledge) -> bool:
    return checks.varied(text)


_AMERICAN = re.compile(r"1[ .-]\(?[2-9]\d\d\)?[ .-][2-9]\d\d[ .-]\d{4}")
"""Country code, area and number as people in North America write them, which a Chinese mobile number is not grouped like."""
_CHINESE = re.compile(r"(?:86[ -]?)?1[3-9]\d{9}")
_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
"""Networks of homes, offices and mobile carriers (RFC 1918, 4193, 6598); addresses for documentation and tests are nobody's."""
_FILE_ENDINGS = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "svg", "js", "css", "json", "html", "mp4", "ttf", "woff", "so", "dart", "ts"}
)


def _word(body: bytes) -> re.Pattern[bytes]:
    """Letters and digits of that form that stand alone."""
    return re.compile(rb"(?<![0-9A-Za-z])(%b)(?![0-9A-Za-z])" % body)


def _number(body: bytes) -> re.Pattern[bytes]:
    """The same for digits that are no decimals behind a point."""
    return re.compile(rb"(?<![0-9A-Za-z.])(%b)(?![0-9A-Za-z])" % body)


def _free(before: bytes, body: bytes, behind: bytes) -> re.Pattern[bytes]:
    """The same as a linear-time expression, which cannot look around: the characters that may not stand beside it."""
    return re.compile(rb"(?:^|[^%b])(%b)(?:[^%b]|$)" % (before, body, behind))


def _within(beside: bytes, body: bytes) -> re.Pattern[bytes]:
    """The same for short texts, in any word: only these characters may not stand beside it."""
    return re.compile(rb"(?<![%b])(%b)(?![%b])" % (beside, body, beside))


_UUID = re.compile(rb"(?<![0-9A-Za-z])\{?([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\}?(?![0-9A-Za-z])")
_UUID_BARE = _word(rb"[0-9A-Fa-f]{32}")
_IMEI = re.compile(
    rb"(?<![0-9A-Za-z.])([0-9]{15,16}|[0-9]{2}[- ][0-9]{6}[- ][0-9]{6}[- ][0-9]"
    rb"|[0-9]{6}[- ][0-9]{2}[- ][0-9]{6}[- ][0-9])(?![0-9A-Za-z])"
)
_MAC = re.compile(
    rb"(?<![0-9A-Za-z:-])([0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})"
    rb"|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![0-9A-Za-z:-])"
)
_MAC_BARE = re.compile(rb"(?<![0-9A-Za-z:-])([0-9A-Fa-f]{12})(?![0-9A-Za-z:-])")
_EMAIL = re.compile(
    rb"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,18})(?![\w@-])"
)
_PHONE = re.compile(rb"(?<![\w.])((?:\+|00)?[0-9][0-9 ().-]{5,22}[0-9])(?![\w])")
_JWT = re.compile(rb"(?<![\w.-])(eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{0,1024})(?![\w-])")
_IPV4 = re.compile(rb"(?<![\w.])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![\w.])")
_IPV6 = re.compile(rb"(?<![\w:.])([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:.])")
_YEAR, _MONTH, _DAY = rb"(?:19|20)[0-9]{2}", rb"(?:0?[1-9]|1[0-2])", rb"(?:0?[1-9]|[12][0-9]|3[01])"
_DATE = re.compile(
    rb"(?<![0-9])("
    + rb"%b[-/.]%b[-/.]%b" % (_YEAR, _MONTH, _DAY)
    + rb"|%b(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])" % _YEAR
    + rb"|%b\xe5\xb9\xb4%b\xe6\x9c\x88%b\xe6\x97\xa5" % (_YEAR, _MONTH, _DAY)
    + rb"|(?:%b[-/.]%b|%b[-/.]%b)[-/.]%b" % (_DAY, _MONTH, _MONTH, _DAY, _YEAR)
    + rb")(?![0-9])"
)
"""Year first, in Chinese, or last."""
_CARD = re.compile(rb"(?<![0-9A-Za-z.])([0-9](?:[ -]?[0-9]){12,18})(?![0-9A-Za-z])")
_RESIDENT = rb"[1-8][0-9]{16}[0-9Xx]"
_TOKEN = rb"eyJ[0-9A-Za-z_-]{8,900}\.eyJ[0-9A-Za-z_-]{8,1000}\.[0-9A-Za-z_-]{0,900}"
WHOLE_TOKEN = re.compile(_TOKEN)
_FCM = re.compile(rb"(?<![\w])([\w-]{8,32}:APA91b[\w-]{100,})")
_APNS = re.compile(rb"(?<![\w])([0-9A-Fa-f]{64})(?![\w])")
_GROUPS = rb"[0-9]{4}(?:[ ][0-9]{4}){3}|[0-9]{4}(?:-[0-9]{4}){3}"
_HEX_PAIRS = rb"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})"
_ADDRESS = rb"[A-Za-z0-9][0-9A-Za-z_.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}"
_NO_USER_OF_A_URL = rb"(?:^|[^0-9A-Za-z_.+/-]|(?:^|[^/])/)"
"""What stands before an address: no further letters, and no `//`, which makes it a name or a key before a host."""
_ADVERTISING = ("oaid", "aaid", "idfa", "idfv")

# fmt: off
KEYED: tuple[Shape, ...] = (
    # kind, variant, least bytes, shape, check under the kind's own names, check under names that may mean other things
    Shape("imei",        "imei",             15, _IMEI,                                      _imei,        _allocated_imei,
          doubtful=Confidence.MEDIUM),
    Shape("imeisv",      "imeisv:16",        16, _number(rb"[0-9]{16}"),                     _any),
    Shape("meid",        "meid:14",          14, _word(rb"[A-Fa-f][0-9A-Fa-f]{13}|99[0-9]{12}"), _any),
    Shape("imsi",        "imsi:digits",      14, _number(rb"[2-79][0-9]{13,14}"),            _imsi,        _imsi),
    Shape("iccid",       "iccid:digits",     18, _number(rb"89[0-9]{16,18}[0-9Ff]?"),        _iccid,       _iccid),
    Shape("mac",         "mac",              14, _MAC,                                       _mac,         _mac,
          doubtful=Confidence.HIGH),
    Shape("mac",         "mac",              12, _MAC_BARE,                                  _mac,         _bare_mac),
    Shape("bssid",       "bssid",            14, _MAC,                                       _mac),
    Shape("bssid",       "bssid",            12, _MAC_BARE,                                  _mac),
    Shape("android_id",  "android_id:given", 15, _word(rb"[0-9A-Fa-f]{15,16}"),              _any,         _mixed),
    *(Shape(kind,        f"{kind}:dashed",   36, _UUID,                                      _any,         _any,
            maybe=Confidence.MEDIUM) for kind in _ADVERTISING),
    *(Shape(kind,        f"{kind}:nosep",    32, _UUID_BARE,                                 _any) for kind in _ADVERTISING),
    Shape("oaid",        "oaid:nosep",       16, _word(rb"[0-9A-Fa-f]{16}|[0-9A-Fa-f]{64}"), _any),
    Shape("phone",       "phone",             7, _PHONE,                                     _phone,       _own_phone),
    Shape("email",       "email",             6, _EMAIL,                                     _email,       _email),
    Shape("card",        "card:digits",      13, _CARD,                                      _card,
          doubtful=Confidence.MEDIUM),
    Shape("resident_id", "resident_id",      18, _word(_RESIDENT),                           _resident_id, _resident_id),
    Shape("ip",          "ip:text",           7, _IPV4,                                      _private_ip),
    Shape("ip",          "ip:text",           2, _IPV6,                                      _private_ip),
    Shape("birth_date",  "birth_date",        8, _DATE,                                      _day),
    Shape("push_token",  "push_token:fcm",  115, _FCM,                                       _any),
    Shape("push_token",  "push_token:apns",  64, _APNS,                                      _any),
    Shape("token",       "token:jwt",        24, _JWT,                                       _any,         _any),
)

FREE: tuple[Shape, ...] = (
    # kind, variant, least bytes, shape with what may not stand before and behind, check, -, confidence
    Shape("imei",        "imei:15",      15, _free(rb"0-9A-Za-z._-", rb"[0-9]{15}", rb"0-9A-Za-z._-"),
          _allocated_imei, None, Confidence.MEDIUM),
    Shape("iccid",       "iccid:digits", 19, _free(rb"0-9A-Za-z.", rb"89[0-9]{17,18}", rb"0-9A-Za-z"),
          _iccid, None, Confidence.MEDIUM),
    Shape("resident_id", "resident_id",  18, _free(rb"0-9A-Za-z.", _RESIDENT, rb"0-9A-Za-z"),
          _resident_id, None, Confidence.MEDIUM),
    Shape("card",        "card:grouped", 19, _free(rb"0-9A-Za-z.-", _GROUPS, rb"0-9A-Za-z-"),
          _card, None, Confidence.MEDIUM),
    Shape("mac",         "mac",          17, _free(rb"0-9A-Za-z:-", _HEX_PAIRS, rb"0-9A-Za-z:-"),
          _vendor_mac, None, Confidence.MEDIUM),
    Shape("email",       "email",         6, re.compile(_NO_USER_OF_A_URL + rb"(%b)(?:[^0-9A-Za-z_@-]|$)" % _ADDRESS),
          _email, None, Confidence.MEDIUM),
    Shape("phone",       "phone:e164",    9, _free(rb"0-9A-Za-z_.", rb"\+[1-9][0-9](?:[ -]?[0-9]){6,12}", rb"0-9A-Za-z_"),
          _phone, None, Confidence.MEDIUM),
    Shape("token",       "token:jwt",    24, re.compile(rb"(?:^|[^0-9A-Za-z_.-])(%b)" % _TOKEN),
          _any, None, Confidence.MEDIUM),
    Shape("ip",          "ip:text",      11, _free(rb"0-9A-Za-z_.", rb"192\.168\.[0-9]{1,3}\.[0-9]{1,3}", rb"0-9A-Za-z_."),
          _private_ip, None, Confidence.LOW),
)

HIDDEN: tuple[Shape, ...] = (
    # the same as host names and paths have them, and of numbers that no key names: no sightings, but not shown either
    Shape("card",        "card:digits",  13, _within(rb"0-9", rb"[0-9]{13,19}"),                    _card),
    Shape("imei",        "imei:15",      15, _within(rb"0-9", rb"[0-9]{15}"),                       _allocated_imei),
    Shape("resident_id", "resident_id",  18, _within(rb"0-9", _RESIDENT),                           _resident_id),
    Shape("phone",       "phone",        11, _within(rb"0-9", rb"(?:00)?(?:86)?1[3-9][0-9]{9}"),    _phone),
    Shape("phone",       "phone:e164",   10, _within(rb"0-9+", rb"\+[1-9][0-9]{8,13}"),            _phone),
    Shape("mac",         "mac",          17, _within(rb"0-9A-Fa-f", _HEX_PAIRS),                    _vendor_mac),
    Shape("mac",         "mac:nosep",    12, _within(rb"0-9A-Za-z", rb"[0-9A-Fa-f]{12}"),           _vendor_mac),
)
# fmt: on
MAY_BE_HIDDEN = re.compile(rb"[0-9]{11}|\+[1-9][0-9]{8}|[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{2}[:-]){5}")
"""What each of those has."""
