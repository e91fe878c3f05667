"""A sentence in both languages of the report."""

from collections.abc import Iterable
from typing import NamedTuple


class Said(NamedTuple):
    """The same in English and in Chinese. What is nobody's wording (a file's name, an error of a library) is equal in both."""

    en: str
    zh: str

    @classmethod
    def plain(cls, text: str) -> "Said":
        """What has no translation."""
        return cls(text, text)


def english(sentences: Iterable[Said]) -> tuple[str, ...]:
    """The English of each."""
    return tuple(sentence.en for sentence in sentences)


def chinese(sentences: Iterable[Said]) -> tuple[str, ...]:
    """The Chinese of each."""
    return tuple(sentence.zh for sentence in sentences)
