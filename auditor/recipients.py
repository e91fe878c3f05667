"""From flows and sightings to recipients: who is behind each host that was asked, and one row for each of them.

A conversation that asks several hosts is one flow with several (flow, host) pairs, and each sighting belongs to the host of its
own request. After attribution every text that came from the capture is masked: what follows never sees a clear value.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.attribute.ladder import Ladder
from auditor.attribute.table import attribute_flows
from auditor.judge.columns import numbered_texts
from auditor.judge.facts import Facts
from auditor.judge.grouping import Groups
from auditor.judge.rows import Rows
from auditor.model.arrow import array_of, in_order, saying
from auditor.model.tables import RECIPIENTS
from auditor.model.vocabulary import HostSource, Relation

if TYPE_CHECKING:
    import pyarrow as pa

ASKING_PROTOCOLS = ("http", "websocket")
"""Protocols in which one conversation can ask several hosts by name."""
DETAILS = ("entity_zh", "purposes", "vantage", "entity_match", "compared_party")
"""What rules and the recipients table need of an endpoint beside the flows table's columns."""
BESIDE_SIGHTINGS = ("relation", "party", "entity", "service", "group", "purposes", "compared_party", "visibility", "background")
OWNER = ("party", "entity", "entity_zh", "group", "country")
"""What of a recipient is about the company behind it."""
FLOW_TEXTS = (
    *("capture", "host", "url", "domain", "recipient", "tenant", "app"),
    *("transport", "application", "tls_version", "alpn"),  # a flow file says what its writer wanted
)
SIGHTING_TEXTS = ("capture", "host", "path", "recipient")

MOST_BESIDE = 16
"""Names of a conversation that the row of each of its further hosts repeats: what may contradict who that host belongs to."""
LONGEST_BESIDE = 1_000
"""Characters of the conversation's URL that they repeat."""

_OWN_NAME = "^(?:[a-z0-9_]{1,16}-)?[0-9]{1,10}(?:~[0-9]{1,10})?$"
"""What the readers call flows; mitmproxy's flows have their own names."""

type Mask = Callable[[str], str]

_RELATIONS = tuple(Relation)
_AT_ONCE = 512
"""Texts that are looked through together."""
_BETWEEN = "\0\0"
"""As between the fields of a message: an expression may take one of them as the edge of each text."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """Every (flow, host) pair with its attribution. The first row of a flow is the flow's own."""

    pairs: "pa.Table"


def attribute(observed: "pa.Table", ladder: Ladder) -> Attributed:
    """Attributes all pairs of the observed flows."""
    pairs = _pairs(observed)
    result = attribute_flows(pairs, ladder)
    places = array_of(result.flows, "endpoint")
    details = {name: _words(array_of(result.endpoints, name)).take(places) for name in DETAILS}
    joined = saying(result.flows, {**details, "flow": _flow(result.flows)})
    return Attributed(in_order(joined, ("started",)))


def first_pairs(pairs: "pa.Table") -> "pa.Table":
    """One row for each flow: its own host."""
    import numpy as np

    flows = array_of(pairs, "flow").dictionary_encode()
    if len(flows.dictionary) == len(pairs):
        return pairs
    return pairs.take(np.unique(flows.indices.to_numpy(), return_index=True)[1])


def _flow(table: "pa.Table") -> "pa.Array":
    """`CAPTURE#FLOW_ID`, the name of a flow in the whole session."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = [array_of(table, name).cast(pa.string()) for name in ("capture", "flow_id")]
    return pc.binary_join_element_wise(*parts, "#")


def _words(values: "pa.Array") -> "pa.Array":
    """Lists as words with blanks between: rules compare them on whole columns."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join(values, " ") if pa.types.is_list(values.type) else values


