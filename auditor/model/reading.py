"""What a capture reader hands over: facts about flows as a table, and what it could not read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.model.arrow import from_arrow
from auditor.model.content import Message
from auditor.model.loss import Loss
from auditor.model.vocabulary import Outcome

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

type Inspect = Callable[[Message], None]
"""Called with each message as it is read; messages are not kept. None where only flows are wanted."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a capture that breaks the rules of its format. What stands before it was read."""

    where: str
    """`byte 8120`, `entry 14`, `line 3`."""
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The facts of one capture file."""

    format: str
    """mitmproxy, har, pcap, pcapng ..."""
    outcome: Outcome
    table: "pa.Table"
    """The flows: the table `OBSERVED`."""
    damage: tuple[Damage, ...] = ()
    losses: tuple[Loss, ...] = ()
    loss_known: bool = False
    """Whether the capture says how many packets were lost; never taken for zero where it does not."""
    notes: tuple[str, ...] = field(default=())
    """What a reviewer should know: a snap length that cut payloads, packets of no known link type, counts of them."""

    @property
    def flows(self) -> "pd.DataFrame":
        """The flows as a frame."""
        return from_arrow(self.table)
