"""SMTP, IMAP, POP3 and FTP: lines in the clear go to the story as payload, until STARTTLS turns the connection to TLS."""

import re

from auditor.capture import tls
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_raw import RawTalk
from auditor.capture.talk_tls import TlsTalk
from auditor.capture.talk_upgraded import tell_wanted
from auditor.model.vocabulary import Visibility

_GREETINGS = (
    (b"220 ", "smtp"), (b"220-", "smtp"), (b"* OK", "imap"), (b"* PREAUTH", "imap"), (b"+OK", "pop3"), (b"EHLO ", "smtp"),
    (b"HELO ", "smtp"),
)  # fmt: skip
_BEGINNINGS = tuple(greeting for greeting, _ in _GREETINGS)
_LONGEST = max(map(len, _BEGINNINGS))
_UPGRADE = re.compile(rb"(?:^|\n)(?:\S+ )?(?:STARTTLS|STLS|AUTH (?:TLS|TLS-C|TLS-P|SSL))[ \t]*\r?\n$", re.IGNORECASE)
_HOST = re.compile(rb"(?:^|\n)HOST ([^\s\0]{1,255})[ \t]*\r?\n$", re.IGNORECASE)
"""RFC 7151: which of its names the client of an FTP server means."""
FTP_PORT = 21
HEAD, TAIL = 16, 300
"""Bytes of a side's beginning and end that are looked at."""


def begins_mail(head: bytes) -> bool | None:
    """Whether a greeting of a mail or file server (or of an SMTP client) begins with these bytes."""
    if head.startswith(_BEGINNINGS):
        return True
    return None if len(head) < _LONGEST and any(greeting.startswith(head) for greeting in _BEGINNINGS) else False


class MailTalk:
    """Both directions of a line-based connection that may turn to TLS (RFC 3207, RFC 2595, RFC 4217)."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._lines: Talk = RawTalk(story)
        self._inner: Talk | None = None
        self._heads = [b"", b""]
        self._tails = [b"", b""]
        self._asked = -1

    @property
    def held(self) -> int:
        """Bytes that are kept until more arrives."""
        return (self._inner or self._lines).held

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._inner is None and side == self._asked and tls.is_record(run.data[:5]) and run.data[0] == tls.HANDSHAKE:
            self._lines.end(at)
            self._inner = TlsTalk(self._story)
        if self._inner is not None:
            self._inner.take(side, run, at)
            return
        if self._story.application is None:
            self._heads[side] = (self._heads[side] + run.data)[:HEAD]
            self._recognise(side, self._heads[side])
        self._lines.take(side, run, at)
        self._story.visibility = Visibility.CLEARTEXT
        self._tails[side] = (self._tails[side] + run.data)[-TAIL:]
        if _UPGRADE.search(self._tails[side]):
            self._asked = side
        elif self._story.application == "ftp" and (meant := _HOST.search(self._tails[side])):
            tell_wanted(self._story, side, meant[1])

    def gap(self, side: int, size: int, at: int) -> None:
        """Takes a hole."""
        (self._inner or self._lines).gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what is still held."""
        (self._inner or self._lines).end(at)

    def _recognise(self, side: int, data: bytes) -> None:
        name = next((name for greeting, name in _GREETINGS if data.startswith(greeting)), None)
        if name == "smtp" and FTP_PORT in self._story.ports:
            name = "ftp"
        if name is not None:
            self._story.application = name
            self._story.opened_by(side if data[:4] in (b"EHLO", b"HELO") else 1 - side)
