"""Works one step ahead: while a batch is looked at, another thread reads and walks the next one (compiled code has no lock)."""

import importlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor


def one_ahead[T](steps: Iterator[T]) -> Iterator[T]:
    """The steps, each computed while the caller works on the one before. What a step raises is raised here."""
    missing: object = object()
    with ThreadPoolExecutor(1, "capture-ahead") as pool:
        waiting = pool.submit(next, steps, missing)
        while (step := waiting.result()) is not missing:
            waiting = pool.submit(next, steps, missing)
            yield step  # type: ignore[misc]


def import_ahead(*modules: str) -> None:
    """Imports modules that the end will need while the beginning reads: half a second for those of tables."""
    threading.Thread(target=lambda: [importlib.import_module(module) for module in modules], daemon=True).start()
