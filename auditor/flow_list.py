"""The flows of a session without a verdict: capture and attribute, nothing else.

A session and what the tool knows go in, the flows table comes out. `auditor flows` needs no judge and no policy, and a capture is
often read in less time than importing them would take: the full run of the stages is `pipeline`. What reading does not need is
loaded while another process reads, where one does.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from auditor.capture.turns import MOST, in_turns
from auditor.model.arrow import in_order
from auditor.model.tables import FLOWS, OBSERVED
from auditor.observe import Input, Progress, observe
from auditor.without_values import without_values

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.attribute.address_table import AddressTable
    from auditor.attribute.ladder import Ladder
    from auditor.capture.early import Begun
    from auditor.knowledge import FlowKnowledge
    from auditor.model.session import Session, Subjects
    from auditor.recipients import Mask

AT_ONCE = 32_768
"""Flows that are named and masked at once."""


def flows(
    session: "Session",
    subjects: "Subjects",
    known: "Callable[[], FlowKnowledge]",
    *,
    key: bytes,
    addresses: "AddressTable | None" = None,
    progress: Progress | None = None,
    begun: "Begun | None" = None,
) -> tuple["Iterator[pa.Table]", tuple[Input, ...]]:
    """The flows table of a session in parts, attributed, with planted values and checked patterns masked; and the state of its
    inputs. Parts are made as they are asked for: their texts take several times the room of what was read.

    Content is not looked through here, so `unread` holds only what the captures themselves lack. `known` loads what the tool
    knows, `key` is for digests. `begun`: what reads one of the captures already.

    Raises:
        AuditError: as `known`.
    """
    prepared = cache(lambda: _prepared(session, subjects, known(), key, addresses))
    observed = observe(session, None, progress, hashed=False, meanwhile=prepared, begun=begun)
    works = [partial(_named, part, *prepared()) for part in _parts(observed.flows, whole=len(observed.inputs) > 1)]
    inputs = tuple(without_values(entry, prepared()[1]) for entry in observed.inputs)
    return in_turns(works), inputs


def _parts(flows: "pa.Table", *, whole: bool) -> "list[pa.Table]":
    """Flows in runs of their published order, one behind the other; `whole`: in one, where that order is not that of reading."""
    if whole or len(flows) <= AT_ONCE:
        return [flows]
    flows = in_order(flows, OBSERVED.order)
    size = max(AT_ONCE, -(-len(flows) // MOST))
    return [flows.slice(start, size) for start in range(0, len(flows), size)]


def _named(flows: "pa.Table", ladder: "Ladder", mask: "Mask") -> "pa.Table":
    """The published table of some flows."""
    from auditor.recipients import attribute, first_pairs, masked_flows

    return FLOWS.published(first_pairs(masked_flows(attribute(flows, ladder).pairs, mask)))


def _prepared(
    session: "Session", subjects: "Subjects", known: "FlowKnowledge", key: bytes, addresses: "AddressTable | None"
) -> "tuple[Ladder, Mask]":
    """Who answers for endpoints, and what masks texts; with their modules."""
    import auditor.recipients  # noqa: F401
    from auditor.identify.detector import Detector

    return ladder_of(session, known, addresses), Detector.build(subjects, key, known.identifiers).mask_text


def ladder_of(session: "Session", knowledge: "FlowKnowledge", addresses: "AddressTable | None" = None) -> "Ladder":
    """Who is behind an endpoint, asked for this session."""
    from auditor.attribute.ladder import Ladder

    domains = (*session.domains, *knowledge.register.controller.domains)
    return Ladder(knowledge.catalog, knowledge.register, domains, session.tenants, addresses)
