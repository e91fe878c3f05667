"""A flow of mitmproxy in, its bytes in each direction out, counted like the reader of flow files counts them: head and body as
transferred, in HTTP/1.1 form, and the content of each message of a stream."""

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow, Request, Response


def http_sizes(flow: "HTTPFlow") -> tuple[int | None, int | None]:
    """Bytes of the request and of the response; None where a body was streamed through and not kept."""
    request, response = flow.request, flow.response
    line = request.data
    up = _size(len(line.method) + len(line.path) + len(line.http_version) + 2, request)
    if response is None:
        return up, 0
    answer = response.data
    return up, _size(len(answer.http_version) + len(str(answer.status_code)) + len(answer.reason) + 2, response)


def _size(start_line: int, message: "Request | Response") -> int | None:
    content = message.data.content
    if content is None:
        return None
    fields = message.data.headers.fields
    return start_line + 4 + 4 * len(fields) + sum(map(len, chain.from_iterable(fields))) + len(content)
