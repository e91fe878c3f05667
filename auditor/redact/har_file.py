"""A HAR file with every string rewritten: its bytes in, its bytes out. Bodies in base64 are rewritten inside."""

import base64
import binascii
import json
from typing import Any

from auditor.capture import har_bodies
from auditor.errors import DamagedError, Source
from auditor.redact.rewriter import Rewriter


def rewrite(data: bytes, rewriter: Rewriter, path: str) -> bytes:
    """The same log with pseudonyms.

    Raises:
        DamagedError: it is no JSON, or nested beyond reason.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
        made = _value(document, rewriter)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"no HAR log: {type(error).__name__}", Source(path), "redact what can be read to its end") from None
    return json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _value(value: Any, rewriter: Rewriter) -> Any:
    if isinstance(value, str):
        if har_bodies.is_of_bytes(value):
            return rewriter.value(value.encode("latin-1")).decode("latin-1")
        return rewriter.text(value)
    if isinstance(value, list):
        return [_value(entry, rewriter) for entry in value]
    if isinstance(value, dict):
        if value.get("encoding") == "base64" and isinstance(value.get("text"), str):
            return {**_plain(value, rewriter), "text": _base64(value["text"], rewriter)}
        if set(value) >= {"name", "value"} and isinstance(value["name"], str) and isinstance(value["value"], str):
            return {**_plain(value, rewriter), "value": _named(value["name"], value["value"], rewriter)}
        return _plain(value, rewriter)
    return _number(value, rewriter) if isinstance(value, int) and not isinstance(value, bool) else value


def _named(name: str, value: str, rewriter: Rewriter) -> str:
    """The value of a header, a cookie, a query key or a form field."""
    data = value.encode("utf-8", "surrogatepass")
    return rewriter.value(rewriter.value(data, header=name)).decode("utf-8", "surrogatepass")


def _plain(value: dict[str, Any], rewriter: Rewriter) -> dict[str, Any]:
    return {rewriter.text(name): _value(entry, rewriter) for name, entry in value.items()}


def _number(value: int, rewriter: Rewriter) -> int:
    """A number in the log's own fields may be an identifier too."""
    text = str(value)
    made = rewriter.text(text) if len(text) >= 8 else text
    return int(made) if made.lstrip("-").isdigit() else value


def _base64(text: str, rewriter: Rewriter) -> str:
    try:
        body = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return rewriter.text(text)
    made = rewriter.value(body)
    return text if made == body else base64.b64encode(made).decode()
