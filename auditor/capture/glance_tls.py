"""TLS hellos at a glance: a payload that holds a whole hello goes in, names and versions stand in the cells afterwards.

RFC 8446 section 4. Compiled or uncompiled (see `columns`). Whatever is not plain (several records, odd names, broken vectors) is
answered with FAILED and gets the closer look of `talk_tls`.
"""

from auditor.capture.columns import Bytes, Cells
from auditor.capture.frames import u16

DONE, INCOMPLETE, FAILED = 0, 1, 2
# what a hello says: a small vector
H_NAME = 0
H_NAME_SIZE = 1
H_ALPN = 2
H_ALPN_SIZE = 3
H_ECH = 4
H_VERSION = 5
HELLO_CELLS = 6
_CLIENT, _SERVER = 1, 2
_SERVER_NAME, _ALPN, _SUPPORTED_VERSIONS, _ECH = 0, 16, 43, 0xFE0D
MAX_EXTENSIONS = 64


def record_size(block: Bytes, at: int, length: int) -> int:
    """Bytes of the handshake record that begins there, with its head; 0 where none does."""
    if length < 9 or block[at] != 22 or block[at + 1] != 3 or block[at + 2] > 4:
        return 0
    return 5 + u16(block, at + 3)


def read_hello(block: Bytes, at: int, length: int, server: bool, hello: Cells) -> int:
    """Reads the hello in the record at `at`; DONE, INCOMPLETE (the record goes on behind `length`) or FAILED."""
    for cell in range(HELLO_CELLS):
        hello[cell] = 0
    size = record_size(block, at, length)
    if size == 0 or block[at + 5] != (_SERVER if server else _CLIENT):
        return FAILED
    body = u16(block, at + 7) + block[at + 6] * 65536
    if not server and body + 9 > size:
        return FAILED
    if length < min(size, body + 9):
        return INCOMPLETE
    end = at + 9 + body
    if end > at + size:
        return FAILED
    return _body(block, at + 9, end, server, hello)


def read_cut_hello(block: Bytes, at: int, length: int, hello: Cells) -> int:
    """Reads what `length` bytes hold of a ClientHello in a record that goes on behind them; DONE, FAILED, or INCOMPLETE where
    not even its extensions begin. A vector that goes on behind the end ends there."""
    for cell in range(HELLO_CELLS):
        hello[cell] = 0
    end = at + length
    at += 9 + 34
    if at >= end:
        return INCOMPLETE
    at += 1 + block[at]
    if at + 2 > end:
        return INCOMPLETE
    at += 2 + u16(block, at)
    if at >= end:
        return INCOMPLETE
    at += 1 + block[at]
    if at >= end:
        return DONE
    if at + 2 > end:
        return INCOMPLETE
    end = min(end, at + 2 + u16(block, at))
    return _extensions(block, at + 2, _last_whole(block, at + 2, end), False, hello)


def _last_whole(block: Bytes, at: int, end: int) -> int:
    """Where the last extension ends that is all there."""
    for _ in range(MAX_EXTENSIONS):
        if at + 4 > end or at + 4 + u16(block, at + 2) > end:
            break
        at += 4 + u16(block, at + 2)
    return at


def read_client_body(block: Bytes, at: int, end: int, hello: Cells) -> int:
    """Reads a ClientHello whose body is known to be all there; DONE or FAILED."""
    for cell in range(HELLO_CELLS):
        hello[cell] = 0
    return _body(block, at, end, False, hello)


def _body(block: Bytes, at: int, end: int, server: bool, hello: Cells) -> int:
    """RFC 8446 sections 4.1.2 and 4.1.3: goes over the fixed part to the extensions."""
    if at + 35 > end:
        return FAILED
    hello[H_VERSION] = u16(block, at)
    at += 34
    at += 1 + block[at]
    if server:
        at += 3
    else:
        if at + 2 > end:
            return FAILED
        at += 2 + u16(block, at)
        if at >= end:
            return FAILED
        at += 1 + block[at]
    if at == end:
        return DONE
    if at + 2 > end or at + 2 + u16(block, at) > end:
        return FAILED
    return _extensions(block, at + 2, at + 2 + u16(block, at), server, hello)


def _extensions(block: Bytes, at: int, end: int, server: bool, hello: Cells) -> int:
    for _ in range(MAX_EXTENSIONS):
        if at == end:
            return DONE
        if at + 4 > end:
            return FAILED
        kind, size = u16(block, at), u16(block, at + 2)
        at += 4
        if at + size > end:
            return FAILED
        if kind == _SERVER_NAME and not server and not _server_name(block, at, size, hello):
            return FAILED
        if kind == _ALPN and not _protocol(block, at, size, hello):
            return FAILED
        if kind == _SUPPORTED_VERSIONS and server and size == 2:
            hello[H_VERSION] = u16(block, at)
        if kind == _ECH:
            hello[H_ECH] = 1
        at += size
    return FAILED


def _server_name(block: Bytes, at: int, size: int, hello: Cells) -> bool:
    """RFC 6066 section 3: one host name; a second extension or an empty list is not plain."""
    if hello[H_NAME_SIZE] or size < 6 or block[at + 2] != 0:
        return False
    length = u16(block, at + 3)
    hello[H_NAME] = at + 5
    hello[H_NAME_SIZE] = length
    return length > 0 and length + 5 == size and u16(block, at) + 2 == size


def _protocol(block: Bytes, at: int, size: int, hello: Cells) -> bool:
    """RFC 7301 section 3.1: the first protocol, GREASE (RFC 8701) left out."""
    if hello[H_ALPN_SIZE] or size < 4 or u16(block, at) + 2 != size:
        return False
    end = at + size
    at += 2
    while at < end:
        length = block[at]
        if length == 0 or at + 1 + length > end:
            return False
        grease = length == 2 and block[at + 1] == block[at + 2] and block[at + 1] & 15 == 10
        if not grease:
            hello[H_ALPN] = at + 1
            hello[H_ALPN_SIZE] = length
            return _is_ascii(block, at + 1, length)
        at += 1 + length
    return True


def _is_ascii(block: Bytes, at: int, size: int) -> bool:
    for index in range(size):  # noqa: SIM110 - generators are not compiled
        if not 32 <= block[at + index] < 127:
            return False
    return True
