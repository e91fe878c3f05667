"""A mitmproxy flow file with every value rewritten: a stream of frames in, the frames with pseudonyms out.

Bodies are rewritten under their content codings and Content-Length follows. Messages of a stream (TCP, UDP, WebSocket) are
rewritten one by one and then joined, so that a value that stands across two of them is found. Records of TLS that the proxy
passed on unopened become zeros.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from auditor.capture import mitm_spill, tnetstring
from auditor.errors import CaptureError, DamagedError, Source
from auditor.redact.ciphertext import without_ciphertext
from auditor.redact.rewriter import Rewriter

_SECRETS = frozenset({"tls_secrets", "keylog", "master_secret"})


def rewrite(stream: BinaryIO, rewriter: Rewriter, path: str) -> Iterator[bytes]:
    """Each flow of the file.

    Raises:
        DamagedError: the file is damaged; what stands before was yielded.
    """
    while True:
        place = stream.tell()
        try:
            frame = tnetstring.read_frame(stream)
            if frame is None:
                return
            # A session that is shared has no files of streams: their messages are in their flows again.
            flow = tnetstring.parse_dictionary(mitm_spill.self_contained(frame, path))
        except (ValueError, CaptureError) as error:
            raise DamagedError(f"the flow file is damaged: {error}", Source(path, f"byte {place}")) from None
        yield dump(_flow(flow, rewriter))


def _flow(flow: dict[str, Any], rewriter: Rewriter) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in flow.items():
        if name in ("request", "response") and isinstance(value, dict) and isinstance(value.get("headers"), list):
            made[name] = _message(value, rewriter)
        elif name == "messages" and isinstance(value, list):
            made[name] = _stream(value, rewriter)
        elif name == "websocket" and isinstance(value, dict):
            made[name] = {**_leaves(value, rewriter), "messages": _stream(value.get("messages") or [], rewriter)}
        elif name in ("version", "type"):
            made[name] = value
        elif name == "metadata" and isinstance(value, dict):
            made[name] = {rewriter.text(key): entry for key, entry in _leaves(value, rewriter).items()}
        else:
            made[name] = _leaves(value, rewriter)
    return made


def _leaves(value: Any, rewriter: Rewriter) -> Any:
    """All text and bytes of a value; secrets are left out."""
    if isinstance(value, bytes):
        return rewriter.value(value)
    if isinstance(value, str):
        return rewriter.text(value)
    if isinstance(value, list):
        return [_leaves(entry, rewriter) for entry in value]
    if isinstance(value, dict):
        return {name: _leaves(entry, rewriter) for name, entry in value.items() if name not in _SECRETS}
    return value


def _message(message: dict[str, Any], rewriter: Rewriter) -> dict[str, Any]:
    """A request or response: its body first, then the head with the body's new length."""
    content = message.get("content")
    made = _leaves({name: value for name, value in message.items() if name not in ("content", "headers")}, rewriter)
    made["headers"] = [_header(entry, rewriter) for entry in message["headers"]]
    body = content
    if isinstance(content, bytes):
        body = rewriter.value(content, _codings(message["headers"]))
        if len(body) != len(content):
            made["headers"] = [_with_length(entry, len(body)) for entry in made["headers"]]
    return {name: body if name == "content" else made[name] for name in message}


def _header(entry: Any, rewriter: Rewriter) -> Any:
    """A name and a value."""
    if isinstance(entry, list) and len(entry) == 2 and all(isinstance(part, bytes) for part in entry):
        return [rewriter.value(entry[0]), rewriter.value(entry[1], header=entry[0].decode(errors="backslashreplace"))]
    return _leaves(entry, rewriter)


def _codings(headers: list[Any]) -> str:
    named = (entry for entry in headers if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], bytes))
    return ", ".join(
        value.decode(errors="backslashreplace")
        for name, value in named
        if name.lower() == b"content-encoding" and isinstance(value, bytes)
    )


def _with_length(entry: Any, size: int) -> Any:
    if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], bytes) and entry[0].lower() == b"content-length":
        return [entry[0], b"%d" % size]
    return entry


def _stream(messages: list[Any], rewriter: Rewriter) -> list[Any]:
    """Messages as mitmproxy stores them: lists with one run of bytes (the content) and a truth (from the client)."""
    made = [_leaves(message, rewriter) for message in messages]
    for side in (True, False):
        places = [(number, at) for number, message in enumerate(made) if (at := _content(message, side)) is not None]
        whole = b"".join(made[number][at] for number, at in places)
        joined = rewriter.value(without_ciphertext(whole))
        if joined == whole or len(joined) != len(whole):
            continue
        start = 0
        for number, at in places:
            size = len(made[number][at])
            made[number][at] = joined[start : start + size]
            start += size
    return made


def _content(message: Any, side: bool) -> int | None:
    """Where the content stands in a message of that side; None: it is of the other side, or none."""
    if not isinstance(message, list) or side not in [entry for entry in message if isinstance(entry, bool)][:1]:
        return None
    return next((at for at, entry in enumerate(message) if isinstance(entry, bytes)), None)


def dump(value: Any) -> bytes:
    """A value as a typed netstring.

    Raises:
        TypeError: it is of no such type.
    """
    body, mark = _dumped(value)
    return b"%d:%s%s" % (len(body), body, mark)


def _dumped(value: Any) -> tuple[bytes, bytes]:
    if isinstance(value, bytes):
        return value, b","
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass"), b";"
    if isinstance(value, bool):
        return (b"true" if value else b"false"), b"!"
    if value is None:
        return b"", b"~"
    if isinstance(value, int):
        return b"%d" % value, b"#"
    if isinstance(value, float):
        return repr(value).encode(), b"^"
    if isinstance(value, list):
        return b"".join(map(dump, value)), b"]"
    return b"".join(dump(name) + dump(entry) for name, entry in value.items()), b"}"
