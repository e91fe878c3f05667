"""Reads the scenario lists: which phases a tester plays in which order, and what to do in each, in English and Chinese."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditor.errors import UsageError
from auditor.toml_file import Node, load, nearest

LISTS = ("short", "release")
_FILE = Path(__file__).with_name("scenarios.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One phase of a scenario."""

    phase: str
    title: tuple[str, str]
    """English, Chinese; a few words."""
    todo: tuple[str, str]
    """What to do, a sentence or two."""
    seconds: int
    """How long it should last at least."""
    lists: tuple[str, ...]


def steps(name: str) -> tuple[Step, ...]:
    """The steps of a list, in order.

    Raises:
        UsageError: there is no such list.
    """
    if name not in LISTS:
        raise UsageError(f"there is no scenario {name!r}", fix=nearest(name, LISTS) or f"known: {', '.join(LISTS)}")
    return tuple(step for step in _all_steps() if name in step.lists)


def step_of(phase: str | None) -> Step | None:
    """The step of that phase; None where no list has it."""
    return next((step for step in _all_steps() if step.phase == phase), None)


def next_step(name: str, phase: str | None) -> Step | None:
    """What follows the phase in a list: the first step before any phase, None after the last.

    A phase that the list leaves out stands where the longest list has it.
    """
    order = [step.phase for step in _all_steps()]
    place = order.index(phase) if phase in order else -1
    return next((step for step in steps(name) if order.index(step.phase) > place), None)


@cache
def _all_steps() -> tuple[Step, ...]:
    return load(_FILE.read_text(encoding="utf-8"), str(_FILE), _read)


def _read(root: Node) -> tuple[Step, ...]:
    root.schema()
    return tuple(_step(node) for node in root.tables("step"))


def _step(node: Node) -> Step:
    return Step(
        phase=node.text("phase"),
        title=_both(node, "title"),
        todo=_both(node, "todo"),
        seconds=node.integer("seconds", 0),
        lists=node.texts("lists"),
    )


def _both(node: Node, name: str) -> tuple[str, str]:
    texts = node.texts(name)
    if len(texts) != len(("en", "zh")):
        node.fault(name, f"'{name}' needs an English and a Chinese text")
        return "", ""
    return texts[0], texts[1]
