"""A request of the phone for http://audit.phase/ in, the small page with the phases out. No sockets: the proxy carries it.

The page shows the phase and nothing of the recording. Marking needs the token of the page that was asked for first, which
scripts of other sites cannot read, and an Origin that is no other site's. It works without JavaScript.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from auditor.catalog.scenario_list import LISTS, next_step, step_of, steps
from auditor.errors import UsageError
from auditor.live.words import LANGUAGES, language_of, word

if TYPE_CHECKING:
    from jinja2 import Template

HOST = "audit.phase"
ORIGIN = f"http://{HOST}"
MOST_BODY = 4 << 10
_ASSETS = Path(__file__).with_name("assets")
_HTML, _CSS, _TEXT = "text/html; charset=utf-8", "text/css; charset=utf-8", "text/plain; charset=utf-8"
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
_WORDS = ("phase_title", "phase_now", "phase_hint", "end_of_list", *(f"list_{name}" for name in LISTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRequest:
    """What counts of a request."""

    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseAnswer:
    """What the phone gets."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes


class PhasePage:
    """The page of one recording."""

    def __init__(self, phase: Callable[[], str | None], mark: Callable[[str], None], token: str = "") -> None:
        """`phase` says which phase runs, `mark` begins one and may raise UsageError."""
        self.token = token or secrets.token_urlsafe(18)
        self._phase, self._mark = phase, mark

    def answer(self, request: PhaseRequest) -> PhaseAnswer:
        """The answer to any request."""
        path, _, query = request.target.partition("?")
        if request.method in ("GET", "HEAD") and path == "/phase.css":
            return _answer(HTTPStatus.OK, _CSS, (_ASSETS / "phase.css").read_bytes())
        if path != "/":
            return _answer(HTTPStatus.NOT_FOUND, _TEXT, b"no such page\n")
        if request.method == "POST":
            return self._marked(request)
        if request.method not in ("GET", "HEAD"):
            return _answer(HTTPStatus.METHOD_NOT_ALLOWED, _TEXT, b"wrong method\n")
        language = language_of(request.headers.get("accept-language", ""))
        return self._page(_form(query), language)

    def _marked(self, request: PhaseRequest) -> PhaseAnswer:
        if len(request.body) > MOST_BODY:
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TEXT, b"too long\n")
        fields = _form(request.body.decode("utf-8", "replace"))
        if _is_foreign(request.headers) or not hmac.compare_digest(fields.get("token", "").encode(), self.token.encode()):
            return _answer(HTTPStatus.FORBIDDEN, _TEXT, f"open {ORIGIN}/ and press the button there\n".encode())
        language = fields.get("lang", "en")
        try:
            self._mark(fields.get("phase", ""))
        except UsageError as error:
            return self._page(fields, language, str(error))
        place = f"/?lang={language if language in LANGUAGES else 'en'}&list={_list(fields)}"
        return _answer(HTTPStatus.SEE_OTHER, _TEXT, b"", ("Location", place))

    def _page(self, fields: Mapping[str, str], language: str, problem: str = "") -> PhaseAnswer:
        said = fields.get("lang", language)
        language = said if said in LANGUAGES else language
        place, scenario, phase = LANGUAGES.index(language), _list(fields), self._phase()
        now, following = step_of(phase), next_step(scenario, phase)
        texts = {name: word("ui", name, language) for name in _WORDS}
        texts["next"] = word("ui", "next_phase", language, name=following.title[place]) if following else ""
        html = _template().render(
            language=language,
            place=place,
            scenario=scenario,
            lists=LISTS,
            steps=steps(scenario),
            phase=phase,
            now=(now.title[place] if now else phase) or word("ui", "no_phase", language),
            next=following,
            text=texts,
            token=self.token,
            problem=problem,
        )
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
        return _answer(status, _HTML, html.encode("utf-8", "replace"))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(loader=FileSystemLoader(_ASSETS), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("phase.html.jinja")


def _list(fields: Mapping[str, str]) -> str:
    return fields.get("list", "") if fields.get("list", "") in LISTS else LISTS[0]


def _form(text: str) -> dict[str, str]:
    """Fields of a query or a form; the last value counts. What is none has no fields."""
    try:
        return {name: values[-1] for name, values in parse_qs(text, max_num_fields=16).items()}
    except ValueError:
        return {}


def _is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether another site's page sent the form."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    return origin not in (None, ORIGIN) or site not in (None, "same-origin")


def _answer(status: HTTPStatus, kind: str, body: bytes, *more: tuple[str, str]) -> PhaseAnswer:
    return PhaseAnswer(status=status, headers=(("Content-Type", kind), *_HEADERS, *more), body=body)
