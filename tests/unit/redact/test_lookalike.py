"""Pseudonyms: the same kind, length and shape, right check digits, never a real value, always the same."""

import datetime
import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify import checks
from auditor.identify.detector import Detector
from auditor.identify.phone import is_a_persons
from auditor.model.session import Subjects
from auditor.persona import _years
from auditor.redact.lookalike import Lookalikes, identity
from tests.corpus.subjects import made_up
from tests.unit.redact.people import DAY, KEY, KNOWLEDGE, VALUES, subjects


def one(kind: str, value: str, key: bytes = KEY) -> str:
    lookalikes = Lookalikes(key, KNOWLEDGE, DAY)
    lookalikes.reserve(kind, value)
    return lookalikes.of(kind, value)


@pytest.mark.parametrize("entry", [entry for seed in (1, 2, 3) for entry in made_up(seed).identifiers], ids=lambda e: e.kind)
def test_a_pseudonym_is_another_value_of_the_same_length(entry: object) -> None:
    """For every kind, in characters and in bytes."""
    kind, value = entry.kind, entry.value  # type: ignore[attr-defined]
    made = one(kind, value)
    assert made != value
    assert identity(kind, made) != identity(kind, value)
    assert (len(made), len(made.encode())) == (len(value), len(value.encode()))
    assert [char.isalnum() for char in made] == [char.isalnum() for char in value]


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        ("imei", "352099001761481", lambda made: checks.luhn(made) and made.startswith("35")),
        ("iccid", "89860079467234401071", lambda made: made.startswith("8986")),
        ("card", "6256376111958666", lambda made: made.isdigit()),
        ("mac", "00:00:5e:00:53:21", lambda made: int(made[:2], 16) & 3 == 2),
        ("mac", "AC:DE:48:00:11:22", lambda made: int(made[:2], 16) & 3 == 2 and made == made.upper()),
        ("resident_id", "448278196411077529", checks.resident_id),
        ("phone", "+8613900000199", is_a_persons),
        ("phone", "13900000199", is_a_persons),
        ("ip", "192.168.50.40", lambda made: re.fullmatch(r"192\.168\.50\.\d\d", made)),
        ("ip", "fd00::1:40", lambda made: made.startswith("fd00::1:")),
        ("email", "mei@example.org", lambda made: made.endswith("@example.org")),
        ("email", "mei@linmei-nails.cn", lambda made: made.endswith(".cn") and "linmei" not in made),
        ("oaid", "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11", lambda made: made[14] == "4" and made[19] == "9"),
        ("location", "23.106400,113.324500,500", lambda made: re.fullmatch(r"23\.\d{6},113\.\d{6},500", made)),
        ("push_token", "04f1c0de5e9a7b36d2184fb07ce6a951", lambda made: re.fullmatch(r"[0-9a-f]{32}", made)),
        ("nickname", "小蓝tudopi", lambda made: re.fullmatch(r"[一-鿿]{2}[a-z]{6}", made)),
    ],
)
def test_it_has_the_shape_of_its_kind(kind: str, value: str, holds: object) -> None:
    """Check digits are right, addresses are locally administered, networks, providers and versions stay."""
    assert holds(one(kind, value))  # type: ignore[operator]


@pytest.mark.parametrize("text", ["1989-03-14", "2012-11-22", "2012-11-23", "20121122", "2012/1/2"])
def test_a_birth_date_keeps_its_age(text: str) -> None:
    """On the day of the session; a rule about children depends on it."""
    made = one("birth_date", text)
    assert made != text
    dates = [[int(part) for part in re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", day).groups()] for day in (text, made)]  # type: ignore[union-attr]
    assert len({_years(datetime.date(*date), DAY) for date in dates}) == 1


def test_the_same_value_gets_the_same_pseudonym_whatever_its_spelling() -> None:
    """Two kinds, two spellings, two runs."""
    lookalikes = Lookalikes(KEY, KNOWLEDGE, DAY)
    mac = lookalikes.of("mac", "00:00:5e:00:53:01")
    assert lookalikes.of("bssid", "00:00:5e:00:53:01") == mac
    assert lookalikes.of("bssid", "00005e005301") == mac.replace(":", "")
    phone = lookalikes.of("phone", "+8613900000199")
    assert lookalikes.of("phone", "13900000199") == phone[3:]
    imei = lookalikes.of("imei", "352099001761481")
    assert lookalikes.of("imeisv", "3520990017614823")[:14] == imei[:14]
    assert one("mac", "00:00:5e:00:53:01") == mac


def test_another_key_gives_another_pseudonym() -> None:
    """Nobody without the key can try values until one fits."""
    assert one("phone", "+8613900000199") != one("phone", "+8613900000199", bytes(32))


def test_no_real_value_and_no_pseudonym_is_taken_twice() -> None:
    """In a network with room for eight devices."""
    lookalikes = Lookalikes(KEY, KNOWLEDGE, DAY)
    real = [f"10.0.0.{number}" for number in (2, 3, 4)]
    for value in real:
        lookalikes.reserve("ip", value)
    made = [lookalikes.of("ip", value) for value in real]
    assert len({*made, *real}) == 6


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=6, max_size=30))
def test_any_text_gives_a_text_of_the_same_length(text: str) -> None:
    """Whatever a planted value holds."""
    assert len(one("text", text)) == len(text)


def test_a_pattern_is_found_in_the_pseudonym_of_what_it_found() -> None:
    """Values that nobody planted are shown by their shape alone."""
    detector = Detector.build(Subjects(), KEY, KNOWLEDGE)
    for kind in ("imei", "mac", "email", "phone"):
        value = {"mac": "ac:de:48:11:22:33"}.get(kind, VALUES[kind])
        made = Lookalikes(KEY, KNOWLEDGE, DAY).of(kind, value, by_pattern=True)
        assert (detector.mask_text(f"x {value} x") == f"x {value} x") == (detector.mask_text(f"x {made} x") == f"x {made} x")


def test_the_people_of_these_tests_are_made_up() -> None:
    """As everything in fixtures."""
    assert len(subjects().identifiers) == len(VALUES)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("2408:8256:d17c:51a9:9d3e:f4ff:fe17:a2c4", 2),
        ("2408:8256:d17c:51a9::5a1", 2),
        ("fe80::9d3e:f4ff:fe17:a2c4", 4),
        ("fd12:3456:789a:1:9d3e:f4ff:fe17:a2c4", 4),
    ],
)
def test_an_address_of_ipv6_keeps_its_provider_only(address: str, kept: int) -> None:
    """Its network is one household's, and its end may be made of a hardware address."""
    made = Lookalikes(KEY, KNOWLEDGE, DAY).of("ip", address)
    old, new = (ipaddress.IPv6Address(text).exploded.split(":") for text in (address, made))
    assert old[:kept] == new[:kept]
    assert not [group for group, other in zip(old[kept:], new[kept:], strict=True) if group == other != "0000"]
    assert len(made) == len(address)


def test_an_address_of_the_internet_leaves_its_neighbourhood() -> None:
    """256 addresses are a street; those of home networks are everybody's and stay in theirs."""
    tool = Lookalikes(KEY, KNOWLEDGE, DAY)
    made = tool.of("ip", "115.192.37.201")
    assert made.startswith("115.192.")
    assert made.split(".")[2] != "37"
    assert len(made) == 14
    assert tool.of("ip", "192.168.37.201").startswith("192.168.37.")
