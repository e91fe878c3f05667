"""Flow files for the tests, as mitmproxy itself writes them: states of flows go in, bytes of a file come out."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from auditor.capture import formats
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from tests.unit.capture.reading_of import Result

AT = 946_681_200
"""The second at which mitmproxy's made-up requests start."""


def http_state(**changes: Any) -> dict[str, Any]:
    """An HTTP flow with a response; keys like `request.host` or `client_conn.sni` are changed.

    The times are floats, as a proxy writes them; those of mitmproxy's made-up flows are not.
    """
    state = tflow.tflow(resp=True).get_state()
    for part in (state, state["request"], state["response"]):
        part.update({key: float(value) for key, value in part.items() if key.startswith("timestamp_")})
    return changed(state, **changes)


def changed(state: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The state with other values; `__` stands for the dot of a nested key."""
    for key, value in changes.items():
        *path, last = key.split("__")
        place = state
        for name in path:
            place = place[name]
        place[last] = value
    return state


def asked(
    mode: str, host: str, port: int = 443, *, scheme: bytes = b"https", sni: str | None = None, **changes: Any
) -> dict[str, Any]:
    """An HTTP flow of a client that asked a proxy in this mode for a server."""
    encrypted = scheme == b"https"
    return http_state(
        request__host=host,
        request__port=port,
        request__scheme=scheme,
        request__path=b"/v1/x?imei=1#top",
        client_conn__proxy_mode=mode,
        client_conn__sni=sni,
        client_conn__timestamp_tls_setup=AT + 1 if encrypted else None,
        server_conn__address=(host, port),
        server_conn__peername=("203.0.113.5", port),
        **changes,
    )


def flow_file(states: Iterable[dict[str, Any]]) -> bytes:
    """The bytes of a flow file."""
    return b"".join(tnetstring.dumps(state) for state in states)


def all_types() -> list[dict[str, Any]]:
    """One flow of every type that mitmproxy records."""
    makers: tuple[Callable[[], Any], ...] = (
        lambda: tflow.tflow(resp=True),
        lambda: tflow.tflow(err=True),
        tflow.twebsocketflow,
        tflow.ttcpflow,
        tflow.tudpflow,
        lambda: tflow.tdnsflow(resp=True),
        lambda: tflow.tdnsflow(err=True),
        lambda: tflow.ttcpflow(err=True),
    )
    return [make().get_state() for make in makers]


def read(data: bytes, folder: Path, name: str = "x.mitm") -> Result:
    """What the reader that recognises these bytes makes of them."""
    path = folder / name
    path.write_bytes(data)
    messages: list[Message] = []
    reading = formats.recognise(str(path)).read(str(path), ReadOptions(inspect=messages.append))
    return Result(reading, messages)


def read_one(state: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The row of the only flow of a file."""
    (row,) = read(flow_file([state]), folder).flows
    return row
