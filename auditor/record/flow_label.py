"""Who receives a flow, and the phase, in; what a person sees on the flow in mitmproxy out.

The comment is for eyes and for `~comment`, the mark for the list of flows, the facts for `~meta` and for programs. Everything
may hold text that came from the network, so whatever does not print is written as an escape: it can neither steer a terminal
nor, as a lone surrogate, make mitmproxy drop the flow when it is saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from auditor.model.attribution import Attribution, Endpoint
from auditor.model.vocabulary import Relation

type Tag = Callable[[Endpoint], Attribution]
"""Says who is behind an endpoint."""

NO_PHASE = "no_phase"
BEFORE_CONSENT = ("before_consent", "declined")
_LONGEST = 200
_MARKS = {
    Relation.UNDECLARED: ":red_circle:",
    Relation.OTHER_SURFACE: ":warning:",
    Relation.OTHER_PURPOSE: ":warning:",
    Relation.SAME_GROUP: ":warning:",
    Relation.UNKNOWN: ":question:",
}
MARKS = frozenset(_MARKS.values())
"""The marks that this tool sets."""
_EXPECTED_BEFORE_CONSENT = (Relation.FIRST_PARTY, Relation.SYSTEM, Relation.NETWORK, Relation.LOCAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLabel:
    """What is written on a flow."""

    comment: str
    """Like `alibaba_cloud declared before_consent: Alibaba Cloud OSS object storage`."""
    marked: str
    """The name of an emoji for what a person should look at, else empty."""
    facts: tuple[tuple[str, str], ...]
    """Names and values for the flow's metadata; what is not known is left out."""


@lru_cache(4096)
def label(attribution: Attribution, phase: str | None) -> FlowLabel:
    """The label of a flow that started in the phase."""
    recipient = printable(attribution.recipient)
    what = printable(attribution.service or attribution.reason)
    facts = (
        ("audit_recipient", attribution.recipient),
        ("audit_party", attribution.party),
        ("audit_relation", attribution.relation),
        ("audit_phase", phase),
        ("audit_service", attribution.service),
        ("audit_entity", attribution.entity),
        ("audit_step", attribution.step),
        ("audit_confidence", attribution.confidence),
        ("audit_reason", attribution.reason),
    )
    return FlowLabel(
        comment=f"{recipient} {attribution.relation} {phase or NO_PHASE}: {what}"[:_LONGEST],
        marked=_mark(attribution.relation, phase),
        facts=tuple((name, printable(value)) for name, value in facts if value),
    )


def printable(text: str) -> str:
    """The text with every sign that does not print as an escape."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _mark(relation: Relation, phase: str | None) -> str:
    mark = _MARKS.get(relation, "")
    if not mark and phase in BEFORE_CONSENT and relation not in _EXPECTED_BEFORE_CONSENT:
        return ":warning:"
    return mark
