"""Counts what the destination catalog holds: a catalog goes in, the tables of docs/catalog.md come out.

`python -m auditor.catalog.tally` prints them; `--write FILE` puts them between the two markers of a page.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from auditor.catalog.destination_rules import load
from auditor.errors import UsageError
from auditor.model.destination import Catalog, Reach, Service
from auditor.model.vocabulary import Confidence

BEGIN = "<!-- tally: begin -->"
END = "<!-- tally: end -->"

_KINDS = (
    (Reach.EXACT,),
    (Reach.SUFFIX,),
    (Reach.GROUP_SUFFIX,),
    (Reach.ADDRESS, Reach.PREFIX, Reach.CLOUD_PREFIX),
)
_HEAD = "hosts | suffixes | company suffixes | addresses | tenant rules | all | from memory or weak"
_LINE = "---: | ---: | ---: | ---: | ---: | ---: | ---:"


def tables(catalog: Catalog) -> str:
    """Markdown: patterns per party, and per group."""
    groups = {group.slug: group.name for group in catalog.groups}
    entries: list[tuple[Reach | None, Service]] = [(pattern.reach, pattern.service) for pattern in catalog.patterns]
    entries += [(None, tenant.service) for tenant in catalog.tenants]
    parties = _table("party", entries, lambda service: service.party)
    by_group = _table("group", entries, lambda service: groups.get(service.entity.group or "", "(no group)"))
    total = len(catalog.patterns) + len(catalog.tenants)
    head = f"{total} patterns of {len(catalog.groups)} groups and {len(catalog.entities)} legal persons."
    return f"{head}\n\n### Per group\n\n{by_group}\n\n### Per party\n\n{parties}\n"


def _table(name: str, entries: Sequence[tuple[Reach | None, Service]], key: Callable[[Service], str]) -> str:
    values = sorted({key(service) for _, service in entries}, key=lambda value: (value.casefold(), value))
    rows = [f"{value} | {_counts([entry for entry in entries if key(entry[1]) == value])}" for value in values]
    return "\n".join(f"| {row} |" for row in (f"{name} | {_HEAD}", f"--- | {_LINE}", *rows))


def _counts(entries: Iterable[tuple[Reach | None, Service]]) -> str:
    listed = list(entries)
    counts = [sum(reach in kinds for reach, _ in listed) for kinds in _KINDS]
    counts.append(sum(reach is None for reach, _ in listed))
    counts.append(len(listed))
    counts.append(sum(service.confidence is Confidence.LOW for _, service in listed))
    return " | ".join(map(str, counts))


def placed(page: str, text: str) -> str:
    """The page with the text between its markers.

    Raises:
        UsageError: the page lacks the markers.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise UsageError(f"the page has no markers '{BEGIN}' and '{END}'")
    return f"{head}{BEGIN}\n\n{text}\n{END}{tail}"


def main(words: Sequence[str]) -> int:
    """Prints the tables, or writes them into a page."""
    text = tables(load())
    if words[:1] == ["--write"] and len(words) == 2:
        page = Path(words[1])
        page.write_text(placed(page.read_text("utf-8"), text), "utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
