"""Fuzzes decoding and identification: `python -m tests.fuzz.fuzz_decode [SECONDS] [SEED]`.

Messages of the corpus with bytes flipped, cut out, doubled and spliced go in. Every one must come back with fields, without a
format that failed, in time. With `atheris` installed, `python -m tests.fuzz.fuzz_decode atheris [SECONDS]` follows coverage instead.
"""

import importlib
import random
import sys
import time
from collections.abc import Iterator

from auditor.decode import triage
from auditor.decode.message import decode
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Direction, Part
from tests.corpus.disguises import corpus
from tests.corpus.subjects import made_up
from tests.corpus.table import build
from tests.fuzz import strings

SLOW = 5.0
"""Seconds that no message of the corpus may cost, on a machine however busy."""


def seeds(seed: int, every: int = 40) -> list[Message]:
    """Messages to start from."""
    return [disguise.message for number, disguise in enumerate(corpus(made_up(seed), seed)) if number % every == 0]


def mutated(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The bytes with one to four wounds."""
    wounded = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not wounded:
            break
        at, kind = rng.randrange(len(wounded)), rng.randrange(5)
        if kind == 0:
            wounded[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del wounded[at : at + rng.randint(1, 8)]
        elif kind == 2:
            wounded[at:at] = wounded[at : at + rng.randint(1, 64)]
        elif kind == 3:
            wounded[at:at] = other[: rng.randint(1, 64)]
        else:
            wounded[at] = rng.choice(b"\x00\xff\x7f\x80{}[]<>%&=\\\"'\n")
    return bytes(wounded)


def mutations(seed: int) -> Iterator[Message]:
    """Endless wounded messages."""
    rng = random.Random(seed)
    start = seeds(seed)
    while True:
        message, other = rng.choice(start), rng.choice(start)
        pieces = tuple(Piece(piece.part, piece.name, mutated(rng, piece.data, other.pieces[-1].data)) for piece in message.pieces)
        yield Message(flow_id="f", number=0, direction=Direction.UP, at=None, host=None, protocol=message.protocol, pieces=pieces)


def check(message: Message) -> float:
    """Decodes one message, every other one with the machine code of large captures, and says how long that took.

    Raises:
        AssertionError: a format failed, or a piece got lost.
    """
    triage._engine.make = None
    triage._engine.doors = strings.doors() if len(message.pieces[-1].data) % 2 else None
    start = time.process_time()
    decoded = decode(message)
    spent = time.process_time() - start
    assert not [reason for reason in decoded.unread if "failed with" in reason], decoded.unread
    assert {id(field.piece) for field in decoded.fields} == {id(piece) for piece in message.pieces}
    return spent


def with_atheris(seconds: str = "900") -> None:
    """Follows coverage."""
    atheris = importlib.import_module("atheris")

    def one(data: bytes) -> None:
        check(
            Message(
                flow_id="f",
                number=0,
                direction=Direction.UP,
                at=None,
                host=None,
                protocol="http",
                pieces=(Piece(Part.BODY, "", data),),
            )
        )

    atheris.instrument_all()
    atheris.Setup([*sys.argv[:1], f"-max_total_time={seconds}", "-timeout=30", "-rss_limit_mb=2048"], one)
    atheris.Fuzz()


def main() -> None:
    """Runs for some seconds."""
    if sys.argv[1:2] == ["atheris"]:
        with_atheris(*sys.argv[2:3])
    seconds, seed = (int(argument) for argument in (*sys.argv[1:], *("60", "1")[len(sys.argv) - 1 :]))
    detector = build(seed)
    end = time.monotonic() + seconds
    count = 0
    slowest = 0.0
    for message in mutations(seed):
        slowest = max(slowest, check(message))
        detector.sightings(message, decode(message).fields)
        count += 1
        if time.monotonic() > end:
            break
    print(f"{count} messages, the slowest {slowest:.3f} s, no format failed")


if __name__ == "__main__":
    main()
