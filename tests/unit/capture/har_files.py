"""HAR files for the tests, made up in the shapes of three recorders: entries go in, bytes of a file come out."""

import json
from pathlib import Path
from typing import Any

from auditor.capture import formats
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from tests.unit.capture.reading_of import Result

STARTED = "2026-11-22T10:15:00.250Z"
STARTED_NS = 1_795_342_500_250_000_000


def har(entries: list[Any], **log: Any) -> dict[str, Any]:
    """A HAR document with these entries."""
    return {"log": {"version": "1.2", "creator": {"name": "tests", "version": "1"}, **log, "entries": entries}}


def har_file(*entries: Any, **log: Any) -> bytes:
    """The bytes of a HAR file with these entries."""
    return json.dumps(har(list(entries), **log)).encode()


def entry(url: str = "https://shop.example/cart?user=7", **changes: Any) -> dict[str, Any]:
    """An entry with only what HAR 1.2 asks for; keys like `response__content__text` are changed."""
    made: dict[str, Any] = {
        "startedDateTime": STARTED,
        "time": 40.5,
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Host", "value": "shop.example"}],
            "queryString": [],
            "headersSize": 100,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Content-Type", "value": "text/html"}],
            "content": {"size": 5, "mimeType": "text/html", "text": "hello"},
            "redirectURL": "",
            "headersSize": 200,
            "bodySize": 5,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 40, "receive": 0.5},
        "serverIPAddress": "203.0.113.5",
    }
    for key, value in changes.items():
        *path, last = key.split("__")
        place = made
        for name in path:
            place = place[name]
        place[last] = value
    return made


def posted(data: dict[str, Any], size: int = -1) -> dict[str, Any]:
    """A POST with this postData."""
    return entry(request__method="POST", request__postData=data, request__bodySize=size)


def chrome() -> dict[str, Any]:
    """As Chromium's developer tools export: `_` extensions, a WebSocket, HTTP/2 sizes of -1, brackets around IPv6."""
    made = entry(
        "https://api.example/v2/events?x=1",
        request__method="POST",
        request__httpVersion="h2",
        request__headers=[{"name": ":authority", "value": "api.example"}, {"name": "cookie", "value": "sid=1"}],
        request__headersSize=-1,
        request__bodySize=11,
        request__postData={"mimeType": "application/json", "text": '{"imei":"1"}'},
        response__httpVersion="h2",
        response__headersSize=-1,
        response__bodySize=-1,
        serverIPAddress="[2001:db8::5]",
    )
    return made | {"_priority": "High", "_resourceType": "fetch", "_initiator": {"type": "script"}, "connection": "443"}


def chrome_socket() -> dict[str, Any]:
    """A WebSocket as Chromium's developer tools export it."""
    made = entry("wss://push.example/ws?token=1", response__status=101, response__content={"size": 0, "mimeType": "x-unknown"})
    made["_webSocketMessages"] = [
        {"type": "send", "time": 1_795_342_501.25, "opcode": 1, "data": '{"mac":"1"}'},
        {"type": "receive", "time": 1_795_342_502.5, "opcode": 2, "data": "AAEC"},
        {"type": "send", "time": 1_795_342_503, "opcode": -1, "data": "Error"},
    ]
    return made


def firefox() -> dict[str, Any]:
    """As Firefox exports: offsets in times, params beside the text, base64 bodies, an address without brackets."""
    return entry(
        "https://shop.example/login",
        startedDateTime="2026-11-22T18:15:00.250+08:00",
        request__method="POST",
        request__httpVersion="HTTP/2",
        request__postData={
            "mimeType": "application/x-www-form-urlencoded",
            "params": [{"name": "mail", "value": "a@b.example"}],
            "text": "mail=a%40b.example",
        },
        request__bodySize=18,
        response__httpVersion="HTTP/2",
        response__content={"mimeType": "image/png", "size": 4, "encoding": "base64", "text": "iVBORw=="},
        response__headersSize=500,
        response__bodySize=504,
        serverIPAddress="2001:db8::5",
        connection="443",
    )


def playwright() -> dict[str, Any]:
    """As Playwright records: details of TLS, no address for an answer that came from elsewhere."""
    made = entry(
        "https://cdn.example/x.js",
        request__httpVersion="HTTP/3.0",
        response__httpVersion="HTTP/3.0",
        response__content={"size": 3, "mimeType": "text/javascript", "compression": 0, "text": "x()"},
        _securityDetails={"protocol": "QUIC", "subjectName": "cdn.example"},
        _serverPort=443,
    )
    made.pop("serverIPAddress")
    return made


def read(data: bytes, folder: Path, name: str = "x.har") -> Result:
    """What the reader that recognises these bytes makes of them."""
    path = folder / name
    path.write_bytes(data)
    messages: list[Message] = []
    reading = formats.recognise(str(path)).read(str(path), ReadOptions(inspect=messages.append))
    assert reading.format == "har"
    return Result(reading, messages)


def read_one(made: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The row of the only entry of a file."""
    (row,) = read(har_file(made), folder).flows
    return row
