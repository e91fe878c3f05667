"""Message bodies that remember the planted values in them. In: structures with `Planted` strings. Out: bytes and traces."""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.lab.truth import Json, Planted, Trace, traces_of

_COMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "deflate": zlib.compress,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as transferred. `encoding` is the Content-Encoding, empty when there is none."""

    content: bytes
    content_type: str
    encoding: str = ""
    traces: tuple[Trace, ...] = ()


NO_BODY = Body(content=b"", content_type="")


def json_body(value: Json, encoding: str = "") -> Body:
    """The structure as JSON, compressed when asked for."""
    data = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    traces = tuple(trace.inside("json") for trace in traces_of(value))
    return _compressed(data, "application/json; charset=utf-8", traces, encoding)


def form_body(fields: Mapping[str, str], encoding: str = "") -> Body:
    """The fields as application/x-www-form-urlencoded; the path of a value is its field's name."""
    traces = tuple(trace for name, value in fields.items() for trace in _below(name, value, "form"))
    return _compressed(urlencode(fields).encode(), "application/x-www-form-urlencoded", traces, encoding)


def text_body(text: str, content_type: str = "text/plain; charset=utf-8", encoding: str = "") -> Body:
    """The text as it is."""
    return _compressed(text.encode(), content_type, traces_of(text), encoding)


def binary_body(content: bytes, content_type: str) -> Body:
    """Bytes that hold no planted value."""
    return Body(content=content, content_type=content_type)


def protobuf_body(fields: Mapping[int, str], encoding: str = "") -> Body:
    """A flat protobuf message of strings (wire type 2), field number to value; the path is the field's number."""
    data = b"".join(_protobuf_string(number, value) for number, value in fields.items())
    traces = tuple(trace for number, value in fields.items() for trace in _below(str(number), value, "protobuf"))
    return _compressed(data, "application/x-protobuf", traces, encoding)


def _below(name: str, value: str, container: str) -> tuple[Trace, ...]:
    if not isinstance(value, Planted):
        return ()
    return tuple(trace.inside(container, path=name + trace.path.removeprefix("$")) for trace in value.traces)


def _compressed(data: bytes, content_type: str, traces: tuple[Trace, ...], encoding: str) -> Body:
    if not encoding:
        return Body(content=data, content_type=content_type, traces=traces)
    return Body(
        content=_COMPRESSORS[encoding](data),
        content_type=content_type,
        encoding=encoding,
        traces=tuple(trace.inside(encoding) for trace in traces),
    )


def _protobuf_string(number: int, value: str) -> bytes:
    data = value.encode()
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
