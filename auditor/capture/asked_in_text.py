"""Protocols in whose words, somewhere in a stream, a client says whom it wants: payload goes in, protocol and host come out.

RTSP (RFC 7826 section 20.2) and SIP (RFC 3261 section 7.1) begin a request like HTTP, with an absolute URI; so does
ICAP (RFC 3507). XMPP (RFC 6120 section 4.7.2), AMQP 1.0 and git's own transport name the host once, Oracle's in its connect data,
SMB ([MS-SMB2] section 2.2.9, [MS-CIFS] section 2.2.4.55) in the share that it opens: `\\\\SERVER\\SHARE`, and before it, over
NetBIOS, in the name that it calls (RFC 1002 section 4.3.2).
"""

import re
from collections.abc import Iterator

from auditor.capture import amqp
from auditor.capture.talk_local import netbios_name

ENOUGH = 65_536
"""Bytes of a stream after which one that has wanted nobody is not looked through any more."""
TAIL = 512
"""Bytes of what came before that are looked at once more: a line may come in pieces."""
_HOST = rb"(?:[^@\s\0/;?]{1,200}@)?([^@\s\0/;?:>]{1,255})"
_UNC = rb"\\\0\\\0((?:[^\\\0/]\0){1,255})\\\0"
"""The server of a share's path, in UTF-16."""
_ASKED: tuple[tuple[str, bytes, re.Pattern[bytes]], ...] = (
    ("rtsp", b" rtsp", re.compile(rb"(?:^|\n)[A-Z_]{3,15} rtsp[us]?://" + _HOST + rb"[^\r\n]{0,2000} RTSP/[12]\.0\r\n")),
    ("sip", b" sip", re.compile(rb"(?:^|\n)[A-Z]{3,15} sips?:" + _HOST + rb"[^\r\n]{0,2000} SIP/2\.0\r\n")),
    ("icap", b" icap", re.compile(rb"(?:^|\n)[A-Z]{3,15} icaps?://" + _HOST + rb"[^\r\n]{0,2000} ICAP/1\.0\r\n")),
    ("xmpp", b"<stream:stream", re.compile(rb"<stream:stream\b[^>]{0,500}?\bto=['\"]([^'\"\s]{1,255})['\"]")),
    ("git", b"git-", re.compile(rb"^[0-9a-f]{4}git-[a-z-]{4,20} [^\0]{1,500}\0host=([^\0]{1,255})\0")),
    (
        "smb",  # a header of 64 bytes, then size, flags, offset and length of the path; a response has another size
        b"\xfesmb@\0",
        re.compile(rb"\xfeSMB\x40\0.{6}\x03\0.{50}\x09\0.{6}" + _UNC, re.DOTALL),
    ),
    ("smb", b"\xffsmbu", re.compile(rb"\xffSMBu.{27}\x04.{8,300}?(?:" + _UNC + rb"|\\\\([^\\\0/]{1,255})\\)", re.DOTALL)),
    ("tns", b"(address=", re.compile(rb"\(ADDRESS=\(PROTOCOL=TCP\)\(HOST=([^()\s]{1,255})\)", re.IGNORECASE)),
)  # fmt: skip
"""Protocol, a word that each request holds (in lower case), and the request. An expression tries every place, a word does not."""
_CALL = re.compile(rb"\x81\0\0[\x44-\xff]\x20([A-P]{32})\0", re.DOTALL)
"""A session request, which begins the stream."""
_ANY_SERVER = "*smbserver"
_URI_SCHEME = re.compile(rb"[A-Z_]{3,15} (?:rtsp[us]?://|sips?:|icaps?://)")
_ANSWER = re.compile(rb"(?:RTSP/[12]\.0|SIP/2\.0|ICAP/1\.0) [1-6]\d\d ")


def asked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Protocol and host of every request in the bytes, protocol by protocol, in order."""
    lowered = data.lower()
    for protocol, word, pattern in _ASKED:
        if word in lowered:
            for found in pattern.finditer(data):
                yield protocol, next(filter(None, found.groups())).replace(b"\0", b"")


def called_host(head: bytes) -> bytes | None:
    """Whom a session request of NetBIOS calls; None where the stream begins with none, or it calls whoever answers."""
    call = _CALL.match(head)
    name = netbios_name(call[1].decode()) if call else None
    return None if name is None or name == _ANY_SERVER else name.encode()


def begins_request(head: bytes) -> bool | None:
    """Whether a stream begins with a request or an answer of RTSP, SIP or ICAP, which share HTTP's methods.

    Never None: what is too short to tell is left to the other protocols.
    """
    return bool(_URI_SCHEME.match(head) or _ANSWER.match(head))


def is_sip(data: bytes) -> bool:
    """Whether a datagram is a SIP message."""
    return data.startswith(b"SIP/2.0 ") or any(protocol == "sip" for protocol, _ in asked(data[:2_500]))


class Asking:
    """One side of a stream: its bytes go in as they come, whom it wants comes out."""

    __slots__ = ("_head", "_seen", "_tail", "_wanted")

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._seen = 0
        self._wanted = False

    def take(self, data: bytes) -> list[tuple[str, bytes]]:
        """Protocol and host of the requests in the next bytes; some of the last ones may come again."""
        if self._seen > ENOUGH and not self._wanted:
            return []
        found = [*asked(self._tail + data), *self._opened(data)]
        self._wanted |= bool(found)
        self._seen += len(data)
        self._tail = (self._tail + data)[-TAIL:]
        return found

    def _opened(self, data: bytes) -> list[tuple[str, bytes]]:
        if self._seen > amqp.MAX_FRAME:
            return []
        self._head = (self._head + data)[: amqp.MAX_FRAME]
        host = amqp.opened_host(self._head)
        called = called_host(self._head)
        return [(name, found) for name, found in (("amqp", host), ("smb", called)) if found is not None]
