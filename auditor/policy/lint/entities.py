"""POL-ENTITY-*: names of parties that are damaged, or that name no legal person."""

import re
from collections.abc import Iterator

from auditor.policy.legal_forms import LEGAL_FORM
from auditor.policy.lint.defect import Defect
from auditor.policy.lint.words import WORDS
from auditor.policy.names import is_legal_entity
from auditor.policy.reading import PolicyReading

_CONNECTING = frozenset(
    (
        *("of", "and", "the", "for", "de", "du", "des", "van", "von", "der", "et", "y", "e", "in", "company", "number", "no"),
        *(
            "registered",
            "registration",
            "formerly",
            "known",
            "as",
            "trading",
            "doing",
            "business",
            "hereinafter",
            "referred",
            "to",
        ),
        *("subsidiary", "affiliate", "affiliates", "its", "or", "by", "operated", "owned"),
    )
)
_MOJIBAKE = re.compile(r"\ufffd|锟斤拷|&(?:amp|lt|gt|quot|nbsp|#\d+);|Ã.|â€|[\x00-\x1f]")


def corrupt_names(reading: PolicyReading) -> Iterator[Defect]:
    """Names with stray words in front of their legal form, broken characters or brackets.

    Where the right name is known, the replacement that damaged it follows, and every other word that it damaged is told too.
    """
    replaced: dict[tuple[str, str], None] = {}
    for party in reading.read_parties:
        right = [mention.plain for mention in party.mentions if not is_damaged(mention.plain)]
        right += [name for entry in reading.known if entry.party == party.party.party for name in entry.names]
        for mention in party.mentions:
            if is_damaged(mention.plain):
                yield Defect(paragraph=mention.paragraph, offset=mention.start, detail=mention.name)
                replaced.update(dict.fromkeys(pair for name in right if (pair := replacement(mention.plain, name))))
    for wrong, old in replaced:
        yield from _victims(reading, wrong, old)


def replacement(damaged: str, right: str) -> tuple[str, str] | None:
    """What a global replacement put in, and what it replaced; None if the names do not fit.

    They must end alike, with letters of the right name standing apart: `(tool tons Inc.)` is `Cartons Inc.` with Car replaced.
    """
    for inner in re.findall(r"[^()]+", damaged):
        for whole in re.findall(r"[^()]+", right):
            words = inner.strip().split(" ")
            for cut in range(1, len(words)):
                wrong, rest = " ".join(words[:cut]), " ".join(words[cut:])
                old = whole.strip().removesuffix(rest)
                if wrong.islower() and old != whole.strip() and re.fullmatch(r"[A-Z][a-z]+", old):
                    return wrong, old
    return None


def _victims(reading: PolicyReading, wrong: str, old: str) -> Iterator[Defect]:
    """Words that become whole when the replacement is undone: `tool pet` for `carpet`."""
    broken = re.compile(rf"(?<![A-Za-z]){re.escape(wrong)} ?(?P<rest>[a-z]{{2,}})(?![A-Za-z])", re.IGNORECASE)
    for paragraph in reading.document.paragraphs:
        for found in broken.finditer(paragraph.plain):
            whole = f"{old}{found['rest']}".lower()
            if whole in WORDS and found["rest"].lower() not in WORDS:
                yield Defect(paragraph=paragraph, offset=found.start(), detail=f"{found[0]} ({whole})")


def is_damaged(name: str) -> bool:
    """Whether a folded name cannot be what its author meant."""
    if _MOJIBAKE.search(name) or name.count("(") != name.count(")"):
        return True
    return any(_has_stray_words(part) for part in re.split(r"[(),]", name) if LEGAL_FORM.search(part))


def _has_stray_words(part: str) -> bool:
    """Two small words, or one of a letter or two, right before a legal form: no company is written so."""
    form = LEGAL_FORM.search(part)
    before = re.findall(r"[^\s]+", part[: form.start()]) if form else []
    stray: list[str] = []
    for word in reversed(before):
        if not word.islower() or not word.isalpha() or word in _CONNECTING:
            break
        stray.append(word)
    return len(stray) >= 2 or (len(stray) == 1 and len(stray[0]) <= 2 and len(before) > 1)


def incomplete_names(reading: PolicyReading) -> Iterator[Defect]:
    """Brands and groups where a legal person belongs."""
    for party in reading.read_parties:
        for mention in party.mentions:
            if not is_legal_entity(mention.plain):
                yield Defect(paragraph=mention.paragraph, offset=mention.start, detail=mention.name)
