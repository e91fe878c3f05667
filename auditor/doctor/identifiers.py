"""A test phone's own identifiers over adb in, planted values out, and what it would not say.

Everything that the phone answers must look like what was asked for, or it is no value: the phone is a stranger, and the file
that these go into steers what an audit looks for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from auditor.doctor.adb import Adb, NoPhoneError
from auditor.errors import UsageError
from auditor.identify.checks import luhn
from auditor.model.session import PlantedValue

_NOBODYS = frozenset({"02:00:00:00:00:00", "00:00:00:00:00:00", "unknown", "0123456789abcdef", "0000000000000000"})
"""What phones say instead of the truth."""
_MAC = r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One identifier, how to ask for it, and what an answer looks like."""

    label: str
    kind: str
    command: tuple[str, ...]
    shape: str
    """A regular expression whose first group, or whole match, is the value."""
    owner: str = "phone"
    read: Callable[[str], str] = str.strip
    """Takes wrappings off an answer first."""


def parcel_digits(answer: str) -> str:
    """The digits in what `service call` prints: a dump with the text, as 16-bit characters, in quotes at each line's end."""
    text = "".join(re.findall(r"'([^'\n]*)'", answer))
    return re.sub(r"[^0-9]", "", text)


QUESTIONS = (
    Question(label="phone-serial", kind="serial", command=("getprop", "ro.serialno"), shape=r"[A-Za-z0-9._-]{4,40}"),
    Question(
        label="phone-android-id", kind="android_id", command=("settings", "get", "secure", "android_id"), shape=r"[0-9a-f]{15,16}"
    ),
    Question(
        label="phone-imei",
        kind="imei",
        command=("service", "call", "iphonesubinfo", "1", "s16", "com.android.shell"),
        shape=r"\d{15}",
        read=parcel_digits,
    ),
    Question(label="phone-wifi-mac", kind="mac", command=("cat", "/sys/class/net/wlan0/address"), shape=_MAC),
    Question(label="phone-bluetooth-mac", kind="mac", command=("settings", "get", "secure", "bluetooth_address"), shape=_MAC),
    Question(
        label="phone-name", kind="other", command=("settings", "get", "global", "device_name"), shape=r"[^\x00-\x1f\x7f]{4,60}"
    ),
    Question(
        label="wifi-ssid",
        kind="ssid",
        command=("dumpsys", "wifi"),
        shape=r'(?m)^\s*mWifiInfo SSID: "([^"\x00-\x1f\x7f]{1,32})"',
        owner="persona",
    ),
    Question(
        label="wifi-bssid",
        kind="bssid",
        command=("dumpsys", "wifi"),
        shape=rf"(?m)^\s*mWifiInfo [^\n]*BSSID: ({_MAC})",
        owner="persona",
    ),
)
NOT_OVER_ADB = ("oaid", "aaid", "push_token", "phone")
"""Kinds that a phone does not tell over adb: look them up in its settings, or in the app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a phone told."""

    values: tuple[PlantedValue, ...]
    withheld: tuple[str, ...]
    """Labels of what it did not tell, or what it told was no such value."""


def pull(adb: Adb) -> Pulled:
    """Asks everything.

    Raises:
        NoPhoneError: there is nobody to ask.
    """
    adb.shell("getprop", "ro.product.model")
    values, withheld = [], []
    for question in QUESTIONS:
        value = _answer(adb, question)
        if value is None:
            withheld.append(question.label)
        else:
            values.append(PlantedValue(label=question.label, kind=question.kind, value=value, owner=question.owner))
    return Pulled(values=tuple(values), withheld=tuple(withheld))


def accounts(adb: Adb) -> int | None:
    """How many accounts somebody has signed in to on the phone; None where it does not say.

    Raises:
        NoPhoneError: there is nobody to ask.
    """
    try:
        answer = adb.shell("dumpsys", "account")
    except NoPhoneError:
        raise
    except UsageError:
        return None
    return len(set(re.findall(r"Account \{name=[^}\n]*\}", answer))) if "Account" in answer else None


def _answer(adb: Adb, question: Question) -> str | None:
    try:
        answer = question.read(adb.shell(*question.command))
    except NoPhoneError:
        raise
    except UsageError:
        return None
    found = (
        re.search(question.shape, answer) if "(" in question.shape.replace("(?:", "") else re.fullmatch(question.shape, answer)
    )
    if found is None:
        return None
    value = found[1] if found.re.groups else found[0]
    if value.lower() in _NOBODYS or (question.kind == "imei" and not luhn(value)):
        return None
    return value
