"""The identifiers of a session without a verdict: capture, decode, identify and attribute, no judge and no policy.

A session and what the tool knows go in, the sightings table comes out (`auditor sightings`). The full run of the stages is
`pipeline`.
"""

from typing import TYPE_CHECKING

from auditor import learning, local_network
from auditor.flow_list import ladder_of
from auditor.identify.detector import Detector
from auditor.knowledge import FlowKnowledge
from auditor.model.session import Session, Subjects
from auditor.model.tables import SIGHTINGS
from auditor.observe import Input, Progress, observe
from auditor.read_once import ReadOnce
from auditor.recipients import attribute, attribute_sightings, masked_sightings

if TYPE_CHECKING:
    import pyarrow as pa


def sightings(
    session: Session,
    subjects: Subjects,
    knowledge: FlowKnowledge,
    *,
    key: bytes,
    progress: Progress | None = None,
) -> tuple["pa.Table", tuple[Input, ...]]:
    """The sightings table of a session, attributed and masked; and the state of its inputs. `key` is for digests."""
    known = local_network.with_printer(subjects, local_network.look(session, subjects))
    once = ReadOnce(progress)
    detector = Detector.build(learning.with_session(known, session, once=once), key, knowledge.identifiers)
    observed = observe(session, detector, progress, once=once)
    attributed = attribute(observed.flows, ladder_of(session, knowledge, None))
    seen = masked_sightings(attribute_sightings(observed.sightings, attributed), detector.mask_text)
    return SIGHTINGS.published(seen), observed.inputs
