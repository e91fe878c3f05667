"""Modules are imported while something else runs."""

import sys
import threading

from auditor.capture.ahead import import_ahead


def test_modules_are_imported_meanwhile() -> None:
    """By name; the thread ends by itself."""
    import_ahead("colorsys")
    for thread in threading.enumerate():
        if thread.name == "import-ahead":
            thread.join(20)
    assert "colorsys" in sys.modules
