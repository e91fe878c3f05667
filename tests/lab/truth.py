"""What was planted where. In: values that remember where they come from, and the requests that carry them. Out: truth.json.

`plant` gives a string that knows its label and encodings; `traces_of` finds such strings again in the structure that a
client sends. So the ground truth is written by the same call that sends the value, never by hand.
"""

import base64
import hashlib
import json
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Self

from tests.lab.persona import BY_LABEL, spell

type Json = object
"""Anything that `json.dumps` takes."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Trace:
    """One planted value inside a string: what was done to it (outermost first) and where it is below that string."""

    label: str
    encodings: tuple[str, ...] = ()
    disguise: tuple[str, ...] = ()
    variant: str = ""
    path: str = ""

    def inside(self, *encodings: str, path: str | None = None) -> Self:
        """The same value, one container further out."""
        return replace(self, encodings=encodings + self.encodings, path=self.path if path is None else path)


class Planted(str):
    """A string with the traces of the planted values in it."""

    traces: tuple[Trace, ...]

    def __new__(cls, text: str, traces: tuple[Trace, ...]) -> Self:
        planted = super().__new__(cls, text)
        planted.traces = traces
        return planted


def _hex(value: str) -> str:
    return value.encode().hex()


_DISGUISES: Mapping[str, Callable[[str], str]] = {
    "md5": lambda value: hashlib.md5(value.encode(), usedforsecurity=False).hexdigest(),
    "sha1": lambda value: hashlib.sha1(value.encode(), usedforsecurity=False).hexdigest(),
    "sha256": lambda value: hashlib.sha256(value.encode()).hexdigest(),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64url": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "hex": _hex,
}


def plant(label: str, *disguise: str, variant: str = "") -> Planted:
    """The planted value in this spelling, under these encodings (outermost first)."""
    text = spell(label, variant)
    for name in reversed(disguise):
        text = _DISGUISES[name](text)
    return Planted(text, (Trace(label=label, encodings=disguise, disguise=disguise, variant=variant),))


def join(*parts: str) -> Planted:
    """The parts one after the other, with all their traces."""
    return Planted("".join(parts), tuple(trace for part in parts for trace in traces_of(part)))


def sealed_json(value: Json, *containers: str) -> Planted:
    """A structure as JSON inside these containers (outermost first, from base64, jwt and zlib), as one string."""
    data = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    for name in reversed(containers):
        data = _CONTAINERS[name](data)
    return Planted(data.decode(), tuple(trace.inside(*containers, "json") for trace in traces_of(value)))


_CONTAINERS: Mapping[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "jwt": lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
    "zlib": zlib.compress,
}


def traces_of(value: Json, path: str = "") -> tuple[Trace, ...]:
    """Every planted value in a structure, its path in JSONPath form (`$.device.ids[0]`)."""
    if isinstance(value, Planted):
        return tuple(trace.inside(path=path + trace.path.removeprefix("$") if path else trace.path) for trace in value.traces)
    if isinstance(value, Mapping):
        root = path or "$"
        return tuple(trace for key, item in value.items() for trace in traces_of(item, f"{root}.{key}"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        root = path or "$"
        return tuple(trace for index, item in enumerate(value) for trace in traces_of(item, f"{root}[{index}]"))
    return ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Sown:
    """One row of the ground truth: this planted value went to this host, in this disguise, in this phase."""

    surface: str
    phase: str
    host: str
    port: int
    direction: str
    part: str
    path: str
    label: str
    kind: str
    encodings: tuple[str, ...]
    disguise: tuple[str, ...]
    variant: str
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Contact:
    """One endpoint that a client talked to. `recorded` is false when the capture cannot hold a flow of it."""

    surface: str
    phase: str
    host: str
    port: int
    application: str
    visibility: str
    recorded: bool = True


@dataclass(slots=True)
class Ledger:
    """Collects rows from all clients (each runs in a thread of its own)."""

    phase: str = ""
    _rows: set[Sown] = field(default_factory=set)
    _contacts: set[Contact] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def contact(self, surface: str, host: str, port: int, application: str, visibility: str, *, recorded: bool = True) -> None:
        """Note that a client talked to this endpoint in the current phase."""
        contact = Contact(
            surface=surface,
            phase=self.phase,
            host=host,
            port=port,
            application=application,
            visibility=visibility,
            recorded=recorded,
        )
        with self._lock:
            self._contacts.add(contact)

    def sow(
        self,
        surface: str,
        host: str,
        port: int,
        part: str,
        traces: Iterable[Trace],
        *,
        up: bool = True,
        visible: bool = True,
    ) -> None:
        """Note the planted values that went to (or came from) this endpoint in the current phase."""
        rows = {
            Sown(
                surface=surface,
                phase=self.phase,
                host=host,
                port=port,
                direction="up" if up else "down",
                part=part,
                path=trace.path,
                label=trace.label,
                kind=BY_LABEL[trace.label].kind,
                encodings=trace.encodings,
                disguise=trace.disguise,
                variant=trace.variant,
                visible=visible,
            )
            for trace in traces
        }
        with self._lock:
            self._rows |= rows

    def to_json(self) -> str:
        """truth.json: sorted, with stable keys, without times."""
        with self._lock:
            document = {
                "schema": 1,
                "contacts": [asdict(contact) for contact in sorted(self._contacts)],
                "planted": [asdict(row) for row in sorted(self._rows)],
            }
        return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
