"""A stream of no known protocol that may turn to TLS: its bytes go to the story as payload, until a ClientHello begins, or a
request of HTTP; or any message of HTTP where the capture began in the middle of the connection.

PostgreSQL, MySQL, LDAP, XMPP, Sieve, IRC and RDP each agree on TLS in words of their own. What all have in common is a hello
at the beginning of what one side says next, in however small records and segments. Text protocols in which a client says whom it
wants (RTSP, SIP, XMPP ...) name their server.
"""

import re
from collections.abc import Callable

from auditor.capture import tls
from auditor.capture.asked_in_text import Asking
from auditor.capture.http1_lines import begins_message
from auditor.capture.placed import Placed, joined
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_raw import SAMPLE, RawTalk
from auditor.capture.talk_tls import TlsTalk
from auditor.model.vocabulary import HostSource

MIDWAY = 4 * 1024 * 1024
"""Bytes of a connection that was met in its middle, up to which a request may still come."""
_HELLO = ((1, 1), (0, 0), (0, 255), (0, 255), (3, 3), (0, 4))
"""Least and greatest of the bytes by which a ClientHello of less than 64 KiB is known (RFC 8446 sections 4 and 4.1.2)."""
_HEADER = 5
ENOUGH = len(_HELLO) * (_HEADER + 1)
"""Bytes that tell, also where each record holds one of them."""
_NOTHING = Placed(b"")
_REQUEST = re.compile(rb"[A-Z_-]{3,20} [!-~]{1,8000} HTTP/1\.[01]\r?\n")
"""RFC 9112 section 3: the first line of a request, behind whatever else was said before."""


def begins_hello(head: bytes) -> bool | None:
    """Whether a ClientHello begins here, in records of any size (RFC 8446 section 5.1); None for too few bytes."""
    message = b""
    while len(message) < len(_HELLO):
        if head and not (head[0] == tls.HANDSHAKE and tls.is_record(head[:_HEADER])):
            return False
        if len(head) <= _HEADER:
            return None
        end = _HEADER + int.from_bytes(head[3:_HEADER], "big")
        message += head[_HEADER:end]
        if not all(least <= byte <= greatest for byte, (least, greatest) in zip(message, _HELLO, strict=False)):
            return False
        head = head[end:]
    return True


class UpgradedTalk:
    """Both directions of a connection of no known protocol."""

    def __init__(self, story: Story, http: Callable[[], Talk] | None = None) -> None:
        """`http` makes the reader of HTTP, which may begin late: for long where nobody saw the connection begin."""
        self._story = story
        self._http = http
        self._midway = http is not None and story.client < 0
        self._talk: Talk = RawTalk(story, MIDWAY if self._midway else SAMPLE)
        self._known = False
        self._asking = (Asking(), Asking())
        self._begun = [_NOTHING, _NOTHING]
        """What may be the beginning of a ClientHello, of each side."""

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return self._talk.held + sum(len(begun.data) for begun in self._begun)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._http and not self._known and (_REQUEST.match(run.data) or (self._midway and begins_message(run.data))):
            self._become(self._http(), at)
        if self._known:
            self._talk.take(side, run, at)
            return
        begun = self._begun[side]
        run = joined((begun, run)) if begun.data else run
        begins = begins_hello(run.data[:ENOUGH])
        self._begun[side] = run if begins is None else _NOTHING
        if begins is None:
            return
        if begins:
            self._become(TlsTalk(self._story), at)
        else:
            for protocol, host in self._asking[side].take(run.data):
                self._story.application = protocol
                tell_wanted(self._story, side, host)
        self._talk.take(side, run, at)

    def gap(self, side: int, size: int, at: int) -> None:
        """Takes a hole."""
        self._let_go(side, at)
        self._talk.gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what is still held."""
        for side in (0, 1):
            self._let_go(side, at)
        self._talk.end(at)

    def _become(self, talk: Talk, at: int) -> None:
        self.end(at)
        self._talk, self._known = talk, True

    def _let_go(self, side: int, at: int) -> None:
        """What only looked like the beginning of a ClientHello is payload."""
        begun, self._begun[side] = self._begun[side], _NOTHING
        if begun.data:
            self._talk.take(side, begun, at)


def tell_wanted(story: Story, side: int, host: bytes) -> None:
    """Notes whom a request is for: the server's name where the client asks, else (a call to the client) a name among others."""
    story.opened_by(side)
    story.name(host, HostSource.HTTP_HOST if story.is_up(side) else None)
