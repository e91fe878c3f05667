"""A message between two local devices in, what it asks for out: a line of the request, never its content.

HTTP method and path (RFC 9112 section 3), IPP operation (RFC 8011 section 5.4.15), MQTT topic, printer languages by their first
bytes, the value of a JSON key that names a command, or the first word of plain text.
"""

import re
from collections.abc import Iterator

from auditor.model.content import Message
from auditor.model.vocabulary import Direction, Part

MAX_COMMAND = 80
_LANGUAGES = (
    (b"\x1b%-12345X", "PJL"),
    (b"@PJL", "PJL"),
    (b"\x1b@", "ESC/P"),
    (b"\x1bE", "PCL"),
    (b"%!PS", "PostScript"),
    (b"%PDF", "PDF"),
    (b"^XA", "ZPL"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
)
_WORD = re.compile(rb"(?:[A-Z][A-Z0-9_]{1,15}|[a-z][a-z_]{1,15}|[@!#$%+][A-Za-z_]{1,15})(?=[\s\0=:({;,]|$)")
_JSON_COMMAND = re.compile(rb'"(?:cmd|command|method|action|op|opcode|type|msgtype|msg_type)"\s*:\s*"?([\w./:-]{1,40})')
_IPP_OPERATIONS = {
    2: "Print-Job",
    4: "Validate-Job",
    5: "Create-Job",
    6: "Send-Document",
    8: "Cancel-Job",
    9: "Get-Job-Attributes",
}
_IPP_OPERATIONS |= {10: "Get-Jobs", 11: "Get-Printer-Attributes", 0x3C: "Identify-Printer"}


def command_of(message: Message) -> str | None:
    """What a request asks for; None for an answer, and where nothing readable says it."""
    if message.direction is not Direction.UP:
        return None
    found = next(_found(message), None)
    return found[:MAX_COMMAND] if found else None


def _found(message: Message) -> Iterator[str]:
    parts = {piece.part: piece.data for piece in reversed(message.pieces)}
    named = {piece.name: piece.data for piece in message.pieces}
    body = parts.get(Part.BODY) or parts.get(Part.PAYLOAD) or b""
    if message.protocol == "http":
        operation = _ipp(message, body)
        if operation:
            yield operation
        path = parts.get(Part.URL_PATH, b"")
        yield f"http {_shown(path) or '/'}{_with_command(body)}"
    elif message.protocol == "mqtt":
        if "topic" in named:
            yield f"mqtt {_shown(named['topic'])}{_with_command(body)}"
    elif message.protocol in ("tcp", "udp", "websocket"):
        yield from _plain(body)


def _ipp(message: Message, body: bytes) -> str | None:
    if (message.header("content-type") or b"").strip().lower() != b"application/ipp" or len(body) < 4:
        return None
    number = int.from_bytes(body[2:4])
    return f"ipp {_IPP_OPERATIONS.get(number, f'operation 0x{number:04x}')}"


def _plain(body: bytes) -> Iterator[str]:
    for head, name in _LANGUAGES:
        if body.startswith(head):
            yield name
            return
    match = _JSON_COMMAND.search(body[:2048]) if body[:1] in (b"{", b"[") else None
    if match:
        yield f"json {match[1].decode()}"
        return
    match = _WORD.match(body)
    if match:
        yield f"text {match[0].decode()}"


def _with_command(body: bytes) -> str:
    match = _JSON_COMMAND.search(body[:2048]) if body[:1] in (b"{", b"[") else None
    return f" {match[1].decode()}" if match else ""


def _shown(raw: bytes) -> str:
    text = raw.decode("utf-8", "backslashreplace").partition("?")[0]
    return text if text.isprintable() else text.encode("unicode_escape").decode()
