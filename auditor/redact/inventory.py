"""Everything of a session that needs a pseudonym: the session goes in, planted values with those that were found come out.

Planted values and what the devices say of themselves come first. To them are added all values that the checked patterns find in
the messages, the positions that keys name, and the hardware addresses of the frames, each under a label of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from auditor import learning, local_network
from auditor.capture import formats
from auditor.capture.reader import ReadOptions
from auditor.decode.message import decode
from auditor.errors import CaptureError, UsageError
from auditor.identify.batch import Batch
from auditor.identify.detector import compiled
from auditor.identify.learned import FOUND, FRAMES
from auditor.identify.locations import Locations, planted_places
from auditor.identify.patterns import Found, Patterns
from auditor.model.content import Field, Message
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.model.vocabulary import KINDS, Match
from auditor.observe import Watch
from auditor.redact.lookalike import identity

MOST = 5_000
"""Different values that are found and not planted; more are no test phone's."""
_SHORTEST = 6
"""Characters of a value that is replaced everywhere; shorter ones stand for too many things."""
_SHORTEST_WORD = 10
_OWN_WORDS = frozenset(
    {*KINDS, "identifier", "first_party", "app_version", "required_phases", "before_consent", "pair_printer", "background"}
    | {"register_email", "delete_account"}
)
"""Words that session files are made of: a value of that name would be said to stand there still."""
_SIGNED = re.compile(rb"eyJ[\w-]{8,4096}\.eyJ[\w-]{8,65536}\.([\w-]{16,1024})")
"""A JSON Web Token with its signature (RFC 7519)."""
_HERE = 60
"""Metres around a position that was found."""


class Inventory:
    """What was found so far."""

    def __init__(self, subjects: Subjects, knowledge: IdentifierKnowledge) -> None:
        self._subjects = subjects
        self._planted = compiled(subjects)
        self._patterns = Patterns(knowledge)
        self._locations = Locations(planted_places(subjects.identifiers), knowledge)
        self._found: dict[tuple[str, str], str] = {}
        self.passed_over: dict[str, int] = {}
        """By kind, values that only a name points at and that are too short, or too common a word, to be replaced everywhere."""

    def listen(self, message: Message) -> None:
        """Takes the values of one message."""
        self.look(message, decode(message).fields)

    def look(self, _message: Message, fields: tuple[Field, ...]) -> None:
        """Takes the values of the fields of one message."""
        if not fields:
            return
        for field in fields:
            for token in _SIGNED.finditer(field.value):
                self.add("token", token[1].decode())  # what stands before the signature is rewritten from within
        for found in self._patterns.found(Batch(fields)):
            self._take(found)
        for position in self._locations.found(fields):
            if position.place is None:
                self.add("location", f"{position.text},{_HERE}")

    def add(self, kind: str, value: str, owner: str = FOUND) -> None:
        """Adds a value that is to be replaced wherever it stands.

        Raises:
            UsageError: there are too many.
        """
        self._found.setdefault((kind, value), owner)
        if len(self._found) > MOST:
            raise UsageError(f"more than {MOST} different identifiers were found", fix="redact the captures one by one")

    def _take(self, found: Found) -> None:
        text = found.field.value[found.start : found.end].decode(errors="replace").strip()
        if found.kind == "location" or not text.isprintable():
            return
        if found.variant == "token:jwt":
            return
        if len(text) < _SHORTEST or (found.match is Match.NAME and _is_a_word(text)):
            self.passed_over[found.kind] = self.passed_over.get(found.kind, 0) + (found.match is Match.NAME)
        elif not self._planted.hits(Batch((found.field._replace(value=text.encode(), container=False),))):
            self.add(found.kind, text)

    def subjects(self) -> Subjects:
        """The planted values with all that was found behind them, each value once, in an order that is always the same."""
        known = {identity(entry.kind, entry.value) for entry in self._subjects.identifiers}
        added: list[PlantedValue] = []
        for number, ((kind, value), owner) in enumerate(sorted(self._found.items())):
            if identity(kind, value) not in known:
                known.add(identity(kind, value))
                added.append(PlantedValue(label=f"found-{kind}-{number}", kind=kind, value=value, owner=owner))
        return replace(self._subjects, identifiers=(*self._subjects.identifiers, *added))


def _is_a_word(text: str) -> bool:
    """Whether it is one that stands for other things, too."""
    return (text.isalpha() and len(text) < _SHORTEST_WORD) or text.casefold() in _OWN_WORDS


def take(
    session: Session,
    subjects: Subjects,
    knowledge: IdentifierKnowledge,
    addresses: Iterable[str],
    read: Callable[[Watch], object] | None = None,
) -> Inventory:
    """Takes the inventory while every capture of the session is read once.

    Args:
        session: the session.
        subjects: its planted values.
        knowledge: kinds and patterns.
        addresses: hardware addresses that stand in frames, as text.
        read: somebody who reads the captures anyhow, and shows what passes.

    Raises:
        UsageError: there are too many values.
    """
    seen = local_network.with_printer(subjects, local_network.look(session, subjects))
    inventory = Inventory(learning.with_session(seen, session), knowledge)
    if read:
        read(inventory.look)
    for capture in () if read else session.captures:
        with suppress(CaptureError):  # what cannot be read is not copied either
            _listen(capture, inventory)
    for address in addresses:
        inventory.add("mac", address, FRAMES)
    return inventory


def _listen(capture: CaptureFile, inventory: Inventory) -> None:
    reader = formats.recognise(capture.path)
    reader.read(capture.path, ReadOptions(inspect=inventory.listen, keylog=capture.keylog))


def chosen(subjects: Subjects, of: Mapping[str, str]) -> Subjects:
    """The planted values with their pseudonyms in their places."""
    return replace(subjects, identifiers=tuple(replace(entry, value=of[entry.label]) for entry in subjects.identifiers))
