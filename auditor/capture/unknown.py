"""Recognises the protocol of a TCP stream by its first bytes, on whatever port, and hands over to the reader that knows it."""

from collections.abc import Callable
from dataclasses import dataclass

from auditor.capture import http1_lines, mqtt, tls
from auditor.capture.asked_in_text import begins_request
from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_dns import DnsTalk, begins_dns, begins_question
from auditor.capture.talk_http import HttpTalk
from auditor.capture.talk_http2 import PREFACE, Http2Talk, begins_http2, greets_with_http2
from auditor.capture.talk_mail import MailTalk, begins_mail
from auditor.capture.talk_mqtt import MqttTalk
from auditor.capture.talk_proxy_header import ProxyHeaderTalk, begins_proxy_header
from auditor.capture.talk_socks import SocksTalk, begins_socks
from auditor.capture.talk_tds import TdsTalk, begins_tds
from auditor.capture.talk_tls import TlsTalk
from auditor.capture.talk_upgraded import UpgradedTalk

TLS_HEAD = 5
ENOUGH = 32
"""Bytes after which every protocol has shown itself."""
DNS_PORT = 53
MAX_GREETINGS = 100
"""Runs of a server that may stand before its client's first byte, where what they are is known from that byte on."""
MAX_DEPTH = 8
"""Proxies behind proxies; what lies further in is handed on as it is."""

type Inner = Callable[[Story], Talk]
"""Makes the reader of what a proxy's handshake leads to."""
type Begins = Callable[[bytes], bool | None]
"""Whether a stream begins with these bytes: yes, no, or None for more bytes needed."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol that shows itself in its first bytes."""

    begins: Begins
    talk: Callable[[Story, Names, Inner], Talk]
    port: int | None = None
    """Only on this port, where the shape alone says too little."""


def _begins_tls(head: bytes) -> bool | None:
    if not tls.is_record(head):
        size = tls.old_hello_size(head)
        return None if size is None else size > 0
    return True if len(head) >= TLS_HEAD else None


PROTOCOLS: tuple[Protocol, ...] = (
    Protocol(_begins_tls, lambda story, _, __: TlsTalk(story)),
    Protocol(begins_http2, lambda story, names, _: Http2Talk(story, names)),
    Protocol(begins_request, lambda story, _, __: UpgradedTalk(story)),
    Protocol(begins_proxy_header, lambda story, _, inner: ProxyHeaderTalk(story, inner)),
    Protocol(http1_lines.begins_message, HttpTalk),
    Protocol(begins_tds, lambda story, _, __: TdsTalk(story)),
    Protocol(mqtt.begins_mqtt, lambda story, _, __: MqttTalk(story)),
    Protocol(begins_socks, lambda story, _, inner: SocksTalk(story, inner)),
    Protocol(begins_mail, lambda story, _, __: MailTalk(story)),
    Protocol(begins_dns, lambda story, names, _: DnsTalk(story, names, stream=True), DNS_PORT),
    Protocol(begins_question, lambda story, names, _: DnsTalk(story, names, stream=True)),
)
"""In the order in which they are asked."""


class UnknownTalk:
    """A stream of which too little has been seen; then, whatever was recognised."""

    def __init__(self, story: Story, names: Names, depth: int = 0) -> None:
        """`depth`: proxies that were gone through on the way here."""
        self._story = story
        self._names = names
        self._depth = depth
        self._heads = [b"", b""]
        self._waiting: list[tuple[int, Placed | int, int]] = []
        self._talk: Talk | None = None

    @property
    def held(self) -> int:
        """Bytes that wait for the protocol to show itself."""
        return self._talk.held if self._talk else sum(len(head) for head in self._heads)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._talk is not None:
            self._talk.take(side, run, at)
            return
        self._waiting.append((side, run, at))
        if len(self._heads[side]) < ENOUGH:
            self._heads[side] += run.data[:ENOUGH]
        self._recognise(self._heads[side])

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole, also one before the first byte."""
        if self._talk is not None:
            self._talk.gap(side, size, at)
        else:
            self._waiting.append((side, size, at))

    def end(self, at: int) -> None:
        """What never showed itself is raw payload."""
        if self._talk is None and self._waiting:
            self._become(UpgradedTalk(self._story))
        if self._talk is not None:
            self._talk.end(at)

    def _inner(self, story: Story) -> "UnknownTalk":
        return UnknownTalk(story, self._names, self._depth + 1)

    def _recognise(self, head: bytes) -> None:
        if self._depth > MAX_DEPTH:
            self._become(UpgradedTalk(self._story))
            return
        unsure = False
        for protocol in PROTOCOLS:
            if protocol.port is not None and protocol.port not in self._story.ports:
                continue
            answer = protocol.begins(head)
            if answer:
                self._become(protocol.talk(self._story, self._names, self._inner))
                return
            unsure |= answer is None
        if self._may_be_greeted():
            return
        if not unsure or len(head) >= ENOUGH:
            self._become(UpgradedTalk(self._story, lambda: HttpTalk(self._story, self._names, self._inner)))

    def _may_be_greeted(self) -> bool:
        """Whether a server of HTTP/2 may have spoken before its client, whose preface then says that it is one."""
        unheard = any(PREFACE.startswith(other[: len(PREFACE)]) for other in self._heads)
        return unheard and len(self._waiting) <= MAX_GREETINGS and any(map(greets_with_http2, self._heads))

    def _become(self, talk: Talk) -> None:
        self._talk = talk
        for side, run, at in self._waiting:
            if isinstance(run, Placed):
                talk.take(side, run, at)
            else:
                talk.gap(side, run, at)
        self._waiting = []
