"""Whether a redacted session keeps its promise: both sessions in, what is wrong with the result out.

No value that was replaced may be found in any file, in any encoding that the detector knows, and the audit of the result must
find what the audit of the original found.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from auditor import pipeline
from auditor.identify.batch import Batch
from auditor.identify.detector import Detector
from auditor.identify.planted import Planted
from auditor.knowledge import Knowledge
from auditor.model.audit import Audit
from auditor.model.content import Field, Piece
from auditor.model.session import Session, Subjects, Waiver
from auditor.model.vocabulary import Confidence, Match, Part
from auditor.observe import observe

_NUMBERED = re.compile(r"^(learned|found)-(\w+)-\d+$")
_COMPARED = ("rule", "severity", "status", "surface", "phase", "party", "service", "kind", "finding_class", "confidence", "flows")

type Signature = tuple[str, ...]


def clear_values(session: Session, files: Mapping[str, bytes], subjects: Subjects, knowledge: Knowledge) -> tuple[str, ...]:
    """Where a value that was replaced still stands: `FILE: LABEL`, sorted; empty when the promise is kept.

    Args:
        session: the redacted session, as it stands on disk.
        files: its files by name.
        subjects: the values that were replaced, in the clear.
        knowledge: for the detector.
    """
    planted = Planted(subjects)
    found = {f"{name}: {entry}" for name, data in files.items() for entry in _as_it_stands(data, planted)}
    seen = observe(session, Detector.build(subjects, bytes(32), knowledge.identifiers)).sightings
    sure = seen[(seen["match"] == Match.PLANTED) & (seen["confidence"] != Confidence.LOW)]
    found |= {f"{row.capture}: {row.identifier}" for row in sure.itertuples()}
    return tuple(sorted(found))


def _as_it_stands(data: bytes, planted: Planted) -> Iterable[str]:
    """Labels of the values in a file's bytes, without taking anything apart."""
    piece = Piece(Part.PAYLOAD, "", data)
    field = Field(part=Part.PAYLOAD, path="", key="", value=data, encodings=(), piece=piece, offset=0)
    return {planted.values[hit.needle.value].label for hit in planted.hits(Batch((field,))) if "crc32" not in hit.needle.words}


def audited(
    session: Session, subjects: Subjects, waivers: tuple[Waiver, ...], knowledge: Knowledge, as_of: str, key: bytes
) -> Audit:
    """The audit of a session; nothing is written."""
    return pipeline.audit(session, subjects, waivers, knowledge, pipeline.Options(as_of=as_of, key=key)).audit


def differences(before: Audit, behind: Audit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The findings that are gone and those that are new, each as `RULE surface host`, without names that hold a value."""
    old, new = Counter(map(_signature, before.findings)), Counter(map(_signature, behind.findings))
    return tuple(sorted(map(_said, (old - new).elements()))), tuple(sorted(map(_said, (new - old).elements())))


def _signature(row: object) -> Signature:
    """What must be the same: all but what holds, masked, a value or a pseudonym."""
    fixed = tuple(str(getattr(row, name)) for name in _COMPARED)
    named = (getattr(row, name) or "" for name in ("recipient", "host", "identifier"))
    return (*fixed, *(_NUMBERED.sub(r"\1-\2", "•" if "•" in text else text) for text in named))


def _said(signature: Signature) -> str:
    return " ".join(filter(None, (signature[0], signature[3], signature[4].replace("None", ""), signature[12])))
