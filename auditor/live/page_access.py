"""The head of a request to the page in; None where it may pass, else why not. Pure.

The page shows what a phone sends, so it is for the person at this machine. Other programs and web pages of this machine can
reach its port, too. A page of another origin gets through neither by name (Host, against rebinding), nor by script (Origin and
Sec-Fetch-Site), nor without the token, which only the terminal showed.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

GET, POST = "GET", "POST"
_FETCHED_BY_ITSELF = "same-origin"
_TYPED = "none"
"""Sec-Fetch-Site of what a person typed or opened from a bookmark (Fetch Metadata Request Headers, section 2.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What counts of a request's head."""

    method: str
    target: str
    headers: Mapping[str, tuple[str, ...]]
    """By lower-case name; a header that came several times has several values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that gives nothing away."""

    status: HTTPStatus
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may see the page."""

    token: str
    authorities: tuple[str, ...]
    """Values of Host that mean this page, like `127.0.0.1:40123`."""
    routes: Mapping[str, str]
    """Method of each path behind the token, like `events` to GET."""

    def route(self, request: PageRequest) -> str | Refusal:
        """The path behind the token, or the refusal."""
        hosts = request.headers.get("host", ())
        if len(hosts) != 1 or hosts[0].lower() not in self.authorities:
            return Refusal(status=HTTPStatus.MISDIRECTED_REQUEST, why="wrong Host")
        first, _, path = request.target.removeprefix("/").partition("/")
        if not hmac.compare_digest(first.encode("utf-8", "replace"), self.token.encode()):
            return Refusal(status=HTTPStatus.NOT_FOUND, why="no such page")
        path = path.partition("?")[0]
        if path not in self.routes:
            return Refusal(status=HTTPStatus.NOT_FOUND, why="no such page")
        if request.method != self.routes[path]:
            return Refusal(status=HTTPStatus.METHOD_NOT_ALLOWED, why="wrong method")
        return self._foreign(request, path) or path

    def _foreign(self, request: PageRequest, path: str) -> Refusal | None:
        """A request that another site's page made."""
        own = tuple(f"http://{authority}" for authority in self.authorities)
        origins = request.headers.get("origin", ())
        sites = request.headers.get("sec-fetch-site", ())
        needs_origin = request.method == POST
        if (needs_origin and not origins) or any(origin not in own for origin in origins):
            return Refusal(status=HTTPStatus.FORBIDDEN, why="wrong Origin")
        allowed = (_FETCHED_BY_ITSELF, _TYPED) if path == "" else (_FETCHED_BY_ITSELF,)
        if any(site not in allowed for site in sites):
            return Refusal(status=HTTPStatus.FORBIDDEN, why="wrong Sec-Fetch-Site")
        return None


def authorities(host: str, port: int) -> tuple[str, ...]:
    """The values of Host under which a page that listens there is reached."""
    names = (
        ["127.0.0.1", "localhost", "[::1]"]
        if host in ("127.0.0.1", "localhost", "::1")
        else [f"[{host}]" if ":" in host else host]
    )
    return tuple(f"{name}:{port}" for name in names)
