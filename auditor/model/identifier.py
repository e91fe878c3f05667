"""What is known about kinds of identifiers without any planted value: names they go by, prefixes that vouch for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class KindKnowledge:
    """One kind of identifier."""

    kind: str
    names: tuple[str, ...]
    """Names of keys that mean this kind and nothing else, Chinese and English, as `normal_name` writes them."""
    vague_names: tuple[str, ...] = ()
    """Names that may mean this kind: they count only for a value that passes the kind's check."""
    doubtful_names: tuple[str, ...] = ()
    """Names that mean other things as often: a value of the kind's shape is of low confidence, medium with a check digit."""
    endings: tuple[str, ...] = ()
    """What longer names of this kind end with, like `phone` in `receiver_phone`: they count only for a value of its shape."""
    other_words: tuple[str, ...] = ()
    """Words that end like that and mean something else, like `microphone`."""
    by_name_alone: bool = False
    """Whether a value is reported for its name alone, at low confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierKnowledge:
    """The whole of `catalog/identifiers`."""

    kinds: tuple[KindKnowledge, ...] = ()
    imei_prefixes: tuple[str, ...] = ()
    """First digits of allocated IMEIs (reporting bodies)."""
    mac_prefixes: frozenset[str] = frozenset()
    """Vendor prefixes, six lower-case hex digits."""
    country_codes: frozenset[str] = frozenset()
    """Mobile country codes, three digits."""
    card_prefixes: tuple[tuple[str, str, tuple[int, ...]], ...] = field(default=())
    """First and last prefix of a range of card numbers, and the lengths that it has."""
    position_prefixes: tuple[str, ...] = ()
    """Words before the name of a latitude or longitude that change nothing of what it means, like `user` and `last`."""
    latitude_names: tuple[str, ...] = ()
    longitude_names: tuple[str, ...] = ()
    position_names: tuple[str, ...] = ()
    """Names of keys that hold both coordinates in one text."""
    vague_position_names: tuple[str, ...] = ()
    """Names that may mean this, or a place on a screen."""
    other_endings: tuple[str, ...] = ()
    """What names end with whose numbers are of orders, parcels, payments or times: a check digit alone says nothing there."""
    placeholders: frozenset[str] = frozenset()
    """Values that stand for "none": never an identifier."""


_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_LINES = _ASCII | {0x0A: "\n"}
_MANY = 1024
DIGITS = "0123456789"


def normal_name(name: str) -> str:
    """A key's name without case, separators and brackets: `X-Device_Id[]` is `xdeviceid`."""
    if name.isascii():
        return name if name.isalnum() and name.islower() else name.translate(_ASCII)
    return "".join(character for character in name.casefold() if character.isalnum())


def plain_name(key: str) -> str:
    """The same of a key that may be percent-encoded, as those of queries and forms are."""
    return normal_name(unquote(key) if "%" in key else key)


def telling(names: Sequence[str], known: frozenset[str], endings: tuple[str, ...] = ()) -> Sequence[str]:
    """Of many names all whose normal form is known or has such an ending, digits behind it aside, perhaps with others.

    A document may have half a million names that mean nothing.
    """
    if len(names) < _MANY:
        return names
    lines = "\n".join(names)
    normal = lines.translate(_LINES).split("\n") if lines.isascii() else list(map(normal_name, names))
    if len(normal) != len(names):
        normal = list(map(normal_name, names))
    tails = frozenset(ending[-2:] for ending in endings)
    return [
        name
        for name, meant in zip(names, normal, strict=True)
        if meant in known or ((bare := meant.rstrip(DIGITS))[-2:] in tails and bare.endswith(endings))
    ]
