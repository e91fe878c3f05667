"""A stream of no known protocol that may turn to TLS: its bytes go to the story as payload, until a ClientHello begins, or a
request of HTTP; or any message of HTTP where the capture began in the middle of the connection.

PostgreSQL, MySQL, LDAP, XMPP, Sieve, IRC and RDP each agree on TLS in words of their own, and load balancers put a line before it
(the PROXY protocol). What all have in common is a ClientHello at the beginning of what one side says next. Text protocols in
which a client says whom it wants (RTSP, SIP, XMPP ...) name their server.
"""

import re
from collections.abc import Callable

from auditor.capture.asked_in_text import Asking
from auditor.capture.http1_lines import begins_message
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_raw import SAMPLE, RawTalk
from auditor.capture.talk_tls import TlsTalk
from auditor.model.vocabulary import HostSource

MIDWAY = 4 * 1024 * 1024
"""Bytes of a connection that was met in its middle, up to which a request may still come."""
_PROXY = rb"PROXY [^\r\n]{1,100}\r\n|\r\n\r\n\0\r\nQUIT\n[ !].{3,235}?"
_HELLO = re.compile(rb"(" + _PROXY + rb")?\x16\x03[\0-\4]..\x01\0..\x03[\0-\4]", re.DOTALL)
"""RFC 8446 sections 4 and 5.1: a record with a ClientHello of less than 64 KiB, behind a header of the PROXY protocol or not."""
_REQUEST = re.compile(rb"[A-Z_-]{3,20} [!-~]{1,8000} HTTP/1\.[01]\r?\n")
"""RFC 9112 section 3: the first line of a request, behind whatever else was said before."""


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

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return self._talk.held

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._http and not self._known and (_REQUEST.match(run.data) or (self._midway and begins_message(run.data))):
            self._talk.end(at)
            self._talk, self._known, self._http = self._http(), True, None
        hello = None if self._known else _HELLO.match(run.data)
        if hello:
            before = hello.end(1) if hello[1] else 0
            if before:
                self._talk.take(side, run.part(0, before), at)
            self._talk.end(at)
            self._talk, self._known = TlsTalk(self._story), True
            run = run.part(before)
        if not self._known:
            for protocol, host in self._asking[side].take(run.data):
                self._story.application = protocol
                tell_wanted(self._story, side, host)
        self._talk.take(side, run, at)

    def gap(self, side: int, size: int, at: int) -> None:
        """Takes a hole."""
        self._talk.gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what is still held."""
        self._talk.end(at)


def tell_wanted(story: Story, side: int, host: bytes) -> None:
    """Notes whom a request is for: the server's name where the client asks, else (a call to the client) a name among others."""
    story.opened_by(side)
    story.name(host, HostSource.HTTP_HOST if story.is_up(side) else None)
