"""The identifiers of a session without a verdict: capture, decode, identify and attribute, no judge and no policy.

A session and what the tool knows go in, the sightings table comes out (`auditor sightings`). The full run of the stages is
`pipeline`. What attribution needs is loaded while other processes look, where there are some.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from auditor import learning
from auditor.capture import formats
from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.errors import CaptureError
from auditor.identify.detector import Detector, compiled
from auditor.identify.sighted import hiding
from auditor.model.session import CaptureFile, Session, Subjects
from auditor.model.tables import SIGHTINGS
from auditor.observe import PACKET_FORMATS, Input, Progress, observe
from auditor.read_once import ReadOnce
from auditor.without_values import without_values

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.attribute.ladder import Ladder
    from auditor.knowledge import FlowKnowledge

_LIMIT = re.compile(
    r": (?:.* of )?more than \d|: (?:longer|nested deeper|.* in more) than|(?:over|past) the limit| content-encodings$"
)
"""Of reasons for `unread`: those that speak of a limit."""


def sightings(
    session: Session,
    subjects: Subjects,
    known: "Callable[[], FlowKnowledge]",
    *,
    key: bytes,
    progress: Progress | None = None,
) -> tuple["pa.Table", tuple[Input, ...], tuple[str, ...]]:
    """The sightings table of a session, attributed and masked; the state of its inputs; and, masked too, what was not looked
    through because there was too much of it. `known` loads what the tool knows of recipients, `key` is for digests.

    Raises:
        AuditError: as `known`.
    """
    prepared = cache(lambda: _prepared(session, known))
    once = ReadOnce(progress)
    told = _with_printer(subjects, session)

    def meanwhile() -> None:
        compiled(told)
        prepared()

    planted = learning.with_session_while(meanwhile, told, session, once, progress)
    detector = Detector.build(planted, key, load_identifier_knowledge())
    observed = observe(session, detector, progress, once=once, meanwhile=prepared)
    ladder = prepared()
    from auditor.recipients import attribute, attribute_sightings, masked_sightings

    attributed = attribute(observed.flows, ladder)
    mask = hiding(detector.mask_text, observed.sightings, key)
    seen = masked_sightings(attribute_sightings(observed.sightings, attributed), mask, attributed.pairs)
    inputs = tuple(without_values(entry, mask) for entry in observed.inputs)
    return SIGHTINGS.published(seen), inputs, tuple(map(mask, _over_limits(observed.flows)))


def _over_limits(flows: "pa.Table") -> list[str]:
    """The parts of messages that reached a limit, by capture and flow."""
    import pyarrow.compute as pc

    some = flows.filter(pc.greater(pc.list_value_length(flows.column("unread")), 0))
    found = zip(*(some.column(name).to_pylist() for name in ("capture", "flow_id", "unread")), strict=True)
    return [f"{capture}#{flow} {part}" for capture, flow, parts in found for part in parts if _LIMIT.search(part)]


def _with_printer(subjects: Subjects, session: Session) -> Subjects:
    """The subjects with what the printer shows of itself to its network, of which only packet captures tell."""
    if not any(map(_holds_packets, session.captures)):
        return subjects
    from auditor import local_network  # two hundred modules that flow files and HARs do not need

    return local_network.with_printer(subjects, local_network.look(session, subjects))


def _holds_packets(capture: CaptureFile) -> bool:
    """Whether it is a packet capture; one that cannot be read is none."""
    try:
        return formats.recognise(capture.path).name in PACKET_FORMATS
    except CaptureError:
        return False


def _prepared(session: Session, known: "Callable[[], FlowKnowledge]") -> "Ladder":
    """Who answers for endpoints; with its modules."""
    import auditor.recipients  # noqa: F401
    from auditor.flow_list import ladder_of

    return ladder_of(session, known())
