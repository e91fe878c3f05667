"""The program's own words in English and Chinese: a key and a language in, text out. They stand in
`words.toml`, but for the names of kinds, which findings use as well."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources

from auditor.model.kind_names import KIND_NAMES

LANGUAGES = ("en", "zh")


@functools.cache
def table() -> Mapping[str, tuple[str, str]]:
    """Every word: `group.name` to its English and Chinese text."""
    text = resources.files("auditor.report").joinpath("words.toml").read_text("utf-8")
    groups = tomllib.loads(text)
    named = {f"kind.{kind}": (name.en, name.zh) for kind, name in KIND_NAMES.items()}
    return named | {f"{group}.{name}": (pair[0], pair[1]) for group, words in groups.items() for name, pair in words.items()}


def word(key: str, lang: str, **values: object) -> str:
    """The text of a key with its places filled in; the plural form where `n` is given and is not 1.

    Raises:
        KeyError: no such key, or a place without a value: a mistake in this package, never in the input.
    """
    text = table()[key][lang == "zh"]
    if "|" in text:
        singular, _, plural = text.partition("|")
        text = singular if values.get("n") == 1 else plural
    return text.format_map(values) if values else text


def label(group: str, value: str | None, lang: str) -> str:
    """The word for a value of a vocabulary; the value itself where it is not one of ours (a phase of the user's own)."""
    if value is None:
        return "-"
    pair = table().get(f"{group}.{value}")
    return pair[lang == "zh"] if pair else value


def labels(group: str, values: tuple[str, ...], lang: str) -> str:
    """Several of them, as a list in a sentence."""
    return ("、" if lang == "zh" else ", ").join(label(group, value, lang) for value in values)


def in_language(english: tuple[str, ...], chinese: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """Sentences in one language; the English where a document has no Chinese for each of them."""
    return chinese if lang == "zh" and len(chinese) == len(english) else english
