"""The flow picture: an audit in, the shapes of a three-column Sankey diagram out (surface, recipient, country).

Only numbers and texts are laid out here; the page's template draws them as SVG with presentation attributes, so that they
print and need no script. Width is the number of flows; a flow that is thin is still drawn one pixel wide.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.audit import Audit, RecipientRow
from auditor.model.vocabulary import Relation, Surface
from auditor.report.companies import countries

WIDTH = 960
_BAR = 14
_COLUMNS = (0, 400, WIDTH - _BAR)
_GAP = 12
_LABEL_HEIGHT = 15
_MOST_RECIPIENTS = 18


class Kind(StrEnum):
    """What a node is, and thereby how its text is looked up."""

    SURFACE = "surface"
    RECIPIENT = "recipient"
    OTHERS = "others"
    COUNTRY = "country"
    SEVERAL = "several"
    NOWHERE = "nowhere"


class Standing(StrEnum):
    """How a contact stands to the policy, from the best to the worst: three colours, three patterns."""

    DECLARED = "declared"
    """Also what is none of the policy's business: the phone's own system, the network."""
    ELSEWHERE = "elsewhere"
    """The policy names the company, but not for this surface, this purpose or this entity of its group."""
    STRANGE = "strange"
    """The policy does not name it, or nobody knows who it is."""

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return list(Standing).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A box with its label."""

    kind: Kind
    name: str
    flows: int
    standing: Standing
    """The worst of its contacts."""
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """A band between two boxes."""

    path: str
    """SVG path data of a stroke along the middle."""
    width: float
    flows: int
    standing: Standing
    source: Node
    target: Node


@dataclass(frozen=True, slots=True)
class Sankey:
    """The whole picture; no nodes where nothing was recorded."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


_STANDINGS = {
    Relation.UNDECLARED: Standing.STRANGE,
    Relation.UNKNOWN: Standing.STRANGE,
    Relation.OTHER_SURFACE: Standing.ELSEWHERE,
    Relation.OTHER_PURPOSE: Standing.ELSEWHERE,
    Relation.SAME_GROUP: Standing.ELSEWHERE,
}
type _Key = tuple[Kind, str]
type _Link = tuple[_Key, _Key, Standing]


def standing(relation: Relation) -> Standing:
    """The standing of one contact."""
    return _STANDINGS.get(relation, Standing.DECLARED)


def sankey(audit: Audit) -> Sankey:
    """The picture of an audit's recipients."""
    rows = [row for row in audit.recipients if row.flows]
    if not rows:
        return Sankey(WIDTH, 0, (), ())
    links = _links(rows)
    columns = _columns(links)
    tallest = max(len(column) for column in columns)
    height = max(220, tallest * (_LABEL_HEIGHT + _GAP) + 40)
    scale = _scale(columns, height)
    nodes: dict[_Key, Node] = {}
    standings = _worst(links)
    for x, column in zip(_COLUMNS, columns, strict=True):
        nodes |= _placed(column, x, scale, height, standings)
    bottom = max(node.y + node.height for node in nodes.values())
    return Sankey(WIDTH, round(max(height, bottom + _GAP)), tuple(nodes.values()), _ribbons(links, nodes, scale))


def _worst(links: Iterable[_Link]) -> Mapping[_Key, Standing]:
    """Of each recipient the worst standing of its contacts."""
    worst: dict[_Key, Standing] = {}
    for _, key, found in links:
        worst[key] = max(found, worst.get(key, found), key=lambda word: word.rank)
    return worst


def _links(rows: Sequence[RecipientRow]) -> Mapping[_Link, int]:
    """Flows between neighbouring columns, apart by standing."""
    weight: Counter[str] = Counter()
    for row in rows:
        weight[row.recipient] += row.flows
    ranks: dict[str, int] = {}
    for row in rows:
        ranks[row.recipient] = max(ranks.get(row.recipient, 0), standing(row.relation).rank)
    order = sorted(weight, key=lambda name: (-ranks[name], -weight[name], name))
    kept = set(order[:_MOST_RECIPIENTS])
    links: Counter[_Link] = Counter()
    for row in rows:
        left = (Kind.SURFACE, row.surface.value)
        right = _seat(countries(row))
        middle = (Kind.RECIPIENT, row.recipient) if row.recipient in kept else (Kind.OTHERS, str(len(order) - len(kept)))
        how = standing(row.relation)
        links[left, middle, how] += row.flows
        links[middle, right, how] += row.flows
    return links


