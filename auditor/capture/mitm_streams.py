"""The flows of mitmproxy that are no HTTP: raw TCP and UDP, DNS, and the messages of WebSockets."""

from collections.abc import Iterator

from auditor.capture.endpoint_names import address, distinct, host_name
from auditor.capture.mitm_state import DnsMessage, DnsState, HttpState, StreamMessage, StreamState
from auditor.model.content import Message, Piece, Place
from auditor.model.flow import Flow
from auditor.model.vocabulary import Direction, HostSource, Part, Visibility

PAUSE = 1.0
"""Seconds of silence that end a run of joined messages."""


def nanoseconds(seconds: float | None) -> int | None:
    """mitmproxy's clock (float seconds, good to a microsecond) as UTC nanoseconds."""
    return None if seconds is None else round(seconds * 1_000_000) * 1_000


def websocket_messages(state: HttpState, host: str | None) -> Iterator[Message]:
    """Each WebSocket message; they count on from the request (0) and the response (1)."""
    for index, message in enumerate(state.websocket.messages if state.websocket else ()):
        yield Message(
            flow_id=state.id,
            number=2 + index,
            direction=Direction.UP if message.from_client else Direction.DOWN,
            at=nanoseconds(message.timestamp),
            host=host,
            protocol="websocket",
            pieces=(Piece(Part.BODY, "", message.content),) if message.content else (),
        )


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
            pieces=tuple(Piece(Part.DNS, "question", question.name.encode()) for question in message.questions),
        )


def stream(state: StreamState) -> tuple[Flow, Iterator[Message]]:
    """A raw TCP or UDP flow. Messages are reads of a socket, so each direction is joined before it is looked at."""
    client, server = state.client_conn, state.server_conn
    times = [message.timestamp for message in state.messages]
    asked = host_name(server.asked_host) if client.proxy_mode.partition(":")[0] in ("regular", "upstream", "socks5") else None
    sni = host_name(client.sni)
    encrypted = client.timestamp_tls_setup is not None
    candidates = ((asked, HostSource.CONNECT), (sni, HostSource.TLS_SNI))
    host, source = next(((name, origin) for name, origin in candidates if name), (None, HostSource.NONE))
    flow = Flow(
        flow_id=state.id,
        client_ip=address(client.peer_ip),
        client_port=client.peer_port,
        server_ip=address(server.peer_ip) or address(server.asked_host),
        server_port=server.asked_port or server.peer_port,
        transport=state.type,
        application="tls" if encrypted else None,
        host=host,
        host_source=source,
        names=distinct((asked, sni)),
        started=nanoseconds(min((client.timestamp_start, *times), key=_known, default=None)),
        ended=nanoseconds(max(times, default=client.timestamp_end or state.timestamp_created)),
        bytes_up=_size(state.messages, up=True),
        bytes_down=_size(state.messages, up=False),
        visibility=(Visibility.DECRYPTED if encrypted else Visibility.CLEARTEXT) if times else None,
        tls_version=client.tls_version if encrypted else None,
        alpn=client.alpn.decode("utf-8", "backslashreplace") if client.alpn else None,
    )
    return flow, _stream_messages(state, host)


def _known(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds


def _size(messages: tuple[StreamMessage, ...], *, up: bool) -> int:
    return sum(len(message.content) for message in messages if message.from_client is up)


def _stream_messages(state: StreamState, host: str | None) -> Iterator[Message]:
    for direction in Direction:
        for run in _runs(state.messages, up=direction is Direction.UP):
            number, first = run[0]
            yield Message(
                flow_id=state.id,
                number=number,
                direction=direction,
                at=nanoseconds(first.timestamp),
                host=host,
                protocol=state.type,
                pieces=(_joined(run),),
            )


def _runs(messages: tuple[StreamMessage, ...], *, up: bool) -> Iterator[list[tuple[int, StreamMessage]]]:
    """The messages of one direction, numbered, cut where the sender paused: what is one value arrives together, and a
    sighting in a connection that lives for hours must fall into its own phase."""
    run: list[tuple[int, StreamMessage]] = []
    for number, message in enumerate(messages):
        if message.from_client is not up or not message.content:
            continue
        if run and message.timestamp - run[-1][1].timestamp > PAUSE:
            yield run
            run = []
        run.append((number, message))
    if run:
        yield run


def _joined(numbered: list[tuple[int, StreamMessage]]) -> Piece:
    """One direction as one piece whose places lead back to the recorded messages."""
    places, size = [], 0
    for number, message in numbered:
        places.append(Place(size, number, 0, unit="message"))
        size += len(message.content)
    return Piece(Part.PAYLOAD, "", b"".join(message.content for _, message in numbered), tuple(places))
