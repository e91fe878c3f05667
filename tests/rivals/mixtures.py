"""Captures made from a seed: conversations of `talks`, mixed, disordered and wrapped as `wrappings` knows.

A seed and a number go in; the file's bytes come out, and the (server address, port, host) that must be named in it.
"""

from dataclasses import dataclass
from random import Random

from tests.rivals.talks import TALKS, At
from tests.rivals.wrappings import DISORDERS, FILES, LINKS, TUNNELS, Timed
from tests.unit.capture.wire import Wire

MOST_TALKS = 9


@dataclass(frozen=True, slots=True)
class Mixture:
    """A capture and what it is made of."""

    title: str
    data: bytes
    planted: tuple[tuple[str, int, str, str], ...]
    """Server address, port, host, and the talk's name."""


def mixture(seed: int, number: int) -> Mixture:
    """The capture of that number; always the same bytes."""
    random = Random(f"{seed} {number}")
    disorder = random.choice(DISORDERS)
    tunnel, link, file = (random.choice(sorted(table)) for table in (TUNNELS, LINKS, FILES))
    # Half the captures have a plain outside, so that what fails is not always the wrapping.
    if random.random() < 0.5:
        tunnel = "none"
    elif random.random() < 0.5:
        link = "ethernet"
    packets, planted = _talks(random, Random(f"{seed} {number} order"))
    wrapped = [(at, LINKS[link][1](TUNNELS[tunnel](packet))) for at, packet in disorder(random, packets)]
    title = f"{number}: {disorder.__name__}, {tunnel}, {link}, {file}, {' '.join(name for *_, name in planted)}"
    return Mixture(title, FILES[file](random, wrapped, LINKS[link][0]), planted)


def every_talk() -> bytes:
    """A plain capture with each conversation once."""
    wire = Wire()
    for number, talk in enumerate(dict.fromkeys(TALKS)):
        at = At("192.168.50.40", 50_000 + number, f"198.51.100.{10 + number}", "192.168.50.1")
        talk(Random(number), wire, at, f"{talk.__name__.replace('_', '-')}.example")
    return wire.pcap()


def _talks(random: Random, order: Random) -> tuple[Timed, tuple[tuple[str, int, str, str], ...]]:
    """Some conversations at the same time, each in its own order; and whom they name."""
    queues, planted = [], []
    version = random.choice((4, 4, 6))
    for number in range(random.randrange(2, MOST_TALKS)):
        talk, wire = random.choice(TALKS), Wire()
        host = f"h{number}-{random.randrange(1 << 20):05x}.{random.choice(('example', 'example.com', 'cn.example.net'))}"
        ends = (f"192.168.50.{10 + number}", f"198.51.100.{10 + number}", "192.168.50.1")
        if version == 6:
            ends = (f"2001:db8:1::{10 + number:x}", f"2001:db8:2::{10 + number:x}", "2001:db8:1::1")
        port = talk(random, wire, At(ends[0], 50_000 + number, ends[1], ends[2]), host)
        planted.append((ends[1], port, host, talk.__name__))
        queues.append([frame[14:] for _, frame in wire.frames])
    clock, packets = Wire(), []
    while queues:
        queue = order.choice(queues)
        clock.now += 1_000_000
        packets.append((clock.now, queue.pop(0)))
        queues = [queue for queue in queues if queue]
    return packets, tuple(planted)
