"""The flows of a session without a verdict: capture and attribute, nothing else.

A session and what the tool knows go in, the flows table comes out. `auditor flows` needs no judge and no policy, and a capture is
often read in less time than importing them would take: the full run of the stages is `pipeline`.
"""

from typing import TYPE_CHECKING

from auditor.attribute.address_table import AddressTable
from auditor.attribute.ladder import Ladder
from auditor.identify.detector import Detector
from auditor.knowledge import FlowKnowledge
from auditor.model.session import Session, Subjects
from auditor.model.tables import FLOWS
from auditor.observe import Input, Progress, observe
from auditor.recipients import attribute, first_pairs, masked_flows

if TYPE_CHECKING:
    import pyarrow as pa


def flows(
    session: Session,
    subjects: Subjects,
    knowledge: FlowKnowledge,
    *,
    key: bytes,
    addresses: AddressTable | None = None,
    progress: Progress | None = None,
) -> tuple["pa.Table", tuple[Input, ...]]:
    """The flows table of a session, attributed, with planted values and checked patterns masked; and the state of its inputs.

    Content is not looked through here, so `unread` holds only what the captures themselves lack. `key` is for digests.
    """
    detector = Detector.build(subjects, key, knowledge.identifiers)
    observed = observe(session, None, progress, hashed=False)
    attributed = attribute(observed.flows, ladder_of(session, knowledge, addresses))
    pairs = masked_flows(attributed.pairs, detector.mask_text)
    return FLOWS.published(first_pairs(pairs)), observed.inputs


def ladder_of(session: Session, knowledge: FlowKnowledge, addresses: AddressTable | None) -> Ladder:
    """Who is behind an endpoint, asked for this session."""
    domains = (*session.domains, *knowledge.register.controller.domains)
    return Ladder(knowledge.catalog, knowledge.register, domains, session.tenants, addresses)
