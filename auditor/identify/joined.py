"""Digests of several values in one, as SDKs make a device's number: planted values go in, needles come out.

`md5(imei + android_id + mac)` tells nothing of either value to a search for each alone. Two device identifiers are joined in
every order, and three of the commonest, plainly or with a sign between, also with a salt before or behind (of three only
plainly). Each hit is a sighting of every value that went in.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import NamedTuple

from auditor.identify.canonical import canonical
from auditor.identify.checks import luhn_digit
from auditor.identify.digests import COMMON, USUAL_SIGNS, hash_of
from auditor.identify.learned import NOT_LISTED
from auditor.identify.needles import Needle, Secrets, of_hex
from auditor.model.session import PlantedValue

_IN_PAIRS = ("imei", "meid", "imsi", "serial", "mac", "android_id", "oaid")
_IN_THREES = frozenset({"imei", "meid", "serial", "mac", "android_id"})
_BETWEEN = (b"", *USUAL_SIGNS)
_PAIR = 2


class _Part(NamedTuple):
    """A value that may be joined, and its likeliest spellings."""

    number: int
    kind: str
    spellings: tuple[bytes, ...]


def joined_needles(values: Sequence[PlantedValue], secrets: Secrets) -> Iterator[Needle]:
    """Needles of digests of two or three of the listed values, of each kind the first."""
    parts = _parts(values)
    common = tuple(part for part in parts if part.kind in _IN_THREES)
    for chosen in (*permutations(parts, 2), *permutations(common, 3)):
        kinds = "+".join(part.kind for part in chosen)
        for texts, sign in product(product(*(part.spellings for part in chosen)), _BETWEEN):
            salts = secrets.salts if len(chosen) == _PAIR or not sign else ()
            for note, data in _salted(sign.join(texts), sign, salts):
                yield from _written(chosen, f"joined:{kinds}{note}", data)


def _parts(values: Sequence[PlantedValue]) -> tuple[_Part, ...]:
    found: dict[str, _Part] = {}
    for number, entry in enumerate(values):
        if entry.kind in _IN_PAIRS and entry.owner not in NOT_LISTED:
            found.setdefault(entry.kind, _Part(number, entry.kind, _spellings(entry)))
    if "imei" in found:
        found.pop("meid", None)  # the two stand for each other
    return tuple(found[kind] for kind in _IN_PAIRS if kind in found)


def _spellings(entry: PlantedValue) -> tuple[bytes, ...]:
    """As Android's interfaces give the value, and the same in one case or without signs."""
    bare = canonical(entry.kind, entry.value)
    texts = [entry.value.strip()]
    if entry.kind == "imei" and len(bare) == 14:
        texts = [bare + luhn_digit(bare)]
    elif entry.kind == "mac":
        pairs = ":".join(bare[at : at + 2] for at in range(0, len(bare), 2))
        texts = [pairs, pairs.upper(), bare, bare.upper()]
    elif entry.kind in ("meid", "android_id", "oaid"):
        texts = [entry.value.strip().lower(), entry.value.strip().upper()]
    return tuple(dict.fromkeys(text.encode(errors="replace") for text in texts))


def _salted(data: bytes, sign: bytes, salts: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    yield "", data
    for salt in salts:
        yield ":salt", sign.join((data, salt.encode()))
        yield ":salt", sign.join((salt.encode(), data))


def _written(chosen: Sequence[_Part], note: str, data: bytes) -> Iterator[Needle]:
    for name in COMMON:
        digits = hash_of(name, data).hex().encode()
        for part in chosen:
            yield of_hex(part.number, f"{part.kind}:{note}", (name,), digits)
