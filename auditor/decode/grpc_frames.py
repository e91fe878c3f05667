"""gRPC messages (gRPC over HTTP/2, "Length-Prefixed-Message"): a flag, four bytes of length, the message."""

from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened
from auditor.decode.limits import Budget, OverLimitError

_HEAD = 5
_MOST = 100_000
"""Frames of one value. Zeros are frames without end, each of them empty."""
_FLAGS = frozenset({0, 1, 0x80})
"""Plain, compressed, and the trailers of gRPC-Web."""


class Grpc:
    """Frames that fill the value exactly, or would if it were not cut."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the frames apart."""
        if len(data) <= _HEAD or data[0] not in _FLAGS or not _is_chain(data):
            return None
        return Opened(inners=_frames(data))


def _is_chain(data: bytes) -> bool:
    """Whether frames follow each other up to the end of the value, or more of them than are read."""
    at = number = 0
    while at + _HEAD <= len(data):
        if data[at] not in _FLAGS:
            return False
        number += 1
        if number > _MOST:
            return at > (number - 1) * _HEAD  # zeros alone are nothing
        at += _HEAD + int.from_bytes(data[at + 1 : at + _HEAD])
    return at == len(data)


def _frames(data: bytes) -> Iterator[Inner]:
    at = number = 0
    while at + _HEAD <= len(data):
        if number >= _MOST:
            raise OverLimitError(f"more than {_MOST} frames of grpc")
        start = at + _HEAD
        end = start + int.from_bytes(data[at + 1 : start])
        if end > start:
            yield Inner(data[start:end], f"[{number}]", None, ("grpc",), start)
        at, number = end, number + 1
    if at != len(data):
        raise BrokenError("grpc frame is cut short")
