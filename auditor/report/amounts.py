"""Numbers and places in a reader's form: values in, short text out. Numbers read the same in both languages."""

import math
from datetime import datetime

from auditor.model.audit import GateRow
from auditor.report.words import word

_MOST = ("packet_loss", "hook_errors")
"""Gates whose bound is the most that a pass allows."""

_SHARES = ("required_phases", "hosts_decrypted", "bytes_attributed", "bodies_inspected", "packet_loss")
_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(count: int) -> str:
    """Bytes with a decimal unit: 0 B, 812 B, 1.5 kB, 4.3 MB."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{count} B" if unit == 0 else f"{value:.3g} {_UNITS[unit]}"


def is_most(gate: GateRow) -> bool:
    """Whether the gate's bound is an upper one."""
    return gate.name in _MOST


def gate_number(gate: GateRow, number: float) -> str:
    """A gate's value or bound: a share as a percentage, a count as it is."""
    if gate.name not in _SHARES:
        return f"{number:g}"
    # Two digits behind the point, and never rounded to the better side: 99.999 % of the bodies are not all bodies.
    hundredths = round(number * 10_000, 6)
    whole = math.ceil(hundredths) if is_most(gate) else math.floor(hundredths)
    return f"{whole / 100:.2f}".rstrip("0").rstrip(".") + " %"


def reached(gate: GateRow, lang: str) -> str:
    """A gate's value in words: nothing to measure is not the same as not known."""
    if gate.value is not None:
        return gate_number(gate, gate.value)
    return word("coverage.nothing" if gate.passed else "page.unknown", lang)


def moment(time: str | None) -> str:
    """A time of the document to the second: `2026-01-02 03:04:05 UTC`; a dash where there is none."""
    return f"{time[:10]} {time[11:19]} UTC" if time else "-"


def lasted(started: str | None, ended: str | None) -> int | None:
    """Whole seconds between two times of the document; None where one is missing or is no time."""
    if not started or not ended:
        return None
    try:
        return round((datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds())
    except ValueError:
        return None


def bar(share: float, width: int = 20) -> str:
    """A share from 0 to 1 as text: `[########............]`. Full only when it is all."""
    filled = int(max(0.0, min(1.0, share)) * width)
    return "[" + "#" * filled + "." * (width - filled) + "]"
