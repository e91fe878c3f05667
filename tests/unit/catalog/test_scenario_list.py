"""The lists of phases: complete, in both languages, in the order of the longest."""

import pytest

from auditor.catalog.scenario_list import LISTS, next_step, step_of, steps
from auditor.errors import UsageError

KNOWN_TO_RULES = [
    "before_consent",
    "declined",
    "consented",
    "browse",
    "register",
    "register_email",
    "profile",
    "pair_printer",
    "print",
    "pay",
    "push",
    "background",
    "logout",
    "delete_account",
]


@pytest.mark.parametrize(
    ("name", "phases"),
    [("short", ["before_consent", "consented", "pair_printer", "print", "background"]), ("release", KNOWN_TO_RULES)],
)
def test_each_list_has_its_phases_in_order(name: str, phases: list[str]) -> None:
    assert [step.phase for step in steps(name)] == phases


@pytest.mark.parametrize("step", steps("release"), ids=lambda step: step.phase)
def test_each_step_says_what_to_do_in_both_languages(step: object) -> None:
    assert all(step.title) and all(step.todo)  # type: ignore[attr-defined]
    assert step.title[0].isascii() and not step.title[1].isascii()  # type: ignore[attr-defined]
    assert step.seconds >= 30  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "phase", "following"),
    [
        ("short", None, "before_consent"),
        ("short", "before_consent", "consented"),
        ("short", "declined", "consented"),
        ("short", "browse", "pair_printer"),
        ("short", "background", None),
        ("release", "background", "logout"),
        ("short", "a phase of my own", "before_consent"),
    ],
)
def test_what_follows_a_phase(name: str, phase: str | None, following: str | None) -> None:
    step = next_step(name, phase)
    assert (step.phase if step else None) == following


def test_a_list_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no scenario 'realease'.*release"):
        steps("realease")


def test_a_phase_that_no_list_has_has_no_step() -> None:
    assert step_of("whatever") is None
    assert step_of("pay") is not None
    assert set(LISTS) == {"short", "release"}
