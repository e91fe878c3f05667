"""UTF-16 and UTF-32 text (RFC 2781), told by its byte order mark or by the zero bytes that Latin letters have in it."""

import re

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_MARKS = ((b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SHORTEST = 8
_LEAST_WIDE = 4
_LEAST_MIXED = 8
_FOREIGN = re.compile("[^\0-\u024f\u2000-\u206f\u3000-\u9fff\uff00-\uffef]")
"""Neither Latin nor Chinese or Japanese: a message in another format whose values are wide reads so, one byte off."""
_SHARE = 0.7
"""Of the high bytes, how many must be zero where there is no mark."""


class Utf16:
    """Text in wide characters."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Writes the text as UTF-8."""
        charset, start = _charset(data)
        if not charset:
            return None
        text = data[start:].decode(charset, errors="replace").encode(errors="replace")
        if not signs.is_text(text) and start == 0:
            return None
        whole = start > 0 or not _FOREIGN.search(text.decode())
        return Opened(inners=(Inner(text, words=("utf16",)),), whole=whole) if text else None


def is_wide(value: bytes) -> bool:
    """Whether it is text in two bytes a character: Latin letters, of which every other byte is zero, or others among them."""
    half = len(value) // 2
    if b"\0" not in value or half < _LEAST_WIDE:
        return False
    return half in (value[::2].count(0), value[1::2].count(0)) or (half >= _LEAST_MIXED and _is_mixed(value))


def _is_mixed(value: bytes) -> bool:
    """Whether it is wide text of several scripts, of which most is Latin."""
    charset, start = _charset(value)
    text = value[start:].decode(charset, errors="replace") if charset else "\ufffd"
    return "\ufffd" not in text and not _FOREIGN.search(text) and signs.is_text(text.encode())


def _charset(data: bytes) -> tuple[str, int]:
    """The charset and the length of its mark."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return charset, len(mark)
    sample = data[:4096]
    if len(data) < _SHORTEST or len(data) % 2 or b"\0" not in sample:
        return "", 0
    for charset, zeros, first in (("utf-32-le", (2, 3), 0), ("utf-32-be", (0, 1), 3)):
        wide = not len(data) % 4 and not any(sample[at::4].strip(b"\0") for at in zeros)
        if wide and sample[first::4].count(0) < 0.1 * len(sample[::4]):
            return charset, 0
    for charset, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if high.count(0) >= _SHARE * len(high) and low.count(0) < 0.1 * len(low):
            return charset, 0
    return "", 0
