"""Who is behind a recipient: rows of the recipients table in, the names and the countries of all companies out.

A group is one recipient and often several companies: a list that named the first alone would leave the others undeclared. What an
earlier version wrote has only the first.
"""

from collections.abc import Iterable, Mapping

from auditor.model.audit import Audit, RecipientRow
from auditor.report.words import in_language, label

BETWEEN = "; "
"""Between companies: their legal names hold commas."""


def names(rows: Iterable[RecipientRow]) -> Mapping[str, str]:
    """The English legal name of each company behind these rows with its Chinese one, in English where it has none."""
    found: dict[str, str] = {}
    for row in rows:
        english, chinese = row.entities, row.entities_zh
        if not english and row.entity:
            english, chinese = (row.entity,), (row.entity_zh or row.entity,)
        found.update(zip(english, in_language(english, chinese, "zh"), strict=True))
    return found


def named(rows: Iterable[RecipientRow], lang: str) -> str:
    """All companies behind these rows in one language; empty where none is known."""
    found = names(rows)
    return ("；" if lang == "zh" else BETWEEN).join(found.values() if lang == "zh" else found)


def countries(row: RecipientRow) -> tuple[str, ...]:
    """The countries of a recipient's companies, ISO 3166 alpha-2; empty where none is known."""
    return row.countries or ((row.country,) if row.country else ())


def seats(row: RecipientRow, lang: str) -> str:
    """The same in words; a dash where none is known."""
    return ", ".join(label("country", country, lang) for country in countries(row)) or "-"


def by_recipient(audit: Audit) -> Mapping[str, tuple[str, str]]:
    """The names of recipients in English and Chinese, where more is known of one than its id."""
    rows: dict[str, list[RecipientRow]] = {}
    for row in audit.recipients:
        rows.setdefault(row.recipient, []).append(row)
    both = {recipient: (named(some, "en"), named(some, "zh")) for recipient, some in rows.items()}
    return {recipient: pair for recipient, pair in both.items() if pair[0] and pair[0] != recipient}
