"""Packets in, first contacts out: which client opened a conversation with which server, and by what name it knew it.

Each conversation is followed by the readers of `auditor.capture` until its server's name is known, and no further; one between
two local devices a little longer, for what is asked of whom. Everything is bounded: at a flood of conversations the oldest are
told as far as they are known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.capture.connection import Connection, DatagramConnection, TcpConnection
from auditor.capture.naming import Names
from auditor.capture.story import Resolved, Story
from auditor.capture.transports import transport_name
from auditor.devices.commands import command_of
from auditor.devices.packet import ACK, FIN, RST, SYN, TCP, UDP, Packet
from auditor.devices.watch import is_local, is_public, text_of
from auditor.model.content import Message
from auditor.model.vocabulary import HostSource

SECOND = 1_000_000_000
PATIENCE = 2 * SECOND
"""A conversation that has shown no name for so long is told without one."""
MAX_PATIENCE = 32
"""Packets with payload after which it is told without a name."""
MAX_OPEN = 2048
MAX_COMMANDS = 20
"""Different commands that are kept of one client, server and port."""
MAX_TALKS = 4096
LOCAL_PACKETS = 64
"""Packets with payload of one local conversation that are looked at; a print job may have a million."""
DISCOVERY = frozenset({67, 68, 137, 546, 547, 1900, 5353, 5355})
"""Ports of protocols in which nobody is contacted in particular."""

type _Key = tuple[int, bytes, int, bytes, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A conversation with a server, as soon as it is known who that is."""

    at: int
    client_ip: str
    server_ip: str
    server_port: int | None
    transport: str
    application: str | None
    host: str | None
    host_source: HostSource
    names: tuple[str, ...]
    cnames: tuple[str, ...]
    is_local: bool


@dataclass(slots=True)
class Talk:
    """What one device asks of another at one port."""

    commands: dict[str, int] = field(default_factory=dict)
    """Each with how often it was seen."""


@dataclass(slots=True)
class _Conversation:
    """One that is not told yet, or goes on between local devices."""

    connection: Connection
    started: int
    sides: tuple[bytes, bytes]
    ports: tuple[int, int]
    transport: int
    client: int
    """0 or 1: the side that opened it."""
    bases: list[int | None]
    """Sequence number of each side's first byte, where its SYN was seen."""
    packets: int = 0
    told: bool = False
    spoke: bool = False
    """Whether any payload was seen."""


