"""The words of the fleet's page and workbook, in both languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def table() -> Mapping[str, tuple[str, str]]:
    """Every word: (English, Chinese)."""
    text = resources.files("auditor.fleet").joinpath("words.toml").read_text(encoding="utf-8")
    return {key: (english, chinese) for key, (english, chinese) in tomllib.loads(text).items()}


def word(key: str, lang: str, **values: object) -> str:
    """One of them."""
    return table()[key][lang == "zh"].format(**values)


def named(value: str, lang: str) -> str:
    """A value of a vocabulary in words, itself where it has none."""
    return word(value, lang) if value in table() else value
