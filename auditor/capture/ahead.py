"""Imports ahead: what the end of a reading needs is loaded while compiled code, which has no lock, is busy."""

import importlib
import threading


def import_ahead(*modules: str) -> None:
    """Imports modules that the end will need while the beginning reads: a tenth of a second for those of tables."""

    def work() -> None:
        for module in modules:
            importlib.import_module(module)

    threading.Thread(target=work, name="import-ahead", daemon=True).start()