class ContactWatch:
    """All conversations so far that are worth a look."""

    def __init__(self) -> None:
        self.names = Names()
        self.talks: dict[tuple[str, str, str, int], Talk] = {}
        """By client, server, transport and the server's port; local ones only."""
        self.given_up = 0
        """Conversations that were told early because too many were open."""
        self._open: dict[_Key, _Conversation] = {}
        self._done: dict[_Key, None] = {}

    def take(self, packet: Packet) -> Iterator[Contact]:
        """Takes a packet; the contacts that it makes known."""
        if packet.transport not in (TCP, UDP) or not packet.source or len(packet.source) != len(packet.target):
            return
        key, side = _key(packet)
        fresh = packet.transport == TCP and packet.flags & (SYN | ACK) == SYN
        if fresh:
            self._done.pop(key, None)
        elif key in self._done:
            return
        conversation = self._open.get(key)
        if conversation is None:
            if packet.transport == TCP and not (fresh or packet.payload):
                return
            conversation = self._begin(key, side, packet)
            if conversation is None:
                return
        self._hear(conversation, side, packet)
        yield from self._tell(key, conversation, packet)
        if len(self._open) > MAX_OPEN:
            oldest = next(iter(self._open))
            self.given_up += 1
            yield from self._close(oldest)

    def is_done(self, packet: Packet) -> bool:
        """Whether nothing more can be learnt from the packet's conversation."""
        return packet.transport in (TCP, UDP) and _key(packet)[0] in self._done

    def tick(self, now: int) -> Iterator[Contact]:
        """Contacts that have shown no name in time, at UTC nanoseconds `now`."""
        for key, conversation in list(self._open.items()):
            if now - conversation.started > PATIENCE and not conversation.told:
                conversation.told = True
                yield _contact(conversation)
                if not _is_inside(conversation):
                    self._finish(key)

    def end(self) -> Iterator[Contact]:
        """The packets are over."""
        for key in list(self._open):
            yield from self._close(key)

    def _begin(self, key: _Key, side: int, packet: Packet) -> _Conversation | None:
        """A new conversation; None for one that nobody asks about."""
        discovers = packet.transport == UDP and DISCOVERY & {packet.source_port, packet.target_port}
        if discovers or not (is_public(packet.target) or is_local(packet.target)):
            self._finish(key)
            return None
        sides = (packet.source, packet.target) if side == 0 else (packet.target, packet.source)
        ports = (packet.source_port, packet.target_port) if side == 0 else (packet.target_port, packet.source_port)
        client = side if packet.transport != TCP or packet.flags & SYN else -1
        if packet.flags & (SYN | ACK) == SYN | ACK:
            client = 1 - side
        conversation = self._open[key] = _Conversation(
            connection=self._connection(packet, sides, ports, client),
            started=packet.at,
            sides=sides,
            ports=ports,
            transport=packet.transport,
            client=client,
            bases=[None, None],
        )
        return conversation

    def _connection(self, packet: Packet, sides: tuple[bytes, bytes], ports: tuple[int, int], client: int) -> Connection:
        texts = (text_of(sides[0]), text_of(sides[1]))
        names, started = self.names, packet.at
        inside = is_local(sides[0]) and is_local(sides[1])

        def resolve(client: int) -> Resolved | None:
            return names.find(texts[client], texts[1 - client], started)

        story = Story(
            flow_id="",
            client=client,
            addresses=texts,
            ports=ports,
            emit=_Commands(self.talks, packet.transport) if inside else None,
            resolve=resolve,
        )
        if isinstance(story.emit, _Commands):
            story.emit.story = story
        return TcpConnection(story, names) if packet.transport == TCP else DatagramConnection(story, names, "udp")

    def _hear(self, conversation: _Conversation, side: int, packet: Packet) -> None:
        if packet.flags & SYN:
            conversation.bases[side] = packet.sequence + 1 & 0xFFFFFFFF
        if not packet.payload:
            return
        conversation.spoke = True
        conversation.packets += 1
        connection = conversation.connection
        if isinstance(connection, TcpConnection):
            connection.take(
                side,
                packet.payload,
                seq=packet.sequence,
                first=conversation.bases[side],
                missing=packet.missing,
                packet=0,
                offset=0,
                at=packet.at,
            )
        else:
            connection.take(side, packet.payload, missing=packet.missing, packet=0, offset=0, at=packet.at)

    def _tell(self, key: _Key, conversation: _Conversation, packet: Packet) -> Iterator[Contact]:
        story = conversation.connection.story
        known = story.host[1] not in (HostSource.NONE, HostSource.DNS_ANSWER) or story.application in ("dns", "ntp")
        closed = packet.flags & (FIN | RST)
        enough = conversation.packets >= MAX_PATIENCE
        if not conversation.told and (known or story.finished or closed or enough):
            conversation.told = True
            yield _contact(conversation)
        heard = not _is_inside(conversation) or conversation.packets >= LOCAL_PACKETS or closed
        if conversation.told and heard and story.application != "dns":
            yield from self._close(key)

    def _close(self, key: _Key) -> Iterator[Contact]:
        conversation = self._open[key]
        conversation.connection.end()
        if not conversation.told:
            yield _contact(conversation)
        self._finish(key)

    def _finish(self, key: _Key) -> None:
        self._open.pop(key, None)
        if len(self._done) >= MAX_OPEN * 8:
            self._done.pop(next(iter(self._done)))
        self._done[key] = None


@dataclass(slots=True)
class _Commands:
    """Listens to the messages of one local conversation."""

    talks: dict[tuple[str, str, str, int], Talk]
    transport: int
    story: Story | None = None

    def __call__(self, message: Message) -> None:
        command = command_of(message)
        if command is None or self.story is None:
            return
        server = self.story.server
        addresses, ports = self.story.addresses, self.story.ports
        key = (addresses[1 - server], addresses[server], transport_name(self.transport), ports[server])
        if key not in self.talks and len(self.talks) >= MAX_TALKS:
            return
        commands = self.talks.setdefault(key, Talk()).commands
        if command in commands or len(commands) < MAX_COMMANDS:
            commands[command] = commands.get(command, 0) + 1


def _key(packet: Packet) -> tuple[_Key, int]:
    """The conversation, whichever side sends, and the side that does."""
    one, other = (packet.source, packet.source_port), (packet.target, packet.target_port)
    if one <= other:
        return (packet.transport, *one, *other), 0
    return (packet.transport, *other, *one), 1


def _is_inside(conversation: _Conversation) -> bool:
    return is_local(conversation.sides[0]) and is_local(conversation.sides[1])


def _contact(conversation: _Conversation) -> Contact:
    story = conversation.connection.story
    server = story.server
    host, source = story.host
    resolved = story.resolved
    port = conversation.ports[server]
    return Contact(
        at=conversation.started,
        client_ip=text_of(conversation.sides[1 - server]),
        server_ip=text_of(conversation.sides[server]),
        server_port=port if port >= 0 else None,
        transport=transport_name(conversation.transport),
        application=story.application,
        host=host,
        host_source=source,
        names=tuple(story.names),
        cnames=resolved.chain if resolved and resolved.name == host else (),
        is_local=_is_inside(conversation),
    )
