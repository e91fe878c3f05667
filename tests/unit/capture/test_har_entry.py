"""The parts of an entry: optional wherever recorders leave something out, and blind to what they add."""

from typing import Any

import msgspec
import pytest

from auditor.capture.har_entry import Content, Entry, PostData, Request


def test_an_entry_needs_nothing_but_a_url() -> None:
    made = msgspec.convert({"request": {"url": "https://a.example/"}}, Entry)
    assert made.request.method == "GET"
    assert (made.started, made.server_address, made.websocket, made.response.status) == (None, None, None, 0)
    assert made.response.content == Content(size=-1)


@pytest.mark.parametrize("request_part", [{}, {"url": None}, {"url": 5}])
def test_an_entry_without_url_is_none(request_part: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"request": request_part}, Entry)


def test_unknown_keys_are_ignored_and_camel_case_is_read() -> None:
    made = msgspec.convert({"url": "x", "_mine": 1, "httpVersion": "h2", "postData": {"mimeType": "a/b", "text": "t"}}, Request)
    assert (made.http_version, made.post_data) == ("h2", PostData(text="t"))


def test_an_uploaded_file_keeps_its_name_apart_from_its_content() -> None:
    (param,) = msgspec.convert({"params": [{"name": "photo", "fileName": "nail.jpg"}]}, PostData).params or ()
    assert (param.name, param.file_name, param.value) == ("photo", "nail.jpg", "")


def test_chromium_s_messages_and_security_details_are_known_by_their_own_names() -> None:
    made = msgspec.convert(
        {
            "request": {"url": "wss://a.example/"},
            "_webSocketMessages": [{"type": "receive", "time": 1, "opcode": 2, "data": "AA=="}],
            "_securityDetails": {"protocol": "TLS 1.3"},
            "serverIPAddress": "203.0.113.5",
        },
        Entry,
    )
    assert made.websocket is not None
    assert (made.websocket[0].type, made.websocket[0].opcode) == ("receive", 2)
    assert made.security is not None
    assert (made.security.protocol, made.server_address) == ("TLS 1.3", "203.0.113.5")
