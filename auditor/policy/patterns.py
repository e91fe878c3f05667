"""Alternatives go in, regular expressions come out. Kept apart so that long lists of words stay readable, one thought a line."""

import re


def any_of(*alternatives: str) -> str:
    """One expression for several."""
    return "|".join(alternatives)


def phrase(*alternatives: str) -> re.Pattern[str]:
    """Any of these, in any case."""
    return re.compile(any_of(*alternatives), re.IGNORECASE)


def bounded(*alternatives: str) -> str:
    """Any of these as whole words. Only Latin letters and digits bound a word: Chinese puts no spaces between them."""
    return rf"(?<![A-Za-z0-9_])(?:{any_of(*alternatives)})(?![A-Za-z0-9_])"
