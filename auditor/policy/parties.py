"""Mentions of parties go in, one declared party for each company comes out, with its names, purposes and lines."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from auditor.model.register import DeclaredParty
from auditor.model.vocabulary import Surface
from auditor.policy.facts import host_of, site_domain
from auditor.policy.language import CHINESE
from auditor.policy.mention import Mention
from auditor.policy.names import KnownParty, is_legal_entity, known_id, same_company, traits


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadParty:
    """A party as it was read, with every mention of it."""

    party: DeclaredParty
    mentions: tuple[Mention, ...]
    """English ones first, then in reading order."""
    doubts: tuple[str, ...]
    """Why a person should look at the entry."""

    @property
    def name(self) -> str:
        """The English name, or else the Chinese one."""
        return self.party.name_en or self.party.name_zh or ""

    def in_language(self, language: str) -> Mention | None:
        """Its first mention in a language."""
        return next((mention for mention in self.mentions if mention.language == language), None)


def merge(mentions: tuple[Mention, ...], known: tuple[KnownParty, ...]) -> tuple[ReadParty, ...]:
    """One party for each company, in the order of their clauses: the English mention where there is one."""
    groups: list[list[Mention]] = []
    alike: dict[tuple[str, str, str], list[Mention]] = {}
    sharing: dict[str, set[int]] = {}
    for mention in mentions:
        key = (mention.language, mention.plain, mention.product)
        group = alike.get(key)
        if group is None:
            own = _traits(mention, known)
            like = sorted({number for trait in own for number in sharing.get(trait, ())})
            number = next((number for number in like if _belongs(mention, groups[number], known)), len(groups))
            if number == len(groups):
                groups.append([])
            group = alike[key] = groups[number]
            for trait in own:
                sharing.setdefault(trait, set()).add(number)
        group.append(mention)
    order = {id(mention): index for index, mention in enumerate(mentions)}
    groups, paired = _paired_by_position(groups, order)
    ids = _ids(groups, known)
    read = [_party(party_id, _ordered(group), id(group) in paired) for party_id, group in ids]
    return tuple(sorted(read, key=lambda party: order[id(party.mentions[0])]))


def _traits(mention: Mention, known: tuple[KnownParty, ...]) -> frozenset[str]:
    """What a mention shares with every other one that means the same company; nearly nobody else has any of it."""
    own = {known_id(_full(mention), known) or "", *mention.links, *(site_domain(host_of(link)) for link in mention.links)}
    return frozenset(own - {""}) | traits(mention.plain) | traits(_full(mention))


def _belongs(mention: Mention, group: list[Mention], known: tuple[KnownParty, ...]) -> bool:
    """Whether a mention means the company of a group; of members that are written alike one is asked."""
    members = {(member.language, member.plain, member.product): member for member in group}
    return any(_same(mention, member, known) for member in members.values())


def _same(left: Mention, right: Mention, known: tuple[KnownParty, ...]) -> bool:
    ids = known_id(_full(left), known), known_id(_full(right), known)
    if left.language == right.language and _are_two_persons(left.plain, right.plain):
        return False
    if all(ids):
        return ids[0] == ids[1]
    if left.language == right.language:
        return same_company(left.plain, right.plain)
    return same_company(_full(left), _full(right)) or _share_link(left, right)


def _are_two_persons(left: str, right: str) -> bool:
    """Two legal names that differ are two companies of one group, as far as one language is concerned."""
    return (
        bool(_letters_of_person(left))
        and bool(_letters_of_person(right))
        and _letters_of_person(left) != _letters_of_person(right)
    )


@lru_cache(maxsize=8192)
def _letters_of_person(name: str) -> str:
    """The letters of a name with a legal form; empty for any other."""
    return re.sub(r"\W", "", name).casefold() if is_legal_entity(name) else ""


def _full(mention: Mention) -> str:
    """The company's name and the product's."""
    return f"{mention.plain} {mention.product}".strip()


def _share_link(left: Mention, right: Mention) -> bool:
    """The same address, or one site and one purpose: a group has many companies under one domain."""
    if set(left.links) & set(right.links):
        return True
    hosts = [{site_domain(host_of(link)) for link in mention.links} for mention in (left, right)]
    return bool(hosts[0] & hosts[1]) and bool(set(left.purposes) & set(right.purposes))


def _paired_by_position(groups: list[list[Mention]], order: dict[int, int]) -> tuple[list[list[Mention]], frozenset[int]]:
    """Joins what is left over in two languages when both leftovers are lists of the same purposes in the same order.

    A single one on each side is no list: those stay apart.
    """
    groups, between = _paired_by_neighbours(groups, order)
    english = [group for group in groups if {mention.language for mention in group} == {"en"}]
    chinese = [group for group in groups if all(mention.language in CHINESE for mention in group)]
    alike = len(english) == len(chinese) and all(
        _served(left) == _served(right) for left, right in zip(english, chinese, strict=True)
    )
    if len(english) < 2 or not alike:
        return groups, between
    taken = {id(group) for group in chinese}
    for left, right in zip(english, chinese, strict=True):
        left.extend(right)
    return [group for group in groups if id(group) not in taken], between | frozenset(id(group) for group in english)


def _paired_by_neighbours(groups: list[list[Mention]], order: dict[int, int]) -> tuple[list[list[Mention]], frozenset[int]]:
    """Joins two that are left over where they stand between the same two companies in their languages and serve the same."""
    places: dict[tuple[int, int, frozenset[str]], dict[bool, list[list[Mention]]]] = {}
    for is_chinese in (False, True):
        firsts = {id(group): _first_of(group, is_chinese) for group in groups}
        row = sorted((group for group in groups if firsts[id(group)]), key=lambda group: order[id(firsts[id(group)])])
        for before, group, after in zip([None, *row], row, [*row[1:], None], strict=False):
            if before and after and _is_in_both(before) and _is_in_both(after) and not _is_in_both(group):
                key = (id(before), id(after), _served(group))
                places.setdefault(key, {}).setdefault(is_chinese, []).append(group)
    joined: dict[int, int] = {}
    for (_, _, purposes), sides in places.items():
        if purposes and [len(sides.get(side, ())) for side in (False, True)] == [1, 1]:
            sides[False][0].extend(sides[True][0])
            joined[id(sides[True][0])] = id(sides[False][0])
    return [group for group in groups if id(group) not in joined], frozenset(joined.values())


def _first_of(group: list[Mention], is_chinese: bool) -> Mention | None:
    return next((mention for mention in group if (mention.language in CHINESE) is is_chinese), None)


def _served(group: list[Mention]) -> frozenset[str]:
    """The purposes of all mentions."""
    return frozenset(purpose for mention in group for purpose in mention.purposes)


def _is_in_both(group: list[Mention]) -> bool:
    return len({mention.language in CHINESE for mention in group}) == 2


def _ordered(group: list[Mention]) -> list[Mention]:
    """English mentions first: their line is the clause."""
    return sorted(group, key=lambda mention: mention.language != "en")


def _ids(groups: list[list[Mention]], known: tuple[KnownParty, ...]) -> list[tuple[str, list[Mention]]]:
    """The catalog's id for a name that it knows (once), else party_1, party_2 ... by first mention. Groups are in that order."""
    named: dict[str, list[Mention]] = {}
    for group in groups:
        party_id = next((found for mention in group if (found := known_id(_full(mention), known))), None)
        if party_id is None or party_id in named:
            party_id = f"party_{sum(name.startswith('party_') for name in named) + 1}"
        named[party_id] = group
    return list(named.items())


