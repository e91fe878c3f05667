"""The frame of an HTTP flow exactly as mitmproxy 12 writes it in, its state out; None for any other frame.

mitmproxy writes the keys of a flow always in the same order, so that a few patterns read what lies between the texts, and only
lengths lead over the texts themselves. Each length that a pattern could read past is compared with what was read: a frame that
is read here is read alike by `mitm_frame`, which reads every frame key by key and takes several times as long.
"""

import re
from collections.abc import Sequence

from auditor.capture.mitm_repeated import MAX_REPEATED, connection, header, metadata
from auditor.capture.mitm_state import Header, HttpState, Request, Response

_OTHERWISE = "written in another way"
MAX_HEADERS = 1 << 13
"""Bytes of headers that are taken one by one from what is remembered."""

_SIZE = rb"(\d{1,10}):"
_TIME = rb"(\d\d?):(\d{1,10}\.\d{1,9})\^"
_BODY = rb"8:trailers;0:~7:content;(?:0:~|" + _SIZE + rb")"
_VERSION = rb"12:http_version;(?:8:(HTTP/\d\.\d)|6:(HTTP/\d)),\}"
_TIMES = rb"13:timestamp_end;" + _TIME + rb"15:timestamp_start;" + _TIME

_BEGINS = rb"9:websocket;0:~8:response;" + _SIZE
_SIDE = re.compile(_BEGINS).match
_RESPONSE = re.compile(_BEGINS + rb"6:reason;(\d\d?):([^,]{0,99}),11:status_code;3:(\d{3})#" + _TIMES + _BODY).match
_REQUEST = re.compile(rb"7:request;" + _SIZE + rb"4:path;" + _SIZE).match
_TARGET = re.compile(
    rb",9:authority;(\d{1,3}):([^,]{0,999}),6:scheme;([45]):(https?),6:method;(\d\d?):([^,]{0,99}),4:port;(\d):(\d{1,9})#"
    rb"4:host;(\d{1,3}):([!-:<-~]{0,999});" + _TIMES + _BODY
).match
_HEADERS = re.compile(rb"7:headers;" + _SIZE).match
_END_OF_SIDE = re.compile(rb"\]" + _VERSION).match
_CREATED = re.compile(rb"6:backup;0:~17:timestamp_created;" + _TIME + rb"7:comment;" + _SIZE).match
_METADATA = re.compile(rb";8:metadata;" + _SIZE).match
_SERVER = re.compile(
    rb"\}6:marked;(\d\d?):([^;]{0,99});9:is_replay;0:~11:intercepted;(?:5:false|4:true)!11:server_conn;" + _SIZE
).match
_CLIENT = re.compile(rb"\}11:client_conn;" + _SIZE).match
_END = re.compile(rb"\}5:error;0:~2:id;36:([0-9a-f-]{36});4:type;4:http;7:version;2:21#").fullmatch


def read_written(frame: bytes) -> HttpState | None:
    """The flow, where it is an HTTP exchange with a response and nothing out of the ordinary.

    Raises:
        ValidationError: a connection is none.
    """
    try:
        response, at = _response(frame)
        request, at = _request(frame, at)
        return _flow(frame, at, request, response)
    except ValueError:
        return None


def read_target(frame: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Host, method and path of the request, where the frame begins as in `read_written`; the rest of it may be anything."""
    try:
        response = _found(_SIDE(frame))
        begun = _found(_REQUEST(frame, response.end() + int(response[1]) + 1))
        path_end = begun.end() + int(begun[2])
        said = _found(_TARGET(frame, path_end)).groups()
        _agree(said[0:2], said[2:4], said[4:6], said[6:8], said[8:10])
    except ValueError:
        return None
    return said[9], said[5], frame[begun.end() : path_end]


def _response(frame: bytes) -> tuple[Response, int]:
    found = _found(_RESPONSE(frame))
    size, reason_size, reason, status, *times, body_size = found.groups()
    _agree((reason_size, reason), times[:2], times[2:])
    content, at = _content(frame, found.end(), body_size)
    headers, version, at = _headers(frame, at)
    if at != found.end(1) + 1 + int(size):
        raise ValueError(_OTHERWISE)
    response = Response(
        status_code=int(status),
        reason=reason,
        http_version=version,
        headers=headers,
        content=content,
        timestamp_end=float(times[1]),
        timestamp_start=float(times[3]),
    )
    return response, at + 1


def _request(frame: bytes, start: int) -> tuple[Request, int]:
    begun = _found(_REQUEST(frame, start))
    path_end = begun.end() + int(begun[2])
    found = _found(_TARGET(frame, path_end))
    said = found.groups()
    _agree(said[0:2], said[2:4], said[4:6], said[6:8], said[8:10], said[10:12], said[12:14])
    content, at = _content(frame, found.end(), said[14])
    headers, version, at = _headers(frame, at)
    if at != begun.end(1) + 1 + int(begun[1]):
        raise ValueError(_OTHERWISE)
    request = Request(
        host=said[9].decode(),
        port=int(said[7]),
        method=said[5],
        scheme=said[3],
        authority=said[1],
        path=frame[begun.end() : path_end],
        http_version=version,
        headers=headers,
        content=content,
        timestamp_end=float(said[11]),
        timestamp_start=float(said[13]),
    )
    return request, at + 1


def _flow(frame: bytes, start: int, request: Request, response: Response) -> HttpState:
    created = _found(_CREATED(frame, start))
    facts = _found(_METADATA(frame, created.end() + int(created[3])))
    facts_end = facts.end() + int(facts[1])
    server = _found(_SERVER(frame, facts_end))
    server_end = server.end() + int(server[3])
    client = _found(_CLIENT(frame, server_end))
    client_end = client.end() + int(client[1])
    end = _found(_END(frame, client_end))
    _agree(created.groups()[:2], server.groups()[:2])
    if max(facts_end - facts.end(), server_end - server.end(), client_end - client.end()) > MAX_REPEATED:
        raise ValueError(_OTHERWISE)
    return HttpState(
        type="http",
        id=end[1].decode(),
        client_conn=connection(frame[client.end() : client_end]),
        server_conn=connection(frame[server.end() : server_end]),
        timestamp_created=float(created[2]),
        metadata=metadata(frame[facts.end() : facts_end]),
        request=request,
        response=response,
    )


def _content(frame: bytes, start: int, size: bytes | None) -> tuple[bytes | None, int]:
    """The body that begins there, where one was recorded, and what is behind it."""
    if size is None:
        return None, start
    end = start + int(size)
    if frame[end : end + 1] != b",":
        raise ValueError(_OTHERWISE)
    return frame[start:end], end + 1


def _headers(frame: bytes, start: int) -> tuple[tuple[Header, ...], bytes, int]:
    """The headers and the version behind them, with which a message ends, and its end."""
    begun = _found(_HEADERS(frame, start))
    stop = begun.end() + int(begun[1])
    ended = _found(_END_OF_SIDE(frame, stop))
    *raw, rest = frame[begun.end() : stop].split(b",]")
    if rest or stop - begun.end() > MAX_HEADERS:
        raise ValueError(_OTHERWISE)
    return tuple(map(header, raw)), ended[1] or ended[2], ended.end() - 1


def _agree(*texts: Sequence[bytes]) -> None:
    """Each length is that of its text."""
    for size, text in texts:
        if int(size) != len(text):
            raise ValueError(_OTHERWISE)


def _found(match: re.Match[bytes] | None) -> re.Match[bytes]:
    if match is None:
        raise ValueError(_OTHERWISE)
    return match
