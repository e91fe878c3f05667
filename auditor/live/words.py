"""Names of texts in, the texts in English or Chinese out. The texts themselves are data: words.toml."""

import tomllib
from functools import cache
from pathlib import Path

from auditor.live.classes import Why

LANGUAGES = ("en", "zh")
_FILE = Path(__file__).with_name("words.toml")


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    with _FILE.open("rb") as file:
        return {name: table for name, table in tomllib.load(file).items() if isinstance(table, dict)}


def word(table: str, name: str, language: str, /, **filled: object) -> str:
    """The text; a name that is not there (a recorder may know newer words) stands for itself."""
    texts = _tables()[table].get(name)
    if texts is None:
        return name
    text = texts[LANGUAGES.index(language)]
    return text.format(**filled) if filled else text


def why_text(why: Why, language: str) -> str:
    """The why-line, without the empty brackets that a missing line of the policy would leave."""
    party = why.party or ("它" if language == "zh" else "it")
    text = word("why", why.key, language, clause=why.clause, party=party, purposes=why.purposes)
    return text.replace(" ()", "").replace("（）", "").strip()


def page_words() -> dict[str, dict[str, list[str]]]:
    """All texts, for the page in the browser."""
    return _tables()


def language_of(locale: str) -> str:
    """The language for a locale's name, like `zh_CN.UTF-8`."""
    return "zh" if locale.lower().startswith("zh") else "en"
