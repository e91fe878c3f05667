"""Whether a run of an encoding stands alone: a value and a part of it in, the answer out.

A run within a text may be a word that only looks encoded, so that it must hold something readable. What is all that there is of a
value, or of a line in a short one, as devices that speak in lines send it, may hold any bytes.
"""

_LEAST_LINE = 24
_FEW_LINES = 4096
"""Bytes of a value whose lines are looked at one by one."""


def is_alone(data: bytes, start: int, end: int) -> bool:
    """Whether `data[start:end]` is the whole value but for a line's end, or a long line of its own."""
    if end < len(data) and data[end : end + 1] not in (b"\r", b"\n"):
        return False
    if start == 0 and end >= len(data.rstrip(b"\r\n")):
        return True
    return (start == 0 or data[start - 1 : start] == b"\n") and end - start >= _LEAST_LINE and len(data) <= _FEW_LINES
