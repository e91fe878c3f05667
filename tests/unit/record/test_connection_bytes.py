"""What passes between client and proxy is counted, whatever it is."""

import asyncio
from types import SimpleNamespace

from mitmproxy.test import tflow

from auditor.record.connection_bytes import Counted, count_bytes


class Stream:
    """Both ends at once."""

    def __init__(self) -> None:
        self.sent = b""

    async def read(self, size: int) -> bytes:
        return b"x" * min(size, 7)

    def write(self, data: bytes) -> None:
        self.sent += data

    def is_closing(self) -> bool:
        return False


def proxy(reader: object, writer: object) -> tuple[object, object, SimpleNamespace]:
    client = tflow.tclient_conn()
    ends = SimpleNamespace(reader=reader, writer=writer)
    return SimpleNamespace(connections={client.id: SimpleNamespace(transports={client: ends})}), client, ends


def test_bytes_are_counted_in_each_direction_and_pass_unchanged() -> None:
    stream = Stream()
    addon, client, ends = proxy(stream, Stream())
    count = count_bytes(addon, client)  # type: ignore[arg-type]
    assert count is not None
    assert asyncio.run(ends.reader.read(100)) == b"x" * 7
    ends.writer.write(b"abc")
    assert count() == (7, 3)
    assert ends.writer.is_closing() is False


def test_one_object_for_both_ends_stays_one() -> None:
    stream = Stream()
    addon, client, ends = proxy(stream, stream)
    count = count_bytes(addon, client)  # type: ignore[arg-type]
    assert isinstance(ends.reader, Counted)
    assert ends.reader is ends.writer
    ends.writer.write(b"abcd")
    assert count is not None
    assert count() == (0, 4)


def test_without_a_proxy_that_runs_nothing_is_counted() -> None:
    client = tflow.tclient_conn()
    assert count_bytes(None, client) is None
    assert count_bytes(SimpleNamespace(connections={}), client) is None
