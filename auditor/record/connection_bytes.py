"""Both ends of a client's connection in, the bytes that passed them out.

A handshake that was refused, a host that is passed through and a client that went silent have no flow whose bytes could be
added up. So the proxy's reader and writer of each client are put behind counters.
"""

from typing import Any

from mitmproxy.connection import Client


class Counted:
    """A reader or writer, or both, with the bytes that went through it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.up = 0
        self.down = 0

    async def read(self, size: int) -> bytes:
        """Bytes from the client."""
        data: bytes = await self._stream.read(size)
        self.up += len(data)
        return data

    def write(self, data: bytes) -> None:
        """Bytes to the client."""
        self.down += len(data)
        self._stream.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class ByteCount:
    """The bytes of one connection."""

    def __init__(self, reader: Counted, writer: Counted) -> None:
        self._reader, self._writer = reader, writer

    def __call__(self) -> tuple[int, int]:
        """Up and down."""
        return self._reader.up, self._writer.down


def count_bytes(proxy: Any, client: Client) -> ByteCount | None:
    """Counts from now on; None where the proxy is none that runs. `proxy` is mitmproxy's addon of that name."""
    handler = proxy.connections.get(client.id) if proxy is not None else None
    ends = handler.transports.get(client) if handler is not None else None
    if ends is None or ends.reader is None or ends.writer is None:
        return None
    reader = Counted(ends.reader)
    writer = reader if ends.writer is ends.reader else Counted(ends.writer)
    ends.reader, ends.writer = reader, writer
    return ByteCount(reader, writer)
