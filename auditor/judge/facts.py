"""What the rules look at: two tables, what was declared, and what was tested.

`pairs` has one row for each flow and host that was asked in it; `sightings` one row for each identifier at one location,
with the recipient's attribution beside it. Traffic of a background capture, and what an opened session says is not the
app's own, is left out of both before a rule sees them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.model.register import Register
from auditor.model.session import Session
from auditor.model.vocabulary import Direction, Relation, Surface

if TYPE_CHECKING:
    import pandas as pd

OUTSIDE = (Relation.FIRST_PARTY, Relation.DECLARED, Relation.OTHER_SURFACE, Relation.OTHER_PURPOSE, Relation.SAME_GROUP)
"""Relations of recipients that a policy speaks of."""
STRANGERS = (Relation.UNDECLARED, Relation.UNKNOWN)
"""Relations of recipients that nobody declared."""
RECIPIENTS = (*OUTSIDE, *STRANGERS)
"""Relations of those who receive data; the rest is the phone's own system, the network's plumbing or the local network."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a rule may use. Not slotted, because derived tables are kept."""

    pairs: "pd.DataFrame"
    sightings: "pd.DataFrame"
    register: Register
    session: Session
    surfaces: tuple[Surface, ...]
    """Surfaces whose captures were given."""

    @cached_property
    def contacts(self) -> "pd.DataFrame":
        """The pairs whose recipient is somebody a policy can speak of."""
        return self.pairs[self.pairs["relation"].isin(RECIPIENTS)]

    @cached_property
    def sent(self) -> "pd.DataFrame":
        """Sightings that left the client towards such a recipient, and are more than a name without a value."""
        seen = self.sightings
        left = (seen["direction"] == Direction.UP) & seen["relation"].isin(RECIPIENTS) & (seen["confidence"] != "low")
        return seen[left]
