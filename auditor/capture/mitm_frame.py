"""The frame of one flow in, its state as far as it is read out, without a look at the rest.

A flow's state has about ninety values, of which half describe the two connections and are the same for every flow on them. So
only the keys that a record names are taken, and what repeats is read once. Most frames are HTTP exchanges, which
`mitm_written` reads as a whole.
"""

from typing import Any

import msgspec

from auditor.capture import tnetstring
from auditor.capture.mitm_repeated import MAX_REPEATED, connection
from auditor.capture.mitm_state import STATES, DnsState, HttpState, Request, Response, StreamState
from auditor.capture.mitm_written import read_written

type FlowState = HttpState | StreamState | DnsState

FORMAT_VERSION = 21
"""What mitmproxy 12 writes."""

_REQUEST = {name.encode(): name for name in Request.__struct_encode_fields__}
_RESPONSE = {name.encode(): name for name in Response.__struct_encode_fields__}
_TOP = frozenset(
    b"version type id timestamp_created error metadata client_conn server_conn request response websocket messages".split()
)


def read_state(frame: bytes) -> FlowState:
    """The flow.

    Raises:
        ValueError: this is no flow.
    """
    try:
        return read_written(frame) or read_by_key(frame)
    except (msgspec.ValidationError, OverflowError) as error:
        raise ValueError(f"no mitmproxy flow: {error}") from None


def read_by_key(frame: bytes) -> FlowState:
    """The flow, from its keys in any order, of any type and version."""
    spans = tnetstring.spans(frame, 0, len(frame), _TOP)
    raw = _current(frame, spans) if _version(frame, spans) == FORMAT_VERSION else _migrated(tnetstring.parse_dictionary(frame))
    name = raw.get("type")
    kind = STATES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError("a flow of an unknown type")
    return msgspec.convert(raw, kind, strict=False, builtin_types=(bytes,))


def _version(frame: bytes, spans: dict[bytes, tnetstring.Span]) -> object:
    span = spans.get(b"version")
    return None if span is None else tnetstring.value(frame, span)


def _current(frame: bytes, spans: dict[bytes, tnetstring.Span]) -> dict[str, Any]:
    is_http = b"type" in spans and tnetstring.value(frame, spans[b"type"]) == "http"
    raw: dict[str, Any] = {}
    for key, span in spans.items():
        name = key.decode()
        start, stop, kind = span
        if key in (b"client_conn", b"server_conn") and stop - start <= MAX_REPEATED and kind == tnetstring.DICTIONARY:
            raw[name] = connection(frame[start:stop])
        elif is_http and kind == tnetstring.DICTIONARY and key in (b"request", b"response"):
            raw[name] = _selected(frame, span, _REQUEST if key == b"request" else _RESPONSE)
        else:
            raw[name] = tnetstring.value(frame, span)
    return raw


def _selected(data: bytes, span: tnetstring.Span, names: dict[bytes, str]) -> dict[str, Any]:
    start, stop, _ = span
    raw: dict[str, Any] = {}
    for key, found in tnetstring.spans(data, start, stop, names.keys()).items():
        headers = key == b"headers"
        raw[names[key]] = tnetstring.pairs(data, found) if headers else tnetstring.value(data, found)
    return raw


def _migrated(raw: dict[str, Any]) -> dict[str, Any]:
    """The state in the current version.

    Raises:
        ValueError: mitmproxy's migration fails; it promises nothing for states that mitmproxy did not write.
    """
    from mitmproxy.exceptions import FlowReadException
    from mitmproxy.io import compat

    try:
        return compat.migrate_flow(raw)  # type: ignore[arg-type, return-value]
    except (FlowReadException, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"version {raw.get('version')!r} cannot be migrated: {type(error).__name__}") from None
