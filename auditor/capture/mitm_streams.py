"""The flows of mitmproxy that are no HTTP: raw TCP and UDP, DNS, and the messages of WebSockets."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from auditor.capture.dns import AAAA, A
from auditor.capture.endpoint_names import address, distinct, host_name
from auditor.capture.mitm_state import (
    Answer,
    DnsMessage,
    DnsState,
    HttpState,
    StreamMessage,
    StreamState,
    WebSocket,
    WebSocketMessage,
)
from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_datagrams import DatagramTalk
from auditor.capture.talk_dns import LEAST_DATA, NAMED, record_data
from auditor.capture.unknown import UnknownTalk
from auditor.model.content import Message, Piece, Place
from auditor.model.flow import Flow
from auditor.model.vocabulary import Direction, HostSource, Part, Visibility

_ADDRESSES = {A: 4, AAAA: 16}
"""Bytes of an address."""
MAX_SECONDS = 9.2e9
"""Times before 1678 and after 2261 do not fit into a column, and no clock shows them."""


def nanoseconds(seconds: float | None) -> int | None:
    """mitmproxy's clock (float seconds, good to a microsecond) as UTC nanoseconds; None where it is absurd."""
    if seconds is None or not -MAX_SECONDS < seconds < MAX_SECONDS:
        return None
    return round(seconds * 1_000_000) * 1_000


def websocket_messages(state: HttpState, host: str | None) -> Iterator[Message]:
    """Each WebSocket message; they count on from the request (0) and the response (1)."""
    for index, message in enumerate(state.websocket.messages if state.websocket else ()):
        yield websocket_message(state.id, index, message, host)
    if state.websocket and state.websocket.close_reason:
        yield websocket_message(state.id, len(state.websocket.messages), _farewell(state.websocket), host)


def _farewell(socket: WebSocket) -> WebSocketMessage:
    """Why it was closed, as a message: one side says so to the other."""
    reason = (socket.close_reason or "").encode(errors="backslashreplace")
    times = (message.timestamp for message in socket.messages)
    return WebSocketMessage(1, socket.closed_by_client is not False, reason, socket.timestamp_end or max(times, default=0.0))


def websocket_message(flow_id: str, index: int, message: WebSocketMessage, host: str | None) -> Message:
    """One of them."""
    return Message(
        flow_id=flow_id,
        number=2 + index,
        direction=Direction.UP if message.from_client else Direction.DOWN,
        at=nanoseconds(message.timestamp),
        host=host,
        protocol="websocket",
        pieces=(Piece(Part.BODY, "", message.content),) if message.content else (),
    )


def websocket_end(state: HttpState) -> float | None:
    """Seconds: when the WebSocket was closed, else its last message; None where there is neither."""
    if state.websocket is None:
        return None
    return state.websocket.timestamp_end or max((message.timestamp for message in state.websocket.messages), default=None)


def websocket_size(state: HttpState, *, up: bool) -> int:
    """Bytes of the WebSocket messages of one direction."""
    messages = state.websocket.messages if state.websocket else ()
    return sum(len(message.content) for message in messages if message.from_client is up)


def dns(state: DnsState) -> tuple[Flow, Iterator[Message]]:
    """A DNS query that mitmproxy answered or passed on. The host of a DNS flow is never the question."""
    client, server = state.client_conn, state.server_conn
    answered = state.response.timestamp if state.response else None
    names = distinct(tuple(host_name(question.name) for question in state.request.questions))
    flow = Flow(
        flow_id=state.id,
        client_ip=address(client.peer_ip),
        client_port=client.peer_port,
        server_ip=address(server.peer_ip) or address(server.asked_host),
        server_port=server.asked_port or server.peer_port,
        transport=client.transport_protocol or "udp",
        application="dns",
        names=names,
        started=nanoseconds(state.request.timestamp or state.timestamp_created),
        ended=nanoseconds(answered or state.error_time or state.request.timestamp),
        visibility=Visibility.CLEARTEXT,
    )
    return flow, _dns_messages(state)


def _dns_messages(state: DnsState) -> Iterator[Message]:
    sides: tuple[tuple[int, Direction, DnsMessage | None], ...] = (
        (0, Direction.UP, state.request),
        (1, Direction.DOWN, state.response),
    )
    for number, direction, message in sides:
        if message is None:
            continue
        yield Message(
            flow_id=state.id,
            number=number,
            direction=direction,
            at=nanoseconds(message.timestamp),
            host=None,
            protocol="dns",
            pieces=_dns_pieces(message),
        )


