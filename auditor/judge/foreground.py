"""Facts go in, and come out without what is not the product's own: what an idle phone does by itself, and other apps.

Nothing is dropped silently: what was left out is counted and named, capture by capture. A flow stays, whatever an idle phone
does, when its recipient is the first party or when it carries a planted value that the idle capture does not carry to the same
place.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.judge.columns import Column
from auditor.judge.facts import JUDGED, Facts
from auditor.judge.grouping import Groups
from auditor.judge.rows import Rows
from auditor.model.said import Said
from auditor.model.vocabulary import Direction, Match, Relation

if TYPE_CHECKING:
    from auditor.judge.columns import Mask

MAX_NAMED = 10
"""Places that a note names."""
_OTHER_APPS = Said("of other apps", "其他应用的")
_IDLE = Said("that the background capture shows too", "后台抓包中同样出现的")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What was left out of one capture."""

    capture: str
    flows: int
    places: tuple[str, ...]
    """Hosts, addresses where no name is known; of other apps their names."""
    other_apps: bool
    """True: other apps' traffic; False: what an idle phone does too."""

    def said(self) -> Said:
        """How many flows, why, and where to."""
        number = len(self.places) - MAX_NAMED
        more = Said(f" and {number} more", f" 等另外 {number} 个") if number > 0 else Said.plain("")
        why = _OTHER_APPS if self.other_apps else _IDLE
        flows = f"{self.flows} flow{'' if self.flows == 1 else 's'}"
        left_out = "was" if self.flows == 1 else "were"
        return Said(
            f"{flows} {why.en} {left_out} left out of the judgement: {', '.join(self.places[:MAX_NAMED])}{more.en}",
            f"{self.flows} 条{why.zh}流量未纳入判定：{'、'.join(self.places[:MAX_NAMED])}{more.zh}",
        )


@dataclass(frozen=True, slots=True)
class Foreground:
    """The product's own traffic, and what was left out."""

    facts: Facts
    left_out: tuple[LeftOut, ...]


def foreground(facts: Facts) -> Foreground:
    """Splits the facts; where something is left out, those that are given back hold the columns `JUDGED` only."""
    pairs = facts.every.saying(place=_place(facts.every))
    background = pairs.is_in("background", ("true",))
    foreign = _of_other_apps(facts) & ~background
    idle = _idle(facts, pairs, background) & ~background & ~foreign
    out = background | foreign | idle
    if not out.any():
        return Foreground(facts, ())
    kept = facts.pairs.select(list(JUDGED)).filter(~out)
    seen = facts.sightings.filter(facts.seen.is_among("flow", pairs.where(~out)))
    left_out = (*_left_out(pairs.where(idle), "place", False), *_left_out(pairs.where(foreign), "app", True))
    return Foreground(replace(facts, pairs=kept, sightings=seen), left_out)


def _place(pairs: Rows) -> Column:
    """Whom a pair asks: the host, the address where no name is known."""
    return pairs.worked_out(("host", "server_ip"), lambda host, address: address if host is None else host)


def _together(first: str | None, second: str | None) -> str | None:
    return None if first is None or second is None else f"{first} {second}"


def _idle(facts: Facts, pairs: Rows, background: "Mask") -> "Mask":
    """Pairs with places that the idle phone contacts too, but for those that carry more than it does."""
    if not background.any():
        return background
    pairs = pairs.saying(key=pairs.worked_out(("surface", "place"), _together))
    same = pairs.is_among("key", pairs.where(background)) & pairs.is_not("relation", Relation.FIRST_PARTY)
    seen = facts.seen.where(facts.seen.is_in("match", (Match.PLANTED,)) & facts.seen.is_in("direction", (Direction.UP,)))
    carried = pairs.joined(seen, ("flow", "host"), "identifier", "value", inner=True)
    carried = carried.saying(value=carried.worked_out(("key", "value"), _together))
    more = carried.where(~carried.is_among("value", carried.where(carried.is_in("background", ("true",)))))
    return same & ~pairs.is_among("flow", more)


def _of_other_apps(facts: Facts) -> "Mask":
    """Pairs of an app other than the one that the session names for their capture. Without a name on both sides: none."""
    wanted = {capture.name: capture.app.casefold() for capture in facts.session.captures if capture.app}
    return facts.every.which(
        ("capture", "app"), lambda capture, app: app is not None and capture in wanted and app.casefold() != wanted[capture]
    )


def _left_out(pairs: Rows, place: str, other_apps: bool) -> tuple[LeftOut, ...]:
    groups = Groups(pairs, ("capture",))
    rows = zip(groups.keys, groups.count("flow"), groups.distinct(place), strict=True)
    found = [
        LeftOut(capture=capture or "", flows=flows, places=tuple(sorted(places)), other_apps=other_apps)
        for (capture,), flows, places in rows
    ]
    return tuple(sorted(found, key=lambda row: row.capture))
