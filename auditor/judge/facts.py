"""What the rules look at: two tables, what was declared, and what was tested.

`pairs` has one row for each flow and host that was asked in it; `sightings` one row for each identifier at one location,
with the recipient's attribution beside it. Both are in order of time. What an idle phone or another app does is left out of
both before a rule sees them (`foreground`). The columns `purposes` and `vantage` are words with blanks between.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.judge.rows import Rows
from auditor.model.device import AccessPoint
from auditor.model.register import Register
from auditor.model.session import Session
from auditor.model.vocabulary import Direction, Match, Relation, Surface

if TYPE_CHECKING:
    import pyarrow as pa

OUTSIDE = (Relation.FIRST_PARTY, Relation.DECLARED, Relation.OTHER_SURFACE, Relation.OTHER_PURPOSE, Relation.SAME_GROUP)
"""Relations of recipients that a policy speaks of."""
STRANGERS = (Relation.UNDECLARED, Relation.UNKNOWN)
"""Relations of recipients that nobody declared."""
RECIPIENTS = (*OUTSIDE, *STRANGERS)
"""Relations of those who receive data; the rest is the phone's own system, the network's plumbing or the local network."""
WEAK_KINDS = ("ip", "token", "text", "image", "other")
"""Without a planted value these are no identifiers of the user or the device."""

JUDGED = (
    *("capture", "flow", "surface", "phase", "client_ip", "server_ip", "server_port", "transport", "application", "host", "url"),
    *(
        "started",
        "ended",
        "bytes_up",
        "bytes_down",
        "packets_down",
        "visibility",
        "tls_version",
        "service",
        "entity",
        "entity_zh",
        "group",
    ),
    *("country", "server_country", "party", "recipient", "relation", "confidence", "unread"),
    *("purposes", "vantage", "entity_match", "compared_party"),
)
"""The columns of pairs that rules, coverage and the result document look at; the tables keep all of them."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a rule may use. Not slotted, because derived tables are kept."""

    pairs: "pa.Table"
    sightings: "pa.Table"
    register: Register
    session: Session
    surfaces: tuple[Surface, ...]
    """Surfaces whose captures were given."""
    access_points: tuple[AccessPoint, ...] = ()
    """The printer's own, where a capture in monitor mode shows them."""
    persona_age: int | None = None
    """Age in years by the planted date of birth; None where none is planted."""

    @cached_property
    def every(self) -> Rows:
        """All pairs."""
        return Rows.of(self.pairs)

    @cached_property
    def seen(self) -> Rows:
        """All sightings."""
        return Rows.of(self.sightings)

    @cached_property
    def contacts(self) -> Rows:
        """The pairs whose recipient is somebody a policy can speak of."""
        return self.every.where(self.every.is_in("relation", RECIPIENTS))

    @cached_property
    def flows(self) -> Rows:
        """The first pair of each flow: its own host."""
        return self.every.distinct(("flow",))

    @cached_property
    def sent(self) -> Rows:
        """Sightings that left the client towards such a recipient, and are more than a name without a value."""
        left = self.seen.is_in("direction", (Direction.UP,)) & self.seen.is_in("relation", RECIPIENTS)
        return self.seen.where(left & self.seen.is_not("confidence", "low"))

    @cached_property
    def identifying(self) -> Rows:
        """Of `sent`, what identifies the user or the device: a planted value always, a pattern unless its kind is weak."""
        return self.sent.where(self.sent.is_in("match", (Match.PLANTED,)) | ~self.sent.is_in("kind", WEAK_KINDS))

    @property
    def is_child(self) -> bool:
        """Whether the persona is younger than the age below which the policy says that it collects nothing."""
        least = self.register.child_age
        return self.persona_age is not None and least is not None and self.persona_age < least

    def clause_of(self, claim: str) -> str | None:
        """The line of a claim of the policy; None where it makes no such claim."""
        return next((entry.clause for entry in self.register.claims if entry.id == claim), None)