def _may_hold_anything(record: Answer) -> bool:
    """Whether a record is no name and no address; what is longer than an address is none."""
    return record.type not in NAMED or len(record.data) > _ADDRESSES.get(record.type, len(record.data))


def _dns_pieces(message: DnsMessage) -> tuple[Piece, ...]:
    """Names asked for, and records that may hold anything, as `talk_dns` tells them: texts, options, unknown types, and whose
    they are."""
    asked = {question.name: Piece(Part.DNS, "question", question.name.encode()) for question in message.questions}
    records = (*message.answers, *message.authorities, *message.additionals)
    names = {record.name: Piece(Part.DNS, "answer", record.name.encode()) for record in records if record.name not in asked}
    data = (
        part.piece(Part.DNS, "record")
        for record in records
        if len(record.data) >= LEAST_DATA and _may_hold_anything(record)
        for part in record_data(record.type, Placed(record.data))
    )
    return (*asked.values(), *names.values(), *data)


def stream(state: StreamState) -> tuple[Flow, Iterator[Message]]:
    """A raw TCP or UDP flow. Its reads go through the same protocol readers as the payload of a packet capture."""
    messages: list[Message] = []
    story = _told(state, messages)
    client, server = state.client_conn, state.server_conn
    times = [at for message in state.messages if (at := nanoseconds(message.timestamp)) is not None]
    encrypted = client.timestamp_tls_setup is not None
    host, source = story.host
    visibility = Visibility.DECRYPTED if encrypted and story.visibility is Visibility.CLEARTEXT else story.visibility
    flow = Flow(
        flow_id=state.id,
        client_ip=address(client.peer_ip),
        client_port=client.peer_port,
        server_ip=address(server.peer_ip) or address(server.asked_host),
        server_port=server.asked_port or server.peer_port,
        transport=state.type,
        application=story.application or ("tls" if encrypted else None),
        host=host,
        host_source=source,
        names=tuple(story.names),
        url=story.url,
        started=min((at for at in (nanoseconds(client.timestamp_start), *times) if at is not None), default=None),
        ended=max(times, default=nanoseconds(client.timestamp_end or state.timestamp_created)),
        bytes_up=_size(state.messages, up=True),
        bytes_down=_size(state.messages, up=False),
        visibility=visibility,
        tls_version=client.tls_version if encrypted else story.tls_version,
        alpn=client.alpn.decode("utf-8", "backslashreplace") if client.alpn else story.alpn,
        unread=story.all_unread(),
    )
    return flow, iter(messages)


class Telling:
    """A raw TCP or UDP flow whose reads come one by one; what it says goes to `emit`, reassembled in each direction."""

    def __init__(self, state: StreamState, emit: Callable[[Message], None]) -> None:
        client, server = state.client_conn, state.server_conn
        self.story = Story(
            flow_id=state.id,
            client=0,
            addresses=(address(client.peer_ip) or "", address(server.peer_ip) or ""),
            ports=(client.peer_port or 0, server.asked_port or server.peer_port or 0),
            emit=lambda message: emit(_in_messages(message)),
            resolve=lambda _: None,
        )
        if client.proxy_mode.partition(":")[0] in ("regular", "upstream", "socks5"):
            self.story.name(server.asked_host or "", HostSource.CONNECT)
        self.story.name(client.sni or "", HostSource.TLS_SNI)
        self._talk: Talk = DatagramTalk(self.story, Names()) if state.type == "udp" else UnknownTalk(self.story, Names())
        self._number = self._at = 0

    def take(self, message: StreamMessage) -> None:
        """The next read."""
        self._at = nanoseconds(message.timestamp) or self._at
        if message.content:
            placed = Placed(message.content, (Place(0, self._number, 0),))
            self._talk.take(0 if message.from_client else 1, placed, self._at)
        self._number += 1

    def end(self) -> Story:
        """No more reads come."""
        self._talk.end(self._at)
        return self.story


def _told(state: StreamState, messages: list[Message]) -> Story:
    """The story of the flow; what it says is added to `messages`."""
    telling = Telling(state, messages.append)
    for message in state.messages:
        telling.take(message)
    return telling.end()


def _in_messages(message: Message) -> Message:
    """The message with places that count recorded messages, not packets."""
    pieces = (replace(piece, places=tuple(replace(place, unit="message") for place in piece.places)) for piece in message.pieces)
    return replace(message, pieces=tuple(pieces))


def _size(messages: tuple[StreamMessage, ...], *, up: bool) -> int:
    return sum(len(message.content) for message in messages if message.from_client is up)
