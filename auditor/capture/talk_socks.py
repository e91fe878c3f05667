"""SOCKS 4, 4a and 5 (RFC 1928, RFC 1929): the target goes to the story, what follows is a conversation of its own."""

import re
from collections.abc import Callable

from auditor.capture.placed import Placed, Tape
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.model.vocabulary import HostSource, Part, Visibility

_IPV4, _NAME, _IPV6 = 1, 3, 4
_PASSWORD = 2
_OPTIMISTIC = re.compile(rb"\x05([\x01-\x03](\0[\x01\x03\x04]|\0?$)|$)|\x01", re.DOTALL)
"""A request, or a login, that does not wait for the choice of a method."""
_BELOW_ZERO = re.compile(rb".{4}\0(?!\0\0[^\0]|\0{0,2}$)", re.DOTALL)
"""No version 4: addresses in 0.0.0.0/8 reach nobody, and only those in 0.0.0.0/24 stand for a name."""
_REQUEST = re.compile(rb"\x05[\x01-\x03]\0[\x01\x03\x04]")
_METHODS = (0, 1, _PASSWORD, 3, 6, 0x80)
MAX_HANDSHAKE = 16_384
"""A client may send all that it has to say before it is answered."""


def begins_socks(head: bytes) -> bool | None:
    """Whether a SOCKS client begins with these bytes: a greeting with its methods, or a version 4 CONNECT."""
    if len(head) < 3:
        return None if head[:1] in (b"\x04", b"\x05", b"") else False
    if head[0] == 5:
        methods = head[2 : 2 + head[1]]
        behind = head[2 + head[1] :]
        shaped = 0 < head[1] <= 8 and len(methods) == head[1] and (not behind or _OPTIMISTIC.match(behind) is not None)
        return shaped and all(method in _METHODS for method in methods)
    return head[0] == 4 and head[1] == 1 and _BELOW_ZERO.match(head) is None


