"""From flows and sightings to recipients: who is behind each host that was asked, and one row for each of them.

A conversation that asks several hosts is one flow with several (flow, host) pairs, and each sighting belongs to the host of its
own request. After attribution every text that came from the capture is masked: what follows never sees a clear value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.attribute.ladder import Ladder
from auditor.attribute.table import attribute_flows
from auditor.judge.document import iso
from auditor.judge.facts import Facts
from auditor.model.tables import RECIPIENTS, text_lists
from auditor.model.vocabulary import HostSource, Relation

if TYPE_CHECKING:
    import pandas as pd

ASKING_PROTOCOLS = ("http", "websocket")
"""Protocols in which one conversation can ask several hosts by name."""
DETAILS = ("entity_zh", "purposes", "vantage", "entity_match")
"""What rules and the recipients table need of an endpoint beside the flows table's columns."""
BESIDE_SIGHTINGS = ("relation", "party", "entity", "service", "group", "purposes", "vantage", "visibility", "background")
FLOW_TEXTS = ("capture", "host", "url", "domain", "recipient", "tenant", "reason", "app", "flow")
SIGHTING_TEXTS = ("capture", "host", "path", "recipient", "flow")

type Mask = Callable[[str], str]

_RELATIONS = tuple(Relation)


@dataclass(frozen=True, slots=True)
class Attributed:
    """Every (flow, host) pair with its attribution. The first row of a flow is the flow's own."""

    pairs: "pd.DataFrame"


def attribute(observed: "pd.DataFrame", ladder: Ladder) -> Attributed:
    """Attributes all pairs of the observed flows."""
    pairs = _pairs(observed)
    result = attribute_flows(pairs, ladder)
    details = result.endpoints.set_index("endpoint")[list(DETAILS)]
    joined = result.flows.join(details, on="endpoint")
    joined["flow"] = joined["capture"].astype("string") + "#" + joined["flow_id"].astype("string")
    return Attributed(joined.reset_index(drop=True))


def _pairs(observed: "pd.DataFrame") -> "pd.DataFrame":
    """A row for each flow and host asked in it; only conversations of some protocols can have more than one."""
    import pandas as pd

    several = observed["names"].map(lambda names: names is not None and len(names) > 1).astype(bool)
    several &= observed["application"].isin(list(ASKING_PROTOCOLS))
    if not several.any():
        return observed
    more = observed[several].copy()
    more["other"] = more["names"].map(list)
    more = more.explode("other")
    more = more[more["other"].astype("string") != more["host"].astype("string")]
    more["host"] = more["other"].astype("string")
    more["host_source"] = str(HostSource.HTTP_HOST)
    together = pd.concat((observed, more.drop(columns="other")))
    return together.sort_index(kind="stable").reset_index(drop=True)


def attribute_sightings(seen: "pd.DataFrame", attributed: Attributed) -> "pd.DataFrame":
    """Each sighting with its flow and the attribution of the host of its own request; of the flow where that is not known."""
    pairs = attributed.pairs
    seen = seen.assign(flow=seen["capture"].astype("string") + "#" + seen["flow_id"].astype("string"))
    columns = ["recipient", *BESIDE_SIGHTINGS]
    by_host = pairs.assign(pair=_pair(pairs)).drop_duplicates("pair").set_index("pair")[columns]
    by_flow = pairs.drop_duplicates("flow").set_index("flow")[[*columns, "host"]]
    exact = seen.drop(columns="recipient").assign(pair=_pair(seen)).join(by_host, on="pair").drop(columns="pair")
    known = exact["recipient"].notna()
    rest = seen[~known].drop(columns=["recipient", "host"]).join(by_flow, on="flow")
    import pandas as pd

    return pd.concat((exact[known], rest)).sort_index(kind="stable")


def _pair(frame: "pd.DataFrame") -> "pd.Series[str]":
    """A flow and a host in it as one key; a missing host is one of them."""
    return frame["flow"].astype("string") + "\0" + frame["host"].astype("string").fillna("")


def masked_flows(pairs: "pd.DataFrame", mask: Mask) -> "pd.DataFrame":
    """The pairs with every text of the capture masked; each distinct text is looked at once."""
    changed = {name: _masked(pairs[name], mask) for name in FLOW_TEXTS if name in pairs.columns}
    return pairs.assign(**changed, names=_masked_lists(pairs["names"], mask), unread=_masked_lists(pairs["unread"], mask))


def masked_sightings(seen: "pd.DataFrame", mask: Mask) -> "pd.DataFrame":
    """As for flows."""
    return seen.assign(**{name: _masked(seen[name], mask) for name in SIGHTING_TEXTS if name in seen.columns})


def _masked(column: "pd.Series[Any]", mask: Mask) -> "pd.Series[Any]":
    known = {value: mask(value) for value in column.dropna().unique()}
    changed = {value: text for value, text in known.items() if text != value}
    return column.replace(changed) if changed else column


def _masked_lists(column: "pd.Series[Any]", mask: Mask) -> "pd.Series[Any]":
    known: dict[str, str] = {}
    values = column.tolist()
    for names in values:
        for name in names if names is not None else ():
            if name not in known:
                known[name] = mask(name)
    if all(name == text for name, text in known.items()):
        return column
    return text_lists([None if names is None else [known[name] for name in names] for names in values], column.index)


def recipients_table(facts: Facts) -> "pd.DataFrame":
    """The published table: one row for each surface and recipient."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for surface, recipient, kind in zip(facts.sent["surface"], facts.sent["recipient"], facts.sent["kind"], strict=True):
        kinds.setdefault((str(surface), str(recipient)), set()).add(str(kind))
    rows = []
    for (surface, recipient), group in facts.pairs.groupby(["surface", "recipient"], sort=True):
        rows.append(_recipient(str(surface), str(recipient), group, kinds))
    return RECIPIENTS.sorted(RECIPIENTS.frame(rows))


def _recipient(surface: str, recipient: str, group: "pd.DataFrame", kinds: dict[tuple[str, str], set[str]]) -> dict[str, Any]:
    own = group.drop_duplicates("flow")
    first = group["started"].min()
    return {
        "recipient": recipient,
        "surface": surface,
        "party": _one(group["party"]),
        "entity": _one(group["entity"]),
        "entity_zh": _one(group["entity_zh"]),
        "group": _one(group["group"]),
        "country": _one(group["country"]),
        "relation": max(group["relation"], key=_weight),
        "services": _all(group["service"]),
        "hosts": _all(group["host"]),
        "purposes": sorted({word for words in group["purposes"].dropna() for word in words}),
        "kinds": sorted(kinds.get((surface, recipient), ())),
        "flows": int(group["flow"].nunique()),
        "bytes_up": int(own["bytes_up"].fillna(0).sum()),
        "bytes_down": int(own["bytes_down"].fillna(0).sum()),
        "first": None if iso(first) is None else first.value,
    }


def _weight(relation: str) -> int:
    """The relation that says most against the recipient counts for it as a whole."""
    order = ("undeclared", "other_surface", "other_purpose", "same_group", "unknown", "declared", "first_party")
    return len(order) - order.index(relation) if relation in order else 0


def _one(column: "pd.Series[Any]") -> str | None:
    known = sorted({str(value) for value in column.dropna()})
    return known[0] if known else None


def _all(column: "pd.Series[Any]") -> list[str]:
    return sorted({str(value) for value in column.dropna()})
