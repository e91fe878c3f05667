"""Chinese names: every word of the closed vocabularies has one, and an unknown word stays itself."""

import pytest

from auditor.judge import chinese
from auditor.model.register import Gates
from auditor.model.vocabulary import Severity, Surface


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (chinese.SURFACES, tuple(Surface)),
        (chinese.SEVERITIES, tuple(Severity)),
        (chinese.GATES, tuple(name for name in Gates.__dataclass_fields__ if name != "surfaces")),
    ],
)
def test_no_word_lacks_its_name(table: dict[str, str], words: tuple[str, ...]) -> None:
    """A new kind or gate needs its Chinese name."""
    assert not set(words) - set(table)


def test_a_word_without_a_name_stays() -> None:
    """A phase of the user's own."""
    assert chinese.in_chinese(chinese.PHASES, "nail_art") == "nail_art"
    assert chinese.in_chinese(chinese.PHASES, None) == ""
