"""What is asked of a device, without what is said in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.devices.commands import MAX_COMMAND, command_of
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Direction, Part


def message(protocol: str, *pieces: Piece, direction: Direction = Direction.UP) -> Message:
    return Message(flow_id="", number=0, direction=direction, at=0, host=None, protocol=protocol, pieces=pieces)


def http(path: bytes, body: bytes = b"", kind: bytes = b"") -> Message:
    pieces = [Piece(Part.URL_PATH, "path", path)]
    pieces += [Piece(Part.HEADER, "Content-Type", kind)] if kind else []
    pieces += [Piece(Part.BODY, "", body)] if body else []
    return message("http", *pieces)


def raw(data: bytes) -> Message:
    return message("tcp", Piece(Part.PAYLOAD, "", data))


CASES = [
    (http(b"/print?name=Li+Lei"), "http /print"),
    (http(b"/api", b'{"cmd": "start_job", "name": "Li Lei"}'), "http /api start_job"),
    (http(b"/ipp/print", b"\x01\x01\x00\x02\0\0\0\1", b"application/ipp"), "ipp Print-Job"),
    (http(b"/ipp/print", b"\x01\x01\x40\x02\0\0\0\1", b"application/ipp"), "ipp operation 0x4002"),
    (message("mqtt", Piece(Part.MQTT, "topic", b"nail/1/job"), Piece(Part.PAYLOAD, "payload", b"{}")), "mqtt nail/1/job"),
    (raw(b"\x1b%-12345X@PJL SET X=Y"), "PJL"),
    (raw(b"\x1b@\x1b"), "ESC/P"),
    (raw(b"%!PS-Adobe"), "PostScript"),
    (raw(b'{"method":"print.start","owner":"Li Lei"}'), "json print.start"),
    (raw(b"START job=Li Lei\r\n"), "text START"),
    (raw(b"\x00\x01\x02"), None),
    (raw(b"13900000199"), None),
    (raw(b""), None),
    (message("mqtt", Piece(Part.MQTT, "client_id", b"x")), None),
    (message("tcp", Piece(Part.PAYLOAD, "", b"START"), direction=Direction.DOWN), None),
]


@pytest.mark.parametrize(("given_message", "wanted"), CASES)
def test_a_request_is_named_by_what_it_asks_for(given_message: Message, wanted: str | None) -> None:
    assert command_of(given_message) == wanted


@given(st.sampled_from(["http", "mqtt", "tcp", "udp", "websocket"]), st.binary(max_size=300), st.binary(max_size=60))
def test_any_content_gives_a_short_printable_line_or_none(protocol: str, body: bytes, path: bytes) -> None:
    pieces = (Piece(Part.URL_PATH, "path", path), Piece(Part.MQTT, "topic", path), Piece(Part.PAYLOAD, "", body))
    found = command_of(message(protocol, *pieces))
    assert found is None or (found.isprintable() and 0 < len(found) <= MAX_COMMAND)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x02, "Print-Job"),
        (0x04, "Validate-Job"),
        (0x05, "Create-Job"),
        (0x06, "Send-Document"),
        (0x08, "Cancel-Job"),
        (0x09, "Get-Job-Attributes"),
        (0x0A, "Get-Jobs"),
        (0x0B, "Get-Printer-Attributes"),
        (0x3C, "Identify-Printer"),
        (0x07, "operation 0x0007"),
    ],
)
def test_operations_of_ipp_have_their_names(code: int, name: str) -> None:
    """RFC 8011 section 5.4.15, and PWG 5100.13 for the printer that blinks."""
    body = b"\2\0" + code.to_bytes(2) + bytes(4)
    assert command_of(http(b"/ipp/print", body, b"application/ipp")) == f"ipp {name}"