def _pairs(observed: "pa.Table") -> "pa.Table":
    """A row for each flow and host asked in it; only conversations of some protocols can have more than one."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    names, host, source = (array_of(observed, name) for name in ("names", "host", "host_source"))
    asks = pc.is_in(array_of(observed, "application").cast(pa.string()), value_set=pa.array(ASKING_PROTOCOLS))
    several = pc.and_(pc.fill_null(pc.greater(pc.list_value_length(names), 1), False), asks)
    if not several.true_count:
        return observed
    flows = pc.indices_nonzero(several)
    lists = names.take(flows)
    flows, asked = flows.take(pc.list_parent_indices(lists)), pc.list_flatten(lists)
    is_other = pc.fill_null(pc.not_equal(asked, host.take(flows)), False)
    flows, asked = flows.filter(is_other), asked.filter(is_other)
    places = np.concatenate((np.arange(len(observed)), flows.to_numpy().astype(np.int64)))
    order = pa.array(np.argsort(places, kind="stable"))
    urls = array_of(observed, "url").cast(pa.string())
    columns = {  # a row for each host with the whole of the flow's names or of a long URL would be a square of them
        "names": (names, pc.list_slice(names, 0, MOST_BESIDE).take(flows)),
        "url": (urls, pc.utf8_slice_codeunits(urls, 0, LONGEST_BESIDE).take(flows)),
        "host": (host.cast(pa.string()), asked.cast(pa.string())),
        "host_source": (source.cast(pa.string()), pa.repeat(str(HostSource.HTTP_HOST), len(asked))),
    }
    kept = [name for name in observed.column_names if name not in columns]
    pairs = observed.select(kept).take(pa.array(places).take(order))
    made = {name: pa.concat_arrays(parts).take(order) for name, parts in columns.items()}
    return saying(pairs, made).select(observed.column_names)


def attribute_sightings(seen: "pa.Table", attributed: Attributed) -> "pa.Table":
    """Each sighting with its flow and the attribution of the host of its own request; of the flow where that is not known."""
    import pyarrow as pa

    pairs = attributed.pairs
    seen = saying(seen, {"flow": _flow(seen)})
    if not len(seen):
        return saying(seen, {name: array_of(pairs, name).slice(0, 0) for name in BESIDE_SIGHTINGS})
    rows = Rows.of(seen)
    places, is_own = _places(rows, Rows.of(pairs))
    index = pa.array(places, pa.int64())
    hosts = zip(is_own, rows.texts("host"), array_of(pairs, "host").take(index).to_pylist(), strict=True)
    host = numbered_texts(own if is_own else flows for is_own, own, flows in hosts)
    beside = {name: array_of(pairs, name).take(index) for name in ("recipient", *BESIDE_SIGHTINGS)}
    joined = saying(seen, {**beside, "host": host.words.array.take(pa.array(host.codes, mask=host.codes < 0))})
    return in_order(joined, ("at",))


def _places(seen: Rows, pairs: Rows) -> tuple[list[int | None], list[bool]]:
    """For each sighting the pair that it belongs to, None where there is none, and whether that is the pair of its own host."""
    import numpy as np

    wanted = np.flatnonzero(pairs.is_among("flow", seen))
    some = pairs.take(wanted)
    by_pair: dict[tuple[str, str], int] = {}
    by_flow: dict[str, int] = {}
    for place, flow, host in zip(wanted.tolist(), some.texts("flow"), some.texts("host"), strict=True):
        by_pair.setdefault((flow, host or ""), place)
        by_flow.setdefault(flow, place)
    nameless = set(np.flatnonzero(~pairs.is_known("recipient")).tolist())
    keys = [(flow, host or "") for flow, host in zip(seen.texts("flow"), seen.texts("host"), strict=True)]
    is_own = [key in by_pair and by_pair[key] not in nameless for key in keys]
    return [by_pair[key] if own else by_flow.get(key[0]) for key, own in zip(keys, is_own, strict=True)], is_own


def masked_flows(pairs: "pa.Table", mask: Mask) -> "pa.Table":
    """The pairs with every text of the capture masked; each distinct text is looked at once."""
    names = frozenset(pairs.column_names)
    changed = {name: _masked(array_of(pairs, name), mask) for name in FLOW_TEXTS if name in names}
    changed["reason"] = _masked(array_of(pairs, "reason"), mask, lambda reason: _masked_words(reason, mask))
    changed.update({name: _masked_lists(array_of(pairs, name), mask) for name in ("names", "unread")})
    changed["flow_id"] = _renamed(pairs, hidden_names(pairs, mask))
    return _with(pairs, changed)


def hidden_names(pairs: "pa.Table", mask: Mask) -> dict[str, str]:
    """By name, what the flows are called whose names are not to be shown: a writer of flow files may choose any."""
    import pyarrow.compute as pc

    names = array_of(pairs, "flow_id").cast("string").unique().drop_null()
    given = names.filter(pc.invert(pc.match_substring_regex(names, _OWN_NAME))).to_pylist()
    changed = ((name, masked) for name, masked in zip(given, _all_masked(given, mask, mask), strict=True) if name != masked)
    return {name: f"{masked} ({number})" for number, (name, masked) in enumerate(changed, 1)}


def _renamed(table: "pa.Table", names: Mapping[str, str]) -> "pa.Array | None":
    """The names of the flows with those replaced that are hidden; None where none is."""
    import pyarrow as pa

    return pa.array([names.get(name, name) for name in table["flow_id"].to_pylist()], pa.string()) if names else None


def _with(table: "pa.Table", changed: "dict[str, pa.Array | None]") -> "pa.Table":
    """The table with the columns that changed, and the flows' names as they are with them."""
    found = {name: array for name, array in changed.items() if array is not None}
    if not found and "flow" in table.column_names:
        return table
    table = saying(table, found)
    return saying(table, {"flow": _flow(table)})


def _masked_words(reason: str, mask: Mask) -> str:
    """A sentence of ours with names of the capture in it. Addresses stay: the row itself holds them."""
    return " ".join(word if _is_address(word.strip(",;:()'")) else mask(word) for word in reason.split(" "))


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word.partition("/")[0])
    except ValueError:
        return False
    return True


