"""A view of messages for people who run mitmproxy's own windows: decoded fields, and the planted values among them.

It is chosen by name (`Audit`), never by itself. Values stand there in the clear, as in every view of mitmproxy, but for planted
ones, which are masked where they are named.
"""

from collections.abc import Callable

from mitmproxy.contentviews import Contentview, Metadata
from mitmproxy.http import Request

type Describe = Callable[[bytes, bytes | None, tuple[tuple[bytes, bytes], ...], bool], str]
"""Takes a body as transferred, the request's target (None for anything else), the headers, and whether it goes to the server."""


class AuditView(Contentview):
    """The view."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe

    @property
    def name(self) -> str:
        """As it is chosen."""
        return "Audit"

    def prettify(self, data: bytes, metadata: Metadata) -> str:
        """The fields and sightings of a message."""
        message = metadata.http_message
        if message is not None:
            target = message.data.path if isinstance(message, Request) else None
            return self._describe(message.raw_content or b"", target, message.headers.fields, isinstance(message, Request))
        stream = metadata.websocket_message or metadata.tcp_message or metadata.udp_message
        return self._describe(data, None, (), stream is None or bool(stream.from_client))

    def render_priority(self, data: bytes, metadata: Metadata) -> float:  # noqa: ARG002 - mitmproxy's signature
        """Never before another view."""
        return 0
