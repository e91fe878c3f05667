"""Digests of several values in one."""

import hashlib

import pytest

from auditor.identify.joined import joined_needles
from auditor.identify.learned import OWNER
from auditor.identify.needles import Secrets
from auditor.model.session import PlantedValue

IMEI, ANDROID_ID, MAC, SERIAL = "352099001761481", "9ed65067dd73d2de", "02:1a:7d:da:71:13", "R58N30TEST1"
PHONE = tuple(
    PlantedValue(label=kind, kind=kind, value=value, owner="phone")
    for kind, value in (("imei", IMEI), ("android_id", ANDROID_ID), ("mac", MAC), ("serial", SERIAL))
)


def digests(values: tuple[PlantedValue, ...], *salts: str) -> dict[bytes, set[tuple[int, str]]]:
    """The whole digest of each needle, and which values it tells of."""
    found: dict[bytes, set[tuple[int, str]]] = {}
    for needle in joined_needles(values, Secrets(salts)):
        found.setdefault(needle.full, set()).add((needle.value, needle.variant))
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"{IMEI}{ANDROID_ID}",
        f"{ANDROID_ID}{IMEI}",
        f"{IMEI}_{MAC.upper()}",
        f"{SERIAL}|{ANDROID_ID}",
        f"{IMEI}{ANDROID_ID}021a7dda7113",
        f"{SERIAL}-{IMEI}-{MAC}",
    ],
)
@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_two_or_three_in_any_order(text: str, algorithm: str) -> None:
    """Plainly or with a sign between."""
    assert hashlib.new(algorithm, text.encode()).hexdigest().encode() in digests(PHONE)


@pytest.mark.parametrize("text", [f"{IMEI}{ANDROID_ID}pepper", f"pepper:{IMEI}:{ANDROID_ID}", f"{IMEI}{ANDROID_ID}{MAC}pepper"])
def test_with_a_salt(text: str) -> None:
    """Before or behind, with the sign that stands between the values."""
    assert hashlib.md5(text.encode()).hexdigest().encode() in digests(PHONE, "pepper")
    assert hashlib.md5(text.encode()).hexdigest().encode() not in digests(PHONE)


def test_a_hit_tells_of_every_value() -> None:
    """Each under its own kind, with the kinds that were joined."""
    told = digests(PHONE)[hashlib.md5(f"{IMEI}{ANDROID_ID}".encode()).hexdigest().encode()]
    assert told == {(0, "imei:joined:imei+android_id"), (1, "android_id:joined:imei+android_id")}


def test_only_listed_values_of_devices_and_of_each_kind_the_first() -> None:
    """Names and learned values are not joined, and the needles stay few."""
    others = (
        PlantedValue(label="name", kind="nickname", value="somebody", owner="persona"),
        PlantedValue(label="learned-mac-1", kind="mac", value="02:00:5e:10:20:30", owner=OWNER),
        PlantedValue(label="second", kind="imei", value="490154203237518", owner="phone"),
    )
    assert digests((*PHONE, *others)) == digests(PHONE)
    assert digests(others[:2]) == digests(others[2:]) == {}
    assert len(digests(PHONE)) < 5_000
