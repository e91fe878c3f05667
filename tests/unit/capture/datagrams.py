"""Tells a conversation of datagrams to the readers of UDP, for the tests."""

from collections.abc import Sequence

from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk_datagrams import DatagramTalk
from auditor.model.content import Message, Place


def datagrams(parts: Sequence[tuple[int, bytes | int]], port: int, names: Names | None = None) -> tuple[Story, list[Message]]:
    """What a conversation of these datagrams (bytes) and cut ends (numbers) is."""
    messages: list[Message] = []
    story = Story(
        flow_id="udp-0", client=-1, addresses=("192.168.1.2", "198.51.100.7"), ports=(50_000, port), emit=messages.append,
        resolve=lambda client: None,
    )  # fmt: skip
    talk = DatagramTalk(story, names or Names())
    for number, (side, run) in enumerate(parts):
        if isinstance(run, bytes):
            talk.take(side, Placed(run, (Place(0, number + 1, 42),)), number)
        else:
            talk.gap(side, run, number)
    talk.end(len(parts))
    return story, messages
