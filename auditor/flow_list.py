"""The flows of a session without a verdict: capture and attribute, nothing else.

A session and what the tool knows go in, the flows table comes out. `auditor flows` needs no judge and no policy, and a capture is
often read in less time than importing them would take: the full run of the stages is `pipeline`. What reading does not need is
loaded while another process reads, where one does.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from auditor.model.tables import FLOWS
from auditor.observe import Input, Progress, observe

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.attribute.address_table import AddressTable
    from auditor.attribute.ladder import Ladder
    from auditor.knowledge import FlowKnowledge
    from auditor.model.session import Session, Subjects
    from auditor.recipients import Mask


def flows(
    session: "Session",
    subjects: "Subjects",
    known: "Callable[[], FlowKnowledge]",
    *,
    key: bytes,
    addresses: "AddressTable | None" = None,
    progress: Progress | None = None,
) -> tuple["pa.Table", tuple[Input, ...]]:
    """The flows table of a session, attributed, with planted values and checked patterns masked; and the state of its inputs.

    Content is not looked through here, so `unread` holds only what the captures themselves lack. `known` loads what the tool
    knows, `key` is for digests.

    Raises:
        AuditError: as `known`.
    """
    prepared = cache(lambda: _prepared(session, subjects, known(), key, addresses))
    observed = observe(session, None, progress, hashed=False, meanwhile=prepared)
    ladder, mask = prepared()
    from auditor.recipients import attribute, first_pairs, masked_flows

    pairs = masked_flows(attribute(observed.flows, ladder).pairs, mask)
    return FLOWS.published(first_pairs(pairs)), observed.inputs


def _prepared(
    session: "Session", subjects: "Subjects", known: "FlowKnowledge", key: bytes, addresses: "AddressTable | None"
) -> "tuple[Ladder, Mask]":
    """Who answers for endpoints, and what masks texts; with their modules."""
    import auditor.recipients  # noqa: F401
    from auditor.identify.detector import Detector

    return ladder_of(session, known, addresses), Detector.build(subjects, key, known.identifiers).mask_text


def ladder_of(session: "Session", knowledge: "FlowKnowledge", addresses: "AddressTable | None") -> "Ladder":
    """Who is behind an endpoint, asked for this session."""
    from auditor.attribute.ladder import Ladder

    domains = (*session.domains, *knowledge.register.controller.domains)
    return Ladder(knowledge.catalog, knowledge.register, domains, session.tenants, addresses)
