"""`fleet.html`: the overview in, one offline page out, without script. Everything that came from a report is escaped."""

import base64
import functools
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from auditor.fleet.overview import Cell, Overview
from auditor.fleet.words import word
from auditor.report.display import safe, shortened

if TYPE_CHECKING:
    from jinja2 import Template

FILE = "fleet.html"
_LONGEST, _LONGEST_HEAD = 300, 80
_DATED = frozenset({"first", "last", "started", "as_of", "expires", "verdict"})
"""Columns that are not broken into lines."""
_BAR, _HEIGHT = 6, 24
"""Pixels."""


def render(view: Overview, lang: str) -> bytes:
    """The page in one language."""
    style = resources.files("auditor.fleet").joinpath("templates/fleet.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"
    text: str = _template().render(
        view=view,
        lang=lang,
        policy=policy,
        style=Markup(style),  # noqa: S704 - a file of this package
        t=lambda key, **values: word(key, lang, **values),
        variant=lambda text: shortened(safe(text), _LONGEST_HEAD),
        shown=_shown,
        bars=_bars,
    )
    return text.encode()


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:,}" if isinstance(cell, int) else shortened(safe(cell), _LONGEST)


def _bars(days: tuple[str, ...], counts: tuple[int, ...]) -> Markup:
    """Small bars, one a day, as SVG of our own making. A day's date is the program's own."""
    most = max(counts, default=0) or 1
    bars = "".join(
        f'<rect x="{place * _BAR}" y="{_HEIGHT - round(count / most * _HEIGHT)}" width="{_BAR - 1}" '
        f'height="{round(count / most * _HEIGHT)}"><title>{day}: {count}</title></rect>'
        for place, (day, count) in enumerate(zip(days, counts, strict=True))
    )
    width = len(counts) * _BAR
    label = ", ".join(f"{day}: {count}" for day, count in zip(days, counts, strict=True))
    return Markup(f'<svg width="{width}" height="{_HEIGHT}" role="img" aria-label="{label}">{bars}</svg>')  # noqa: S704


@functools.cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("auditor.fleet"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["dated"] = _DATED.__contains__
    return environment.get_template("fleet.html.jinja")
