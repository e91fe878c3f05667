"""The corpus: every kind in its spellings, hidden in every encoding or hashed in every way, as messages and labels to find."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.content import Message, Piece
from auditor.model.session import Subjects
from auditor.model.vocabulary import Direction
from tests.corpus.aside import ASIDE
from tests.corpus.digests import hashed
from tests.corpus.encodings import ENCODINGS, LABELS, as_json, body, query
from tests.corpus.spellings import spelled

TUNED_SEED = 4
"""The part that the code was tuned on."""
ASIDE_SEED = 20261122
"""The part kept aside: other values, other random surroundings, and the disguises of `aside`, which the tuned part has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """One hidden value."""

    label: str
    kind: str
    spelling: str
    encoding: str
    message: Message


def message(*pieces: Piece, direction: Direction = Direction.UP, protocol: str = "http") -> Message:
    """A message of these pieces."""
    return Message(flow_id="f", number=0, direction=direction, at=None, host="h", protocol=protocol, pieces=pieces)


def corpus(subjects: Subjects, seed: int) -> Iterator[Disguise]:
    """All disguises of all values."""
    rng = random.Random(seed)
    for entry in subjects.identifiers:
        for spelling, text in spelled(entry.kind, entry.value):
            hidden = [(name, encode(text, rng)) for name, encode in ENCODINGS.items()]
            if seed == ASIDE_SEED:
                hidden += [(name, encode(text, rng)) for name, encode in ASIDE.items()]
            if text.isascii() and text.replace("-", "").isalnum() and len(text) <= 31:
                hidden += [(name, encode(text, rng)) for name, encode in LABELS.items()]
            hidden += [(name, carry(digest, rng)) for name, digest in hashed(text)]
            for name, pieces in hidden:
                yield Disguise(label=entry.label, kind=entry.kind, spelling=spelling, encoding=name, message=message(*pieces))


def carry(digest: str, rng: random.Random) -> tuple[Piece, ...]:
    """A hash in a query or in a document."""
    if rng.random() < 0.5:
        return query(digest.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"))
    return body(as_json(digest, rng))