def _seat(found: tuple[str, ...]) -> _Key:
    """The node of a recipient's country. Which company of several got a flow, the recipients table does not say."""
    if not found:
        return (Kind.NOWHERE, "")
    return (Kind.COUNTRY, found[0]) if len(found) == 1 else (Kind.SEVERAL, "")


def _columns(links: Mapping[_Link, int]) -> tuple[dict[_Key, int], ...]:
    """The nodes of each column with their flows, in drawing order."""
    left: Counter[_Key] = Counter()
    middle: Counter[_Key] = Counter()
    right: Counter[_Key] = Counter()
    for (source, target, _), flows in links.items():
        if source[0] is Kind.SURFACE:
            left[source] += flows
            middle[target] += flows
        else:
            right[target] += flows
    surfaces = [surface.value for surface in Surface]
    return (
        dict(sorted(left.items(), key=lambda item: surfaces.index(item[0][1]))),
        dict(sorted(middle.items(), key=lambda item: _middle_order(item, links))),
        dict(sorted(right.items(), key=lambda item: (-item[1], item[0]))),
    )


def _middle_order(item: tuple[_Key, int], links: Mapping[_Link, int]) -> tuple[float, int, str]:
    """Recipients stand beside the surfaces that feed them, so that few ribbons cross."""
    surfaces = [surface.value for surface in Surface]
    feeds = [(surfaces.index(source[1]), flows) for (source, target, _), flows in links.items() if target == item[0]]
    total = sum(flows for _, flows in feeds)
    return sum(place * flows for place, flows in feeds) / total, -item[1], item[0][1]


def _scale(columns: Sequence[Mapping[_Key, int]], height: float) -> float:
    """Pixels for each flow, so that the fullest column fits."""
    return min((height - _GAP * len(column) - 20) / sum(column.values()) for column in columns) * 0.9


def _placed(
    column: Mapping[_Key, int], x: float, scale: float, height: float, standings: Mapping[_Key, Standing]
) -> dict[_Key, Node]:
    """The column's boxes from top to bottom, each at least as far apart as its label needs."""
    heights = {key: max(2.0, flows * scale) for key, flows in column.items()}
    steps = {key: max(box, _LABEL_HEIGHT) + _GAP for key, box in heights.items()}
    y = max(4.0, (height - sum(steps.values())) / 2)
    nodes = {}
    for key, flows in column.items():
        kind, name = key
        top = y + (steps[key] - _GAP - heights[key]) / 2
        nodes[key] = Node(
            kind=kind,
            name=name,
            flows=flows,
            standing=standings.get(key, Standing.DECLARED),
            x=x,
            y=round(top, 1),
            width=_BAR,
            height=round(heights[key], 1),
        )
        y += steps[key]
    return nodes


def _ribbons(links: Mapping[_Link, int], nodes: Mapping[_Key, Node], scale: float) -> tuple[Ribbon, ...]:
    """Bands stacked at both of their ends in the order of the boxes on the other side."""
    used_right: Counter[_Key] = Counter()
    used_left: Counter[_Key] = Counter()
    ordered = sorted(
        links.items(), key=lambda item: (nodes[item[0][0]].x, nodes[item[0][0]].y, nodes[item[0][1]].y, item[0][2].rank)
    )
    ribbons = []
    for (source, target, how), flows in ordered:
        start, end = nodes[source], nodes[target]
        y1 = start.y + (used_right[source] + flows / 2) * scale
        y2 = end.y + (used_left[target] + flows / 2) * scale
        used_right[source] += flows
        used_left[target] += flows
        x1, x2 = start.x + start.width, end.x
        bend = (x1 + x2) / 2
        path = f"M{x1:.1f},{y1:.1f}C{bend:.1f},{y1:.1f} {bend:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        width = round(max(1.0, flows * scale), 1)
        ribbons.append(Ribbon(path=path, width=width, flows=flows, standing=how, source=start, target=end))
    return tuple(ribbons)
