"""How clients write values of each kind before they encode them."""

import re
from collections.abc import Callable, Iterator

type Spell = Callable[[str], str]


def _pairs(value: str) -> list[str]:
    return re.findall("..", re.sub("[^0-9a-fA-F]", "", value))


def _groups(value: str, *sizes: int) -> list[str]:
    found, at = [], 0
    for size in sizes:
        found.append(value[at : at + size])
        at += size
    return [*found, value[at:]]


def _as_is(value: str) -> str:
    return value


_CASES: dict[str, Spell] = {"as is": _as_is, "lower": str.lower, "upper": str.upper}
_UUID: dict[str, Spell] = {
    "lower": str.lower,
    "upper": str.upper,
    "no dashes": lambda value: value.replace("-", ""),
    "no dashes, upper": lambda value: value.replace("-", "").upper(),
    "no dashes, lower": lambda value: value.replace("-", "").lower(),
}
_MAC: dict[str, Spell] = {
    "colons, lower": lambda value: ":".join(_pairs(value)).lower(),
    "colons, upper": lambda value: ":".join(_pairs(value)).upper(),
    "dashes, lower": lambda value: "-".join(_pairs(value)).lower(),
    "dashes, upper": lambda value: "-".join(_pairs(value)).upper(),
    "bare, lower": lambda value: "".join(_pairs(value)).lower(),
    "bare, upper": lambda value: "".join(_pairs(value)).upper(),
    "dots of four": lambda value: ".".join(re.findall("....", "".join(_pairs(value)))),
    "number": lambda value: str(int("".join(_pairs(value)), 16)),
    "reversed, colons": lambda value: ":".join(_pairs(value)[::-1]).upper(),
    "reversed, bare": lambda value: "".join(_pairs(value)[::-1]),
}


def _national(value: str) -> str:
    return value.removeprefix("+86")


_BY_KIND: dict[str, dict[str, Spell]] = {
    "imei": {
        "15": _as_is,
        "14": lambda value: value[:14],
        "16": lambda value: value[:14] + "07",
        "dashes": lambda value: "-".join(_groups(value, 2, 6, 6)),
        "spaces": lambda value: " ".join(_groups(value, 6, 2, 6)),
    },
    "imeisv": {"16": _as_is, "14": lambda value: value[:14]},
    "meid": {"lower": str.lower, "upper": str.upper},
    "imsi": {"digits": _as_is},
    "iccid": {"digits": _as_is, "groups": lambda value: " ".join(re.findall(".{1,4}", value))},
    "serial": _CASES,
    "mac": _MAC,
    "bssid": _MAC,
    "android_id": {"lower": str.lower, "upper": str.upper},
    "oaid": _UUID,
    "aaid": _UUID,
    "idfa": _UUID,
    "idfv": _UUID,
    "push_token": {"as is": _as_is},
    "phone": {
        "+86": _as_is,
        "0086": lambda value: "00" + value[1:],
        "86": lambda value: value[1:],
        "national": _national,
        "+86 and space": lambda value: "+86 " + _national(value),
        "+86 and dash": lambda value: "+86-" + _national(value),
        "3-4-4 spaces": lambda value: " ".join(_groups(_national(value), 3, 4)),
        "3-4-4 dashes": lambda value: "-".join(_groups(_national(value), 3, 4)),
        "+86 3-4-4": lambda value: "+86 " + " ".join(_groups(_national(value), 3, 4)),
    },
    "email": {"as is": _as_is, "upper": str.upper, "capital": str.capitalize},
    "birth_date": {
        "y-m-d": _as_is,
        "y/m/d": lambda value: value.replace("-", "/"),
        "bare": lambda value: value.replace("-", ""),
        "d.m.y": lambda value: ".".join(value.split("-")[::-1]),
        "m/d/y": lambda value: "/".join((value[5:7], value[8:], value[:4])),
        "zh": lambda value: f"{value[:4]}年{int(value[5:7])}月{int(value[8:])}日",
    },
    "card": {"digits": _as_is, "spaces": lambda value: " ".join(re.findall(".{1,4}", value))},
    "resident_id": {"upper": str.upper, "lower": str.lower},
    "user_name": _CASES,
    "nickname": {"as is": _as_is},
    "ssid": {"as is": _as_is, "quoted": lambda value: f'"{value}"'},
    "postal_address": {"as is": _as_is, "no spaces": lambda value: value.replace(" ", "")},
}


def spelled(kind: str, value: str) -> Iterator[tuple[str, str]]:
    """Name and text of each spelling, none twice."""
    seen: set[str] = set()
    for name, spell in _BY_KIND.get(kind, {"as is": _as_is}).items():
        text = spell(value)
        if text not in seen:
            seen.add(text)
            yield name, text
