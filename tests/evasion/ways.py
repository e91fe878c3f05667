"""A way to hide: its name, what must come of it, and the bytes of a capture that uses it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.unit.capture.flow_files import asked, flow_file

IMEI = "352099001761481"
DOCUMENT = b'{"event":"launch","imei":"352099001761481","seq":7}'


class Outcome(StrEnum):
    """What must come of a way."""

    FOUND = "found"
    """It can be read: found, and nothing is said to be unread."""
    UNREAD = "unread"
    """It cannot be read: the flow says so."""
    EITHER = "either"
    """It is damaged or lost in part: found, or said to be unread, or both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way."""

    name: str
    outcome: Outcome
    capture: bytes
    ending: str


def request(
    name: str,
    data: bytes = b"",
    *,
    outcome: Outcome = Outcome.FOUND,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    path: bytes = b"/v1/collect",
    trailers: tuple[tuple[bytes, bytes], ...] | None = None,
) -> Way:
    """A request in a flow file."""
    state = asked(
        "regular", "api.example", id=name, request__content=data, request__headers=((b"host", b"api.example"), *headers)
    )
    state["request"].update(path=path, method=b"POST", trailers=trailers)
    return Way(name=name, outcome=outcome, capture=flow_file([state]), ending="mitm")


def coded(name: str, coding: str, data: bytes, outcome: Outcome = Outcome.FOUND, *more: str) -> Way:
    """A request whose body has content codings, in one header or several."""
    headers = tuple((b"Content-Encoding", value.encode()) for value in (coding, *more))
    return request(name, data, outcome=outcome, headers=headers)


type Ways = Callable[[], tuple[Way, ...]]
