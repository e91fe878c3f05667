"""MQTT over TCP: client id, user name, topics and payloads go to the story as messages."""

from collections.abc import Callable

from auditor.capture import mqtt
from auditor.capture.placed import Placed, Tape
from auditor.capture.story import Story
from auditor.model.vocabulary import Part, Visibility

MAX_PACKET = 4 * 1024 * 1024
"""Longer packets are not kept; the reader goes over them."""


class MqttTalk:
    """Both directions of an MQTT connection."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._tapes = (Tape(), Tape())
        self._skip = [0, 0]
        self._lost = [False, False]
        self._five = False
        story.spoke("mqtt", Visibility.CLEARTEXT)

    @property
    def held(self) -> int:
        """Bytes of packets that are not complete yet."""
        return sum(len(tape) for tape in self._tapes)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        tape = self._tapes[side]
        if self._lost[side]:
            self._resume(side, run)
        else:
            tape.extend(run)
        while self._skip[side] and len(tape):
            self._skip[side] -= len(tape.take(self._skip[side]).data)
        while self._take_packet(side, tape, at):
            pass

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole inside a packet that is gone over anyway does no more harm; any other loses the packet borders."""
        if size <= self._skip[side]:
            self._skip[side] -= size
            return
        self._story.lose("mqtt packets", size)
        self._lose(side, at)

    def end(self, at: int) -> None:
        """A packet that never ended is told as far as it goes."""
        for side, tape in enumerate(self._tapes):
            if len(tape):
                self._lose(side, at)
                self._story.miss(("mqtt packet: the capture does not hold its end",))

    def _resume(self, side: int, run: Placed) -> None:
        """After a hole: goes on at a segment that begins like a control packet and holds it exactly."""
        size = mqtt.header_size(run.data)
        fits = size is not None and size + mqtt.body_size(run.data) <= len(run.data)
        if run.data and mqtt.is_packet(run.data[0]) and fits:
            self._lost[side] = False
            self._tapes[side].extend(run)
        else:
            self._story.lose("mqtt packets", len(run.data))

    def _lose(self, side: int, at: int) -> None:
        rest = self._tapes[side].take_all()
        self._lost[side] = True
        if rest.data:
            self._story.say(side=side, at=at, protocol="mqtt", pieces=(rest.piece(Part.PAYLOAD),))

    def _take_packet(self, side: int, tape: Tape, at: int) -> bool:
        """Takes one packet off the tape; False where it is not all there."""
        head = tape.peek(5)
        size = mqtt.header_size(head)
        if size is None:
            if len(head) == 5:
                self._lose(side, at)
            return False
        if not mqtt.is_packet(head[0]):
            self._lose(side, at)
            return False
        length = mqtt.body_size(head)
        if length > MAX_PACKET:
            self._story.miss((f"mqtt packet: {length} bytes are over the limit of 4 MiB",))
            tape.take(size)
            self._skip[side] = length - len(tape.take(length).data)
            return len(tape) > 0
        if len(tape) < size + length:
            return False
        self._tell(side, head[0], tape.take(size + length).part(size), at)
        return True

    def _tell(self, side: int, first: int, body: Placed, at: int) -> None:
        fields = self._fields(side, first, body)
        if fields:
            pieces = tuple(
                field.value.piece(Part.PAYLOAD if field.name == "payload" else Part.MQTT, field.name) for field in fields
            )
            self._story.say(side=side, at=at, protocol="mqtt", pieces=pieces)

    def _fields(self, side: int, first: int, body: Placed) -> tuple[mqtt.MqttField, ...]:
        kind = first >> 4
        if kind == mqtt.CONNECT:
            self._story.opened_by(side)
            level, fields = mqtt.read_connect(body)
            self._five = level >= 5
            self._story.finished = self._story.emit is None
            return fields
        readers: dict[int, Callable[[], tuple[mqtt.MqttField, ...]]] = {
            mqtt.PUBLISH: lambda: mqtt.read_publish(first & 15, body, self._five),
            mqtt.SUBSCRIBE: lambda: mqtt.read_subscribe(body, self._five, with_options=True),
            mqtt.UNSUBSCRIBE: lambda: mqtt.read_subscribe(body, self._five, with_options=False),
        }
        return readers[kind]() if kind in readers else mqtt.read_other(body, self._five)
