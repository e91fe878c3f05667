"""A value of the same kind, the same length and the same shape: kind and value in, the pseudonym out.

Digits stay digits and letters stay letters of the same case, separators stay where they are, check digits are right again, and a
device address becomes a locally administered one. Of many candidates the first is taken that the checked patterns take for the
same kind and that is written as long as the value in every spelling; without such a one, the nearest.
"""

import datetime
import ipaddress
import re
from collections.abc import Callable

from auditor.identify import checks
from auditor.identify.canonical import canonical
from auditor.identify.shapes import FREE, KEYED
from auditor.identify.variants import spellings
from auditor.model.identifier import IdentifierKnowledge
from auditor.redact.dice import Dice

_TRIES = 240
_LESS = 100
"""How much worse it is to keep more of the value."""
_DIGITS = "0123456789"
_LOWER, _UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HAN = "云山水木林森江河湖海星月风花石竹松柏梅兰春夏秋冬东西南北安平和明文清"
_HEX_KINDS = frozenset({"mac", "bssid", "meid", "android_id", "oaid", "aaid", "idfa", "idfv"})
_CHECKED = frozenset({"imei", "iccid", "card"})
_KEPT = {
    "imei": (2, 6, 8),
    "imeisv": (2, 6, 8),
    "meid": (1, 8),
    "imsi": (5,),
    "iccid": (4, 6),
    "card": (1, 4, 6),
    "phone": (5, 6, 7),
    "resident_id": (10,),
    "mac": (0, 6),
    "bssid": (0, 6),
}
"""Letters and digits at the front that stay, in the order in which it is tried: what only tells the sort and not the one."""
_PUBLIC_MAIL = frozenset(
    {"example.org", "example.com", "example.net", "gmail.com", "qq.com", "163.com", "126.com", "outlook.com"}
)
_OF_PROVIDER = 2
"""Numbers of an address of IPv4, and groups of one of IPv6, at the front, that say no more than the provider."""
_INTERFACE, _LAST_GROUP, _SHORT_GROUP = 4, 7, 2
"""The first and last group that name an interface, and as many digits as one has that somebody numbered."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HEX = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_NOBODY = re.compile(r"[^0-9A-Za-z]")


def identity(kind: str, value: str) -> str:
    """What two spellings, or two kinds, of one value have in common."""
    text = canonical(kind, value)
    bare = _NOBODY.sub("", text).lower()
    return bare if len(bare) * 2 >= len(text) else text


class Lookalikes:
    """Pseudonyms of one session. The same value gets the same one, and no two values share one."""

    def __init__(self, key: bytes, knowledge: IdentifierKnowledge, day: datetime.date) -> None:
        """`key` is secret: with it the way back could be searched. On `day` each birth date is as many years ago as before."""
        self._key = key
        self._knowledge = knowledge
        self._day = day
        self._chosen: dict[str, str] = {}
        self._taken: set[str] = set()

    def reserve(self, kind: str, value: str) -> None:
        """Keeps a real value from becoming a pseudonym."""
        self._taken.add(identity(kind, value))

    def of(self, kind: str, value: str, *, by_pattern: bool = False) -> str:
        """The pseudonym of a value. `by_pattern`: nothing but its shape shows it, so the pseudonym must have the same."""
        known = identity(kind, value)
        if known in self._chosen:
            return _respelled(kind, value, self._chosen[known])
        best, least = value, 1 << 30
        spelled, seen = _spelled(kind, value), self._seen_as(kind, value)
        for number in range(_TRIES):
            candidate = self._candidate(kind, value, known, number)
            if candidate == value or identity(kind, candidate) in self._taken or identity(kind, candidate) == known:
                continue
            faults = _respelling_faults(spelled, _spelled(kind, candidate)) + 1000 * (
                kind == "location" and not _is_far(value, candidate)
            )
            faults += (10 * _LESS if by_pattern else _LESS // 2) * (seen != self._seen_as(kind, candidate))
            faults += _LESS * (number * len(_KEPT.get(kind, (0,))) // _TRIES)
            if faults < least:
                best, least = candidate, faults
            if not least:
                break
        self._taken.add(identity(kind, best))
        self._chosen.setdefault(known, best)
        return best

    def _candidate(self, kind: str, value: str, known: str, number: int) -> str:
        dice = Dice(self._key, f"{number}:{known}")
        make = _MAKERS.get(kind)
        if make:
            return make(value, dice, self._day)
        kept = _KEPT.get(kind, (0,))
        return _shaped(kind, value, dice, kept[number * len(kept) // _TRIES])

    def _seen_as(self, kind: str, value: str) -> list[bool]:
        """What the checked patterns make of a value."""
        data = value.encode("utf-8", "surrogatepass")
        answers = []
        for shape in (*KEYED, *FREE):
            if shape.kind == kind:
                match = shape.pattern.search(data)
                text = match[1].decode("utf-8", "replace") if match else ""
                answers.append(bool(match) and shape.check(text, self._knowledge))
        return answers


def _spelled(kind: str, value: str) -> dict[str, int]:
    """The length of each spelling, by its name."""
    return {one.variant: len(one.data) for one in spellings(kind, value)}


def _respelling_faults(mine: dict[str, int], its: dict[str, int]) -> int:
    """How many spellings a candidate does not have, or not as long."""
    return sum(its.get(name) != size for name, size in mine.items())


def _respelled(kind: str, value: str, chosen: str) -> str:
    """A pseudonym that was chosen for another spelling of the value, spelled like this one."""
    if len(chosen) == len(value):
        return chosen
    marks = [char for char in chosen if char.isalnum()]
    places = [index for index, char in enumerate(value) if char.isalnum()]
    marks = marks[: len(places)] if kind in ("imei", "imeisv") else marks[-len(places) :]
    text = list(value)
    for index, mark in zip(places[-len(marks) :] if kind == "phone" else places, marks, strict=False):
        text[index] = mark
    return _with_check_digit("".join(text)) if kind == "imei" and len(marks) == 15 else "".join(text)


def _shaped(kind: str, value: str, dice: Dice, kept: int) -> str:
    """Character for character another of its sort, after the first `kept` letters and digits."""
    made: list[str] = []
    seen = 0
    for char in value:
        seen += char.isalnum()
        made.append(char if seen <= kept else _other(char, dice, hexadecimal=kind in _HEX_KINDS or bool(_HEX.fullmatch(value))))
    text = "".join(made)
    if _UUID.fullmatch(value):  # version and variant stay (RFC 9562 section 4)
        text = text[:14] + value[14] + text[15:19] + value[19] + text[20:]
    if kind in ("mac", "bssid") and not kept:
        text = _local(text)
    if kind in _CHECKED and checks.luhn(re.sub(r"\D", "", value)):
        text = _with_check_digit(text)
    return _other_check(text) if kind == "resident_id" else text


def _other(char: str, dice: Dice, *, hexadecimal: bool) -> str:
    if char in _DIGITS:
        return dice.of(_DIGITS)
    if char in _LOWER:
        return dice.of("abcdef" if hexadecimal and char in "abcdef" else _LOWER)
    if char in _UPPER:
        return dice.of("ABCDEF" if hexadecimal and char in "ABCDEF" else _UPPER)
    if "一" <= char <= "鿿":
        return dice.of(_HAN)
    return _of_its_script(char, dice) if char.isalpha() else char


def _of_its_script(char: str, dice: Dice) -> str:
    """Another letter nearby that takes as many bytes; the same where there is none."""
    for _ in range(20):
        other = chr(ord(char) - 16 + dice.below(33))
        if other.isalpha() and other.islower() == char.islower() and len(other.encode()) == len(char.encode()):
            return other
    return char


def _local(address: str) -> str:
    """With the bit that says locally administered, and the one that says one device (IEEE 802, section 8.2)."""
    place = [index for index, char in enumerate(address) if char.isalnum()][1]
    char = address[place]
    chosen = "26"[int(char) % 2] if char.isdigit() else "ae"[ord(char) % 2]
    return address[:place] + (chosen.upper() if char.isupper() else chosen) + address[place + 1 :]


def _with_check_digit(text: str) -> str:
    """The last digit made right (ISO/IEC 7812-1 annex B)."""
    digits = re.sub(r"\D", "", text)
    last = max(index for index, char in enumerate(text) if char.isdigit())
    return text[:last] + checks.luhn_digit(digits[:-1]) + text[last + 1 :]


def _other_check(text: str) -> str:
    """A resident identity number with a day that exists and its check character (GB 11643)."""
    if not re.fullmatch(r"\d{17}[0-9Xx]", text):
        return text
    body = f"{text[:10]}{int(text[10:12]) % 12 + 1:02}{int(text[12:14]) % 28 + 1:02}{text[14:17]}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    check = "10X98765432"[total % 11]
    return body + (check.lower() if text[-1] == "x" else check)


def _email(value: str, dice: Dice, _: datetime.date) -> str:
    """Another mailbox; the provider stays where it is one of everybody, the ending always."""
    local, _at, domain = value.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    if domain.lower() not in _PUBLIC_MAIL:
        domain = _shaped("email", name, dice, 0) + dot + ending
    return f"{_shaped('email', local, dice, 0)}@{domain}"


def _ip(value: str, dice: Dice, _: datetime.date) -> str:
    """A neighbour in the same network, written as long; on the internet somewhere else at the same provider."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return _shaped("ip", value, dice, 0)
    if isinstance(address, ipaddress.IPv4Address):
        parts = value.split(".")
        kept = _OF_PROVIDER if address.is_global else 3
        return ".".join((*parts[:kept], *(_octet(part, dice) for part in parts[kept:])))
    groups, own = value.split(":"), _is_own_of_internet if address.is_global else _is_own
    places = (at if "" not in groups[:at] else 8 - len(groups) + at for at in range(len(groups)))
    return ":".join(
        "".join(dice.of("123456789abcdef") for _ in group) if own(place, group) else group
        for place, group in zip(places, groups, strict=True)
    )