def _party(party_id: str, mentions: list[Mention], paired: bool) -> ReadParty:
    english = next((mention for mention in mentions if mention.language not in CHINESE), None)
    chinese = next((mention for mention in mentions if mention.language in CHINESE), None)
    surfaces = _union(mentions, lambda mention: tuple(str(surface) for surface in mention.surfaces))
    party = DeclaredParty(
        party=party_id,
        name_en=english.name if english else None,
        name_zh=chinese.name if chinese else None,
        languages=_union(mentions, lambda mention: (mention.language,)),
        purposes=_purposes(mentions),
        surfaces=tuple(surface for surface in Surface if surface in surfaces),
        categories=_union(mentions, lambda mention: mention.data),
        links=_union(mentions, lambda mention: mention.links),
        lines=_union(mentions, lambda mention: (mention.place,)),
        confirmed=False,
    )
    return ReadParty(party=party, mentions=tuple(mentions), doubts=_doubts(mentions, paired))


def _doubts(mentions: list[Mention], paired: bool) -> tuple[str, ...]:
    reasons = (
        (paired, "its names in two languages were matched by their place in the lists"),
        (all(mention.in_sentence for mention in mentions), "named in running text only, not in a list"),
        (not any(mention.purposes for mention in mentions), "its purpose is none of the known words"),
    )
    return tuple(reason for holds, reason in reasons if holds)


def _purposes(mentions: list[Mention]) -> tuple[str, ...]:
    """`other` last, and alone where none of the known words was found."""
    found = _union(mentions, lambda mention: mention.purposes)
    return tuple(sorted(found, key=lambda purpose: purpose == "other")) or ("other",)


def _union(mentions: list[Mention], part: Callable[[Mention], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for mention in mentions for value in part(mention)))
