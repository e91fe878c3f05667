"""Steps are computed one ahead in another thread; modules are imported while something else runs."""

import sys
import threading
from collections.abc import Iterator

import pytest

from auditor.capture.ahead import SWITCH, import_ahead, one_ahead, quick_switching


def test_steps_come_in_order_from_another_thread() -> None:
    """All of them, once, computed outside of the caller's thread."""
    threads = set()

    def steps() -> Iterator[int]:
        for step in range(5):
            threads.add(threading.get_ident())
            yield step

    assert list(one_ahead(steps())) == [0, 1, 2, 3, 4]
    assert threading.get_ident() not in threads


def test_only_one_step_is_ahead() -> None:
    """While the caller works on a step, the next one may run, and no other: two buffers are enough."""
    begun: list[int] = []

    def steps() -> Iterator[int]:
        for step in range(6):
            begun.append(step)
            yield step

    for step in one_ahead(steps()):
        assert len(begun) <= step + 2


def test_what_a_step_raises_is_raised_here() -> None:
    """After the steps before it."""

    def steps() -> Iterator[int]:
        yield 1
        raise ValueError("damaged")

    seen = []
    with pytest.raises(ValueError, match="damaged"):
        for step in one_ahead(steps()):
            seen.append(step)  # noqa: PERF402 - what came before must be kept
    assert seen == [1]


def test_threads_switch_quickly_inside_only() -> None:
    """Also when what is inside fails."""
    before = sys.getswitchinterval()
    with pytest.raises(ValueError, match="x"), quick_switching():
        assert sys.getswitchinterval() == pytest.approx(SWITCH)
        raise ValueError("x")
    assert sys.getswitchinterval() == pytest.approx(before)


def test_modules_are_imported_meanwhile() -> None:
    """By name; the thread ends by itself."""
    import_ahead("colorsys")
    for thread in threading.enumerate():
        if thread.name == "import-ahead":
            thread.join(20)
    assert "colorsys" in sys.modules