def _octet(part: str, dice: Dice) -> str:
    """Another number of as many digits."""
    return str(dice.between(*{1: (2, 9), 2: (10, 99), 3: (100, 254)}[len(part)]))


def _is_own_of_internet(place: int, _group: str) -> bool:
    """Whether one of the eight groups tells the household or the device: all behind the provider's."""
    return place >= _OF_PROVIDER


def _is_own(place: int, group: str) -> bool:
    """The same in a network at home: the last, and the long ones of the interface, which may be made of a hardware address
    (RFC 4291, appendix A)."""
    return place == _LAST_GROUP or (place >= _INTERFACE and len(group) > _SHORT_GROUP)


def _birth_date(value: str, dice: Dice, day: datetime.date) -> str:
    """Another day of the same year, on the same side of the session's day, so that the age stays."""
    found = re.fullmatch(r"(\d{4})(\D?)(\d{1,2})(\D?)(\d{1,2})(\D?)", value.strip())
    if not found:
        return _shaped("birth_date", value, dice, 0)
    year, one, month, two, date, three = found.groups()
    passed = (int(month), int(date)) <= (day.month, day.day)
    for _ in range(200):
        made = (dice.between(1, 12), dice.between(1, 28))
        same = all(len(str(new)) == len(old.lstrip("0")) for new, old in zip(made, (month, date), strict=True))
        if same and (made <= (day.month, day.day)) == passed:
            return f"{year}{one}{made[0]:0{len(month)}}{two}{made[1]:0{len(date)}}{three}"
    return value


def _location(value: str, dice: Dice, _: datetime.date) -> str:
    """Elsewhere in the same degree, with as many decimals; the radius stays."""
    return re.sub(r"(?<=\.)\d+", lambda digits: _moved(digits[0], dice), value, count=2)


def _is_far(value: str, candidate: str) -> bool:
    """Whether no position of the one place is taken for one of the other."""
    old, new = ([float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)] for text in (value, candidate))
    radius = old[2] if len(old) > 2 else 500.0
    return len(old) >= 2 and all(abs(one - other) * 111_000 > 8 * radius for one, other in zip(old[:2], new[:2], strict=True))


def _moved(decimals: str, dice: Dice) -> str:
    first = 2 + dice.below(6)
    first += first == int(decimals[0])
    return str(first) + "".join(dice.of(_DIGITS) for _ in decimals[1:])


_MAKERS: dict[str, Callable[[str, Dice, datetime.date], str]] = {
    "email": _email,
    "ip": _ip,
    "birth_date": _birth_date,
    "location": _location,
}
