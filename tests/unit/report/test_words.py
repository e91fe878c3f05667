import re
import string
from enum import StrEnum
from pathlib import Path

import pytest

from auditor import catalog
from auditor.catalog import register_file
from auditor.model import vocabulary
from auditor.model.destination import Purpose
from auditor.report import words

REPORT = Path(words.__file__).parent
GROUPS: list[tuple[str, type[StrEnum]]] = [
    ("severity", vocabulary.Severity),
    ("status", vocabulary.Status),
    ("surface", vocabulary.Surface),
    ("class", vocabulary.FindingClass),
    ("relation", vocabulary.Relation),
    ("confidence", vocabulary.Confidence),
    ("match", vocabulary.Match),
    ("direction", vocabulary.Direction),
    ("part", vocabulary.Part),
    ("outcome", vocabulary.Outcome),
    ("result", vocabulary.Result),
]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("group", "vocabulary_"), GROUPS, ids=lambda value: getattr(value, "__name__", value))
def test_every_word_of_a_closed_vocabulary_has_a_text(group: str, vocabulary_: type[StrEnum]) -> None:
    assert [member for member in vocabulary_ if f"{group}.{member}" not in words.table()] == []


@pytest.mark.parametrize("key", sorted(words.table()))
def test_each_text_has_both_languages_with_the_same_places(key: str) -> None:
    english, chinese = words.table()[key]
    assert english
    assert chinese
    assert places(english) == places(chinese)
    singular, _, plural = english.partition("|")
    assert not plural or (places(plural) - {"n"} == places(singular) - {"n"} and "n" in places(plural))


def test_every_key_that_a_template_or_module_names_exists() -> None:
    named = set()
    for path in (*REPORT.glob("*.py"), *REPORT.glob("templates/*.jinja")):
        named |= set(re.findall(r"""\b(?:t|t_svg|word|w|fact)\(["']([a-z_]+\.[a-z_]+)["'] *[,)]""", path.read_text()))
    assert sorted(named - set(words.table())) == []


def test_one_is_singular_and_everything_else_is_plural() -> None:
    assert [words.word("page.n_flows", "en", n=n) for n in (0, 1, 2)] == ["0 flows", "1 flow", "2 flows"]
    assert words.word("page.n_flows", "zh", n=2) == "2 个流"


def test_a_value_of_the_users_own_is_its_own_label() -> None:
    assert words.label("phase", "my phase", "zh") == "my phase"
    assert words.label("phase", None, "en") == "-"


def test_braces_in_captured_text_are_no_places() -> None:
    assert words.word("decision.why_no_go_other", "en", first="{n} {x.__class__}") == "The audit failed: {n} {x.__class__}."


@pytest.mark.parametrize(
    ("lang", "chinese", "shown"),
    [("en", ("二",), ("two",)), ("zh", ("二",), ("二",)), ("zh", (), ("two",)), ("zh", ("一", "二"), ("two",))],
)
def test_sentences_stand_in_english_unless_each_has_its_chinese(
    lang: str, chinese: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    assert words.in_language(("two",), chinese, lang) == shown


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_of_the_catalog_has_a_text(purpose: Purpose) -> None:
    assert f"purpose.{purpose}" in words.table()


def test_every_country_of_the_catalog_and_every_claim_of_the_bundled_registers_has_a_text() -> None:
    destinations = Path(catalog.__file__).parent / "destinations"
    countries = {
        code
        for path in destinations.glob("*.toml")
        for code in re.findall(r'^country = "([A-Z]{2})"', path.read_text(), re.MULTILINE)
    }
    claims = {claim.id for name in register_file.names() for claim in register_file.load(name).claims}
    assert sorted(code for code in countries if f"country.{code}" not in words.table()) == []
    assert sorted(name for name in claims if f"kind.{name}" not in words.table()) == []
