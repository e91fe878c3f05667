"""FREQ-EXCESS: the same identifier goes to the same host again and again."""

from typing import TYPE_CHECKING, Any

from auditor.judge.columns import numbered_texts
from auditor.judge.facts import Facts
from auditor.judge.grouping import Groups
from auditor.judge.readable import value_of
from auditor.judge.rows import Rows
from auditor.judge.rules.immutable import IMMUTABLE
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import numpy as np
REPEATED = (*IMMUTABLE, "android_id", "oaid", "aaid", "idfa", "idfv", "phone", "email", "location", "ssid", "bssid")
"""Kinds that a recipient needs once. Tokens and names of users belong to every request of many interfaces."""
LEAST = 10
"""Times; fewer may be the steps of one function."""
LONGEST_GAP = 60.0
"""Seconds from one time to the next on average; slower repetition is no excess."""

_VALUE = ("surface", "phase", "recipient", "host", "kind", "value")


class Frequency:
    """Third parties only. Times are moments at which the value left, so that two spellings in one request count once."""

    id = "FREQ-EXCESS"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Sightings of values that left at least ten times in a phase, once a minute or more often."""
        import numpy as np

        sent = facts.identifying.where(facts.identifying.is_in("kind", REPEATED))
        sent = sent.where(sent.numbers("at")[1] & sent.is_not("relation", Relation.FIRST_PARTY)) if len(sent) else sent
        if len(sent) < LEAST:
            return Rows.made(0)
        sent = sent.saying(value=value_of(sent))
        group = Groups(sent, _VALUE).codes
        repeats = _repeats(sent, group)
        words = [repeats.get(number, (0, 0.0)) for number in group.tolist()]
        said = sent.saying(
            detail=numbered_texts(f"{size} times, every {gap:.1f} s on average" for size, gap in words),
            detail_zh=numbered_texts(f"{size} 次，平均每 {gap:.1f} 秒一次" for size, gap in words),
        )
        return said.where(np.isin(group, list(repeats)))


def _repeats(sent: Rows, group: "np.ndarray[Any, Any]") -> dict[int, tuple[int, float]]:
    """The groups of one value at one host in one phase that are too many: times, and seconds from one to the next."""
    import pandas as pd

    moments = pd.DataFrame({"group": group, "when": sent.numbers("at")[0]}).drop_duplicates()
    sums = moments.groupby("group")["when"].agg(["size", "min", "max"])
    sums = sums[sums["size"] >= LEAST]
    gaps = (sums["max"] - sums["min"]) / (sums["size"] - 1) / 1e9
    rows = zip(sums.index.tolist(), sums["size"].tolist(), gaps.tolist(), strict=True)
    return {number: (size, gap) for number, size, gap in rows if gap <= LONGEST_GAP}


RULE = Frequency()
