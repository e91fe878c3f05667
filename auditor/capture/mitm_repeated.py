"""Parts of a flow's frame that are the same in many frames in, what they say out; each is read once for as long as it repeats.

The two connections are about half of a frame and the same for every flow on them; most headers are the same for every flow of
an app. Hostile or not, the same bytes say the same. What is remembered is bounded in number and size.
"""

from functools import lru_cache
from typing import Any

import msgspec

from auditor.capture import tnetstring
from auditor.capture.mitm_state import Connection, Header

MAX_REPEATED = 1 << 16
"""Bytes of a part that is worth remembering."""
_CONNECTION = {name.encode(): name for name in Connection.__struct_encode_fields__}


@lru_cache(1024)
def connection(data: bytes) -> Connection:
    """One side of a flow, from the data of its dictionary.

    Raises:
        ValueError: it is none.
    """
    found = tnetstring.spans(data, 0, len(data), _CONNECTION.keys())
    raw = {_CONNECTION[key]: tnetstring.value(data, span) for key, span in found.items()}
    return msgspec.convert(raw, Connection, strict=False, builtin_types=(bytes,))


@lru_cache(1024)
def metadata(data: bytes) -> dict[str, Any]:
    """What addons noted about a flow, from the data of its dictionary. Not to be changed.

    Raises:
        ValueError: it is none.
    """
    return tnetstring.parse_dictionary(data)


@lru_cache(4096)
def header(data: bytes) -> Header:
    """One header, from its pair without the last two bytes (`,]`).

    Raises:
        ValueError: it is none, or not written as mitmproxy does.
    """
    _, _, inner = data.partition(b":")
    size, _, rest = inner.partition(b":")
    name = rest[: int(size)]
    value = rest[len(name) + 1 :].partition(b":")[2]
    written = b"%d:%b,%d:%b" % (len(name), name, len(value), value)
    if data != b"%d:%b" % (len(written) + 1, written):
        raise ValueError("no header")
    return name, value
