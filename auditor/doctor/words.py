"""A leg and its outcome in, lines for people out, in English or Chinese. The texts are data: words.toml."""

import tomllib
from functools import cache
from pathlib import Path

from auditor.doctor.leg import Checked, Outcome
from auditor.report.display import safe

LANGUAGES = ("en", "zh")
MARKS = {Outcome.OK: "✔", Outcome.FAILED: "✖", Outcome.UNCHECKED: "?"}
_FILE = Path(__file__).with_name("words.toml")


@cache
def tables() -> dict[str, dict[str, list[str]]]:
    """All texts."""
    with _FILE.open("rb") as file:
        return {name: table for name, table in tomllib.load(file).items() if isinstance(table, dict)}


def text(table: str, key: str, language: str, facts: dict[str, str]) -> str:
    """One text, filled in; what a phone said is made safe to show."""
    shown = {name: safe(value) for name, value in facts.items()}
    return tables()[table][key][LANGUAGES.index(language)].format(**shown)


def leg_name(leg: str, language: str) -> str:
    """What a leg is called."""
    return text("leg", leg, language, {})


def lines(leg: str, checked: Checked, language: str) -> tuple[str, ...]:
    """The leg's line, and the fix under it where one is needed."""
    from rich.cells import set_cell_size

    name = set_cell_size(leg_name(leg, language), 20)
    first = f"{MARKS[checked.outcome]} {name} {text('said', checked.key, language, checked.facts)}"
    if checked.outcome is not Outcome.FAILED:
        return (first,)
    return first, f"{' ' * 23}→ {text('fix', checked.key, language, checked.facts)}"
