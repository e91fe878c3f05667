"""The text that a HAR holds for a body goes in, the bytes that were sent come out.

JSON holds text only. Recorders without a word for binary bodies (`mitmproxy`'s own export of requests among them) write each byte
as the character of its number, as Latin-1 has it; as UTF-8 such a body would be another one, and nothing in it could be opened.
"""

import re

_WIDER = re.compile("[^\x00-\xff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def is_of_bytes(text: str) -> bool:
    """Whether each character stands for a byte: none is beyond Latin-1, and some are control characters or all are UTF-8."""
    if text.isascii() or _WIDER.search(text):
        return False
    if _CONTROL.search(text):
        return True
    try:
        text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False
    return True


def encoded(text: str) -> bytes:
    """The bytes of a body, and of a text that is none: UTF-8; lone surrogates, which UTF-8 does not have, as escapes."""
    return text.encode("latin-1") if is_of_bytes(text) else text.encode("utf-8", "backslashreplace")
