"""Values that look like identifiers and are none, in messages as servers and clients send them."""

import hashlib
import json
import random
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator

from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Part
from tests.corpus.disguises import message
from tests.corpus.subjects import digits, hexits, with_luhn, word

type Make = Callable[[random.Random], object]

MAKERS: dict[str, Make] = {
    "id": lambda rng: str(uuid.UUID(int=rng.getrandbits(128))),
    "request_id": lambda rng: hexits(rng, 32),
    "etag": lambda rng: f'"{hexits(rng, 32)}"',
    "ts": lambda rng: rng.randint(1_500_000_000_000, 1_900_000_000_000),
    "time": lambda rng: (
        f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z"
    ),
    "order_no": lambda rng: digits(rng, rng.choice((12, 14, 15, 16, 18, 19, 20))),
    "trade_no": lambda rng: with_luhn(digits(rng, rng.choice((14, 15, 18)))),
    "batch": lambda rng: with_luhn("35" + digits(rng, 12)),
    "version": lambda rng: ".".join(str(rng.randint(0, 30)) for _ in range(rng.choice((3, 4)))),
    "sha": lambda rng: hashlib.new(rng.choice(("md5", "sha1", "sha256")), rng.randbytes(8)).hexdigest(),
    "icon": lambda rng: {"x": round(rng.uniform(-180, 180), 4), "y": round(rng.uniform(-90, 90), 4)},
    "d": lambda rng: f"M{rng.uniform(0, 90):.3f},{rng.uniform(0, 99):.3f} L{rng.uniform(0, 24):.2f},{rng.uniform(0, 24):.2f}",
    "price": lambda rng: round(rng.uniform(0.01, 9999), 2),
    "file": lambda rng: f"{word(rng, 7)}@2x.{rng.choice(('png', 'jpg', 'webp'))}",
    "blob": lambda rng: b64encode(rng.randbytes(rng.randint(9, 60))).decode(),
    "trace": lambda rng: f"00-{hexits(rng, 32)}-{hexits(rng, 16)}-01",
    "ratio": lambda rng: rng.random(),
    "color": lambda rng: f"#{hexits(rng, 6)}",
    "title": lambda rng: f"{word(rng, 6).title()} {word(rng, 5)} {rng.randint(1, 99)}",
    "size": lambda rng: rng.randint(1, 10**9),
    "dsn": lambda rng: f"https://{hexits(rng, 32)}@o{digits(rng, 6)}.ingest.example.io/{digits(rng, 7)}",
    "source": lambda rng: f"git@github.com:{word(rng, 6)}/{word(rng, 5)}.git",
    "ip": lambda rng: rng.choice(("8.8.8.8", f"203.0.113.{rng.randint(1, 254)}", "127.0.0.1")),
    "sim": lambda rng: rng.random(),
    "ts_us": lambda rng: rng.randint(1_600_000_000_000_000, 1_899_999_999_999_999),
    "snowflake": lambda rng: rng.randint(10**17, 10**19),
    "isbn": lambda rng: f"978{digits(rng, 10)}",
    "pin": lambda rng: ":".join(hexits(rng, 2).upper() for _ in range(20)),
    "build": lambda rng: f"1.{rng.randint(0, 9)}.{rng.randint(0, 9)}-beta.{rng.randint(1, 9)}+sha.{hexits(rng, 7)}",
    "img": lambda rng: "data:image/png;base64," + b64encode(b"\x89PNG\r\n\x1a\n" + rng.randbytes(60)).decode(),
}
KEYS = tuple(MAKERS)


def innocents(count: int, seed: int) -> Iterator[Message]:
    """Messages with `count` innocent values altogether, one of each maker in each."""
    rng = random.Random(seed)
    for _ in range(count // len(KEYS)):
        values = {key: make(rng) for key, make in MAKERS.items()}
        if rng.random() < 0.7:
            yield message(Piece(Part.BODY, "", json.dumps(values).encode()))
        else:
            text = "&".join(f"{key}={json.dumps(value) if isinstance(value, dict) else value}" for key, value in values.items())
            yield message(Piece(Part.QUERY, "", text.encode()))
