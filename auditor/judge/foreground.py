"""Facts go in, and come out without what is not the product's own: what an idle phone does by itself, and other apps.

Nothing is dropped silently: what was left out is counted and named, capture by capture. A flow stays, whatever an idle phone
does, when its recipient is the first party or when it carries a planted value that the idle capture does not carry to the same
place.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from auditor.judge.facts import JUDGED, Facts
from auditor.judge.grouping import Groups, is_among
from auditor.model.said import Said
from auditor.model.vocabulary import Direction, Match, Relation

if TYPE_CHECKING:
    import pandas as pd

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
    """Splits the facts; those that are given back hold the columns `JUDGED` only."""
    pairs = facts.pairs
    background = pairs["background"].fillna(False).astype(bool)
    place = _place(pairs)
    foreign = _of_other_apps(facts) & ~background
    idle = _idle(facts, background, place) & ~background & ~foreign
    judged = pairs[list(JUDGED)]
    if not (background | foreign | idle).any():
        return Foreground(replace(facts, pairs=judged), ())
    kept = judged[~(background | foreign | idle)]
    names = pairs[["capture", "flow"]]
    left_out = (*_left_out(names[idle], place[idle], False), *_left_out(names[foreign], pairs["app"][foreign], True))
    return Foreground(
        replace(facts, pairs=kept, sightings=facts.sightings[is_among(facts.sightings["flow"], kept["flow"])]), left_out
    )


def _place(frame: "pd.DataFrame") -> "pd.Series[Any]":
    """Whom a pair asks: the host, the address where no name is known."""
    return frame["host"].fillna(frame["server_ip"]).astype("string")


def _idle(facts: Facts, background: "pd.Series[bool]", place: "pd.Series[Any]") -> "pd.Series[bool]":
    """Pairs with places that the idle phone contacts too, but for those that carry more than it does."""
    pairs = facts.pairs
    key = pairs["surface"].astype("string") + " " + place
    same = is_among(key, key[background]) & (pairs["relation"] != Relation.FIRST_PARTY)
    if not same.any():
        return same
    seen = facts.sightings[(facts.sightings["match"] == Match.PLANTED) & (facts.sightings["direction"] == Direction.UP)]
    those = is_among(pairs["flow"], seen["flow"])
    carried = pairs.loc[those, ["flow", "host"]].assign(key=key[those], idle=background[those])
    carried = carried.merge(seen[["flow", "host", "identifier"]], on=["flow", "host"])
    value = carried["key"] + " " + carried["identifier"]
    more = carried[~is_among(value, value[carried["idle"]])]
    return same & ~is_among(pairs["flow"], more["flow"])


def _of_other_apps(facts: Facts) -> "pd.Series[bool]":
    """Pairs of an app other than the one that the session names for their capture. Without a name on both sides: none."""
    import pandas as pd

    wanted = {capture.name: capture.app.casefold() for capture in facts.session.captures if capture.app}
    groups = Groups(facts.pairs, ("capture", "app"))
    foreign = [app is not None and capture in wanted and app.casefold() != wanted[capture] for capture, app in groups.keys]
    return pd.Series(foreign, dtype="bool").reindex(groups.codes).set_axis(facts.pairs.index)


def _left_out(pairs: "pd.DataFrame", place: "pd.Series[Any]", other_apps: bool) -> tuple[LeftOut, ...]:
    groups = Groups(pairs.assign(place=place), ("capture",))
    rows = zip(groups.keys, groups.count("flow"), groups.distinct("place"), strict=True)
    found = [
        LeftOut(capture=capture or "", flows=flows, places=tuple(sorted(places)), other_apps=other_apps)
        for (capture,), flows, places in rows
    ]
    return tuple(sorted(found, key=lambda row: row.capture))