def masked_sightings(seen: "pa.Table", mask: Mask, pairs: "pa.Table") -> "pa.Table":
    """As for flows, of which the `pairs` tell the names."""
    changed = {name: _masked(array_of(seen, name), mask) for name in SIGHTING_TEXTS if name in seen.column_names}
    return _with(seen, {**changed, "flow_id": _renamed(seen, hidden_names(pairs, mask))})


def _masked(column: "pa.Array", mask: Mask, each: Mask | None = None) -> "pa.Array | None":
    """Each distinct text is masked once (by `each`, where that is gentler than `mask`), and put back in its places by number.
    None where nothing had to be masked."""
    import pyarrow as pa

    encoded = column.cast(pa.string()).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    masked = _all_masked(texts, mask, each or mask)
    return None if masked == texts else pa.array(masked, pa.string()).take(encoded.indices)


def _all_masked(texts: list[str], mask: Mask, each: Mask) -> list[str]:
    """The texts masked by `each`. Almost none holds anything: many are looked through at once, by halves where one does."""
    masked: list[str] = []
    waiting = [texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)][::-1]
    while waiting:
        some = waiting.pop()
        together = _BETWEEN.join(some)
        if mask(together) == together:
            masked += some
        elif len(some) == 1:
            masked.append(each(some[0]))
        else:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return masked


def _masked_lists(lists: "pa.Array", mask: Mask) -> "pa.Array | None":
    """As for texts."""
    import pyarrow as pa

    texts = lists.flatten().unique().drop_null().to_pylist()
    changed = _all_masked(texts, mask, mask)
    if changed == texts:
        return None
    known = dict(zip(texts, changed, strict=True))
    masked = [None if names is None else [known[name] for name in names] for names in lists.to_pylist()]
    return pa.array(masked, pa.list_(pa.string()))


def recipients_table(facts: Facts) -> "pa.Table":
    """The published table: one row for each surface and recipient."""
    key = ("surface", "recipient")
    pairs = facts.every.saying(owner=facts.every.worked_out(OWNER, lambda *names: "\0".join(name or "" for name in names)))
    groups = Groups(pairs, key)
    sent = Groups(facts.sent, key)
    kinds = dict(zip(sent.keys, sent.distinct("kind"), strict=True))
    owners = groups.distinct("owner")
    several = {name: groups.distinct(name) for name in ("relation", "service", "host", "purposes")}
    counts = _counts(pairs, key)
    rows = []
    for number, names in enumerate(groups.keys):
        rows.append(
            {
                **dict(zip(key, names, strict=True)),
                **_companies(owners[number]),
                "relation": max(several["relation"][number], key=_weight, default=None),
                "services": sorted(several["service"][number]),
                "hosts": sorted(several["host"][number]),
                "purposes": sorted({word for words in several["purposes"][number] for word in words.split()}),
                "kinds": sorted(kinds.get(names, ())),
                **counts[names],
            }
        )
    return RECIPIENTS.published(RECIPIENTS.of_rows(rows))


def _companies(owners: tuple[str, ...]) -> dict[str, Any]:
    """The first company by name of those that are one recipient, and the names and countries of all of them."""
    known = sorted((text.split("\0") for text in owners), key=lambda parts: (parts[1] == "", parts[1], parts))
    companies = [dict(zip(OWNER, (part or None for part in parts), strict=True)) for parts in known]
    chinese: dict[str, str] = {}
    for company in companies:
        if company["entity"]:
            chinese.setdefault(company["entity"], company["entity_zh"] or company["entity"])
    return {
        **(companies[0] if companies else dict.fromkeys(OWNER)),
        "entities": list(chinese),
        "entities_zh": list(chinese.values()),
        "countries": sorted({company["country"] for company in companies if company["country"]}),
    }


def _counts(pairs: Rows, key: tuple[str, str]) -> dict[tuple[str | None, ...], dict[str, Any]]:
    """Flows, bytes and the first time of each recipient; a flow that asked several of its hosts counts once."""
    own = pairs.distinct((*key, "flow"))
    groups = Groups(own, key)
    started, is_told = own.numbers("started")
    columns = {
        "flows": groups.sizes(),
        "bytes_up": groups.sums(own.numbers("bytes_up")[0]),
        "bytes_down": groups.sums(own.numbers("bytes_down")[0]),
        "first": groups.least(started, is_told),
    }
    numbers = zip(*columns.values(), strict=True)
    return {names: dict(zip(columns, row, strict=True)) for names, row in zip(groups.keys, numbers, strict=True)}


def _weight(relation: str) -> int:
    """The relation that says most against the recipient counts for it as a whole."""
    order = ("undeclared", "other_surface", "other_purpose", "same_group", "unknown", "declared", "first_party")
    return len(order) - order.index(relation) if relation in order else 0