class SocksTalk:
    """Both directions of a connection to a SOCKS proxy."""

    def __init__(self, story: Story, unknown: Callable[[Story], Talk]) -> None:
        """`unknown` makes the reader for what follows the handshake."""
        self._story = story
        self._unknown = unknown
        self._tapes = (Tape(), Tape())
        self._inner: Talk | None = None
        self._client = -1
        self._version = 0
        self._method = -1
        self._asked = False
        self._authenticated = False
        story.spoke("socks", Visibility.CLEARTEXT)

    @property
    def held(self) -> int:
        """Bytes of a handshake that is not complete yet."""
        return self._inner.held if self._inner else sum(len(tape) for tape in self._tapes)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._inner:
            self._inner.take(side, run, at)
            return
        self._tapes[side].extend(run)
        if self._client < 0:
            # The handshake of TCP knows better than the order in which two directions were captured.
            self._client = self._story.client if self._story.client >= 0 else side
            self._story.opened_by(side)
        self._go_on(at)
        if self.held > MAX_HANDSHAKE and not self._inner:
            self._hand_on(at)

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole in the handshake ends it."""
        if not self._inner:
            self._ask_unanswered(at)
            self._hand_on(at)
        if self._inner:
            self._inner.gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what follows the handshake, or what never became one."""
        if not self._inner:
            self._ask_unanswered(at)
            self._hand_on(at)
        if self._inner:
            self._inner.end(at)

    def _go_on(self, at: int) -> None:
        asked, answered = self._tapes[self._client], self._tapes[1 - self._client]
        if not self._version and not self._greeting(asked, at):
            return
        if self._version == 5 and not self._has_asked(asked, answered, at):
            return
        if self._answer(answered):
            self._hand_on(at)

    def _has_asked(self, asked: Tape, answered: Tape, at: int) -> bool:
        """RFC 1928 section 3: the proxy chooses a method, the client logs in where it must, and says where to."""
        if self._method < 0:
            if len(answered) < 2:
                return False
            self._method = answered.take(2).data[1]
        if self._method == _PASSWORD and not self._authenticated:
            if len(answered) < 2 or not self._login(asked, at):
                return False
            answered.take(2)
        return self._asked or self._request(asked, at)

    def _ask_unanswered(self, at: int) -> None:
        """Reads what the client asked without an answer: it did not wait, or its side alone was captured."""
        if self._version != 5 or self._asked:
            return
        asked = self._tapes[self._client]
        if asked.peek(1) == b"\1" and not self._authenticated:
            self._login(asked, at)
        if _REQUEST.match(asked.peek(4)):
            self._request(asked, at)

    def _greeting(self, asked: Tape, at: int) -> bool:
        head = asked.peek(MAX_HANDSHAKE)
        if len(head) < 2:
            return False
        if head[0] == 5:
            if len(head) < 2 + head[1]:
                return False
            asked.take(2 + head[1])
            self._version = 5
            return True
        end = head.find(b"\0", 8)
        if end < 0:
            return False
        named = head[4:7] == b"\0\0\0" and head[7] != 0
        stop = head.find(b"\0", end + 1) if named else end
        if stop < 0:
            return False
        request = asked.take(stop + 1)
        if end > 8:
            user = request.part(8, end).piece(Part.PAYLOAD, "username")
            self._story.say(side=self._client, at=at, protocol="socks", pieces=(user,))
        target = request.part(end + 1, stop) if named else request.part(4, 8)
        self._target(target, address=not named, at=at)
        self._version, self._asked = 4, True
        return True

    def _login(self, asked: Tape, at: int) -> bool:
        """RFC 1929: user name and password in the clear."""
        head = asked.peek(513)
        if len(head) < 3 or len(head) < 3 + head[1] or len(head) < 3 + head[1] + head[2 + head[1]]:
            return False
        size = head[1]
        login = asked.take(3 + size + head[2 + size])
        pieces = (login.part(2, 2 + size).piece(Part.PAYLOAD, "username"), login.part(3 + size).piece(Part.PAYLOAD, "password"))
        self._story.say(side=self._client, at=at, protocol="socks", pieces=pieces)
        self._authenticated = True
        return True

    def _request(self, asked: Tape, at: int) -> bool:
        """RFC 1928 section 4."""
        head = asked.peek(262)
        size = _address_size(head)
        if size is None or len(head) < 4 + size + 2:
            return False
        request = asked.take(4 + size + 2)
        named = head[3] == _NAME
        self._target(request.part(5, 4 + size) if named else request.part(4, 4 + size), address=not named, at=at)
        self._asked = True
        return True

    def _answer(self, answered: Tape) -> bool:
        if self._version == 4:
            return len(answered.take(8).data) == 8 if len(answered) >= 8 else False
        head = answered.peek(262)
        size = _address_size(head)
        if size is None or len(head) < 6 + size:
            return False
        answer = answered.take(6 + size).data
        if answer[3] == _NAME:  # as whom the proxy connects
            self._story.name(answer[5 : 4 + size])
        return True

    def _target(self, raw: Placed, *, address: bool, at: int) -> None:
        if address:
            return
        host = self._story.name(raw.data, HostSource.CONNECT)
        self._story.say(side=self._client, at=at, protocol="socks", pieces=(raw.piece(Part.PAYLOAD, "target"),), host=host)

    def _hand_on(self, at: int) -> None:
        inner = self._inner = self._unknown(self._story)
        client = max(self._client, 0)  # nobody has spoken yet where a hole stands before the first byte
        for side in (client, 1 - client):
            rest = self._tapes[side].take_all()
            if rest.data:
                inner.take(side, rest, at)


def _address_size(head: bytes) -> int | None:
    """Size of the address of a request or reply; None when too little is there or its type is not known."""
    if len(head) < 5:
        return None
    return {_IPV4: 4, _NAME: 1 + head[4], _IPV6: 16}.get(head[3])
