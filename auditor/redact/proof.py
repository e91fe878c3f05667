"""Whether a redacted session keeps its promise: both sessions in, what is wrong with the result out.

No value that was replaced may be found in any file, in any encoding that the detector knows, and the audit of the result must
find what the audit of the original found.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from auditor import pipeline
from auditor.identify.batch import Batch
from auditor.identify.detector import Detector, compiled
from auditor.knowledge import Knowledge
from auditor.model.audit import Audit
from auditor.model.content import Field, Message, Piece
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.session import Subjects
from auditor.model.vocabulary import Confidence, Match, Part
from auditor.observe import Watch
from auditor.session.folder import OpenedSession

_NUMBERED = re.compile(r"^(learned|found)-(\w+)-\d+$")
_COMPARED = ("rule", "severity", "status", "surface", "phase", "party", "service", "kind", "finding_class", "confidence", "flows")

type Signature = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audits:
    """How both sessions are audited."""

    known: Knowledge
    as_of: str
    key: bytes

    def of(self, opened: OpenedSession, watch: Watch) -> Audit:
        """The audit of a session; nothing is written."""
        options = pipeline.Options(as_of=self.as_of, key=self.key, watch=watch)
        return pipeline.audit(opened.session, opened.subjects, opened.waivers, self.known, options).audit


class Search:
    """The search for values in the clear, while the messages of the redacted session pass."""

    def __init__(self, subjects: Subjects, knowledge: IdentifierKnowledge) -> None:
        """`subjects` are the values that were replaced."""
        self._planted = compiled(subjects)
        self._detector = Detector.build(subjects, bytes(32), knowledge)
        self.found: set[str] = set()
        """Where one of them still stands: `FILE: LABEL`, or `FLOW: LABEL`."""

    def look(self, message: Message, fields: tuple[Field, ...]) -> None:
        """One message."""
        for seen in self._detector.sightings(message, fields):
            if seen.match is Match.PLANTED and seen.confidence is not Confidence.LOW:
                self.found.add(f"{seen.flow_id}: {seen.identifier}")

    def files(self, files: Mapping[str, bytes]) -> None:
        """The bytes of files by name, without taking anything apart."""
        for name, data in files.items():
            piece = Piece(Part.PAYLOAD, "", data)
            field = Field(part=Part.PAYLOAD, path="", key="", value=data, encodings=(), piece=piece, offset=0)
            hits = [hit.needle for hit in self._planted.hits(Batch((field,))) if "crc32" not in hit.needle.words]
            self.found.update(f"{name}: {self._planted.values[needle.value].label}" for needle in hits)


def differences(before: Audit, behind: Audit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The findings that are gone and those that are new, each as `RULE surface host`, without names that hold a value.

    A host that only the original has may be named after a value that nobody planted, so it is left out.
    """
    hosts = {str(row.host) for row in behind.findings}
    old, new = Counter(map(_signature, before.findings)), Counter(map(_signature, behind.findings))
    gone, made = (old - new).elements(), (new - old).elements()
    return tuple(sorted(_said(one, hosts) for one in gone)), tuple(sorted(_said(one, hosts) for one in made))


def _signature(row: object) -> Signature:
    """What must be the same: all but what holds, masked, a value or a pseudonym."""
    fixed = tuple(str(getattr(row, name)) for name in _COMPARED)
    named = (getattr(row, name) or "" for name in ("recipient", "host", "identifier"))
    return (*fixed, *(_NUMBERED.sub(r"\1-\2", "•" if "•" in text else text) for text in named))


def _said(signature: Signature, hosts: set[str]) -> str:
    host = signature[12] if signature[12] in hosts else ""
    return " ".join(filter(None, (signature[0], signature[3], signature[4].replace("None", ""), host)))
