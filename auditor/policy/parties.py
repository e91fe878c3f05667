"""Mentions of parties go in, one declared party for each company comes out, with its names, purposes and lines."""

from collections.abc import Callable
from dataclasses import dataclass

from auditor.model.register import DeclaredParty
from auditor.model.vocabulary import Surface
from auditor.policy.facts import host_of, site_domain
from auditor.policy.language import CHINESE
from auditor.policy.mention import Mention
from auditor.policy.names import KnownParty, known_id, same_company


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
    """One party for each company, in order of first mention by language: English lists come first."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        for group in groups:
            if any(_same(mention, member, known) for member in group):
                group.append(mention)
                break
        else:
            groups.append([mention])
    groups, paired = _paired_by_position(groups)
    groups.sort(key=lambda group: mentions.index(_ordered(group)[0]))
    return _named(groups, known, paired)


def _same(left: Mention, right: Mention, known: tuple[KnownParty, ...]) -> bool:
    ids = known_id(_full(left), known), known_id(_full(right), known)
    if all(ids) or left.language == right.language:
        return ids[0] == ids[1] if all(ids) else left.plain == right.plain or same_company(left.plain, right.plain)
    return same_company(_full(left), _full(right)) or _share_link(left, right)


def _full(mention: Mention) -> str:
    """The company's name and the product's."""
    return f"{mention.plain} {mention.product}".strip()


def _share_link(left: Mention, right: Mention) -> bool:
    hosts = [{site_domain(host_of(link)) for link in mention.links} for mention in (left, right)]
    return bool(hosts[0] & hosts[1])


def _paired_by_position(groups: list[list[Mention]]) -> tuple[list[list[Mention]], frozenset[int]]:
    """Joins what is left over in two languages when both leftovers are lists of the same purposes in the same order."""
    english = [group for group in groups if {mention.language for mention in group} == {"en"}]
    chinese = [group for group in groups if all(mention.language in CHINESE for mention in group)]
    alike = len(english) == len(chinese) and all(
        set(left[0].purposes) == set(right[0].purposes) for left, right in zip(english, chinese, strict=True)
    )
    if not english or not alike:
        return groups, frozenset()
    taken = {id(group) for group in chinese}
    for left, right in zip(english, chinese, strict=True):
        left.extend(right)
    return [group for group in groups if id(group) not in taken], frozenset(id(group) for group in english)


def _ordered(group: list[Mention]) -> list[Mention]:
    """English mentions first: their line is the clause."""
    return sorted(group, key=lambda mention: mention.language != "en")


def _named(groups: list[list[Mention]], known: tuple[KnownParty, ...], paired: frozenset[int]) -> tuple[ReadParty, ...]:
    parties = []
    used: set[str] = set()
    for group in groups:
        ordered = _ordered(group)
        party_id = next((found for mention in ordered if (found := known_id(_full(mention), known))), None)
        if party_id is None or party_id in used:
            number = len([name for name in used if name.startswith("party_")]) + 1
            party_id = f"party_{number}"
        used.add(party_id)
        doubts = ("its names in two languages were matched by their place in the lists",) if id(group) in paired else ()
        parties.append(_party(party_id, ordered, doubts))
    return tuple(parties)


def _party(party_id: str, mentions: list[Mention], doubts: tuple[str, ...]) -> ReadParty:
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
        lines=_union(mentions, lambda mention: (mention.paragraph.mention,)),
        confirmed=False,
    )
    return ReadParty(party=party, mentions=tuple(mentions), doubts=_union(mentions, lambda mention: mention.doubts) + doubts)


def _purposes(mentions: list[Mention]) -> tuple[str, ...]:
    """`other` only where the text says so, or where nothing else is known."""
    found = _union(mentions, lambda mention: mention.purposes)
    return tuple(sorted(found, key=lambda purpose: purpose == "other"))


def _union(mentions: list[Mention], part: Callable[[Mention], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for mention in mentions for value in part(mention)))
