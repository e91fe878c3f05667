"""`report.html`: an audit in, one page out that needs no network, no other file and, to be read, no script.

Jinja2 escapes every value, and every value passes `display.safe` on its way into the page (the environment's `finalize`), so a
template cannot forget it. The Content-Security-Policy allows this page's one style sheet and one script by their hashes and
nothing else. Both languages stand in the page; which one shows is decided by a radio button and CSS.
"""

import base64
import functools
import hashlib
import json
import re
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from auditor.model.audit import Audit
from auditor.report import amounts, companies, page
from auditor.report.decision import short
from auditor.report.display import safe, safe_lines, shortened
from auditor.report.page import FindingView
from auditor.report.sankey import standing
from auditor.report.words import in_language, label, table, word

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "html"
FILE = "report.html"

_LONGEST_NAME = 300
"""Characters of a captured name on the page; the middle of a longer one is left out. The tables have all of it."""

_LONGEST_TEXT = 2000

_UNFIT = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
"""What a data block may not hold as it is: markup, line ends of old scripts, and halves of characters, which no encoding has."""


def render(audit: Audit, lang: str) -> bytes:
    """The page, with `lang` shown first."""
    style, script = resource("report.css"), resource("report.js")
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {_hash_source(style)}; script-src {_hash_source(script)}"
    )
    # Both are files of this package: no captured text is in them.
    own = {"style": Markup(style), "script": Markup(script)}  # noqa: S704
    return fill("report.html.jinja", audit, lang, policy=policy, **own).encode()


def fill(template: str, audit: Audit, lang: str, **values: object) -> str:
    """A template with the parts of an audit; every value in it is escaped."""
    text: str = _environment().get_template(template).render(lang=lang, **values, **page.parts(audit))
    return text


def both(en: str, zh: str | None = None) -> Markup:
    """A text in both languages, as two elements of which CSS shows one; English stands in where there is no Chinese."""
    english, chinese = escape(shortened(en, _LONGEST_TEXT)), escape(shortened(zh or en, _LONGEST_TEXT))
    if english == chinese:
        return english
    return Markup('<span class="en" lang="en">{}</span><span class="zh" lang="zh">{}</span>').format(english, chinese)


def t(key: str, **values: object) -> Markup:
    """The program's own words in both languages."""
    return both(word(key, "en", **values), word(key, "zh", **values))


def v(group: str, value: str | None) -> Markup:
    """A value of a vocabulary in both languages."""
    return both(label(group, value, "en"), label(group, value, "zh"))


def t_svg(key: str, **values: object) -> Markup:
    """Like `t`, inside an SVG text element."""
    return _tspans(word(key, "en", **values), word(key, "zh", **values))


def v_svg(group: str, value: str | None) -> Markup:
    """Like `v`, inside an SVG text element."""
    return _tspans(label(group, value, "en"), label(group, value, "zh"))


def of(key: str) -> Markup:
    """The attributes that name a cell's column: on a narrow screen a row stands as a list, each cell after its name."""
    return Markup(' data-en="{}" data-zh="{}"').format(word(key, "en"), word(key, "zh"))


def kind_of(kind: str) -> Markup:
    """Like `of`, for a column that is a kind of identifier."""
    return Markup(' data-en="{}" data-zh="{}"').format(safe(label("kind", kind, "en")), safe(label("kind", kind, "zh")))


def data_block(value: object) -> Markup:
    """JSON for a script element of a data type: no `<`, `>` or `&` in it, so nothing ends the element early."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    written = _UNFIT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return Markup(written)  # noqa: S704 - nothing is left in it that HTML would read


def tickets(views: Sequence[FindingView]) -> Markup:
    """The findings' tickets in both languages, by id, as a data block for the button that copies them."""
    return data_block({view.row.id: [safe_lines(view.ticket_en), safe_lines(view.ticket_zh)] for view in views})


def code(text: str | None) -> Markup:
    """A name of the capture's, set as code; a dash where there is none."""
    return Markup("<code>{}</code>").format(shortened(text, _LONGEST_NAME)) if text else Markup("-")


def pairs(english: Sequence[str], chinese: Sequence[str]) -> list[tuple[str, str]]:
    """Sentences with their Chinese; the English stands in where a document has none."""
    return list(zip(english, in_language(tuple(english), tuple(chinese), "zh"), strict=True))


def _tspans(en: str, zh: str) -> Markup:
    english, chinese = escape(safe(en)), escape(safe(zh))
    if english == chinese:
        return english
    return Markup('<tspan class="en" lang="en">{}</tspan><tspan class="zh" lang="zh">{}</tspan>').format(english, chinese)


def _finalize(value: Any) -> Any:
    """What Jinja2 does to each value before it escapes it."""
    return value if isinstance(value, Markup) else shortened(str(value), _LONGEST_NAME)


@functools.cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(resource),
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"t": t, "v": v, "both": both, "code": code, "glossary": _glossary()}
    environment.globals |= {"colon": both(":", "："), "of": of, "kind_of": kind_of, "tickets": tickets, "pairs": pairs}
    environment.globals |= {
        "t_svg": t_svg,
        "v_svg": v_svg,
        "v_plain": label,
        "w": word,
        "label": label,
        "reached": amounts.reached,
        "short": short,
        "standing": standing,
        "named": companies.named,
        "countries": companies.countries,
        "seats": companies.seats,
    }
    environment.filters |= {
        "size": amounts.size,
        "moment": amounts.moment,
    }
    return environment


def _glossary() -> tuple[str, ...]:
    """The keys of the terms that the glossary explains."""
    return tuple(key for key in table() if key.startswith("glossary.") and not key.endswith("_is"))


@functools.cache
def resource(name: str) -> str:
    """A file of the templates folder."""
    return resources.files("auditor.report").joinpath("templates", name).read_text("utf-8")


def _hash_source(text: str) -> str:
    """A source expression of CSP level 3 that allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
