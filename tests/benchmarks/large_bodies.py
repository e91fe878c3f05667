"""What one very large body costs: `python -m tests.benchmarks.large_bodies` prints processor time, memory and what was not read.

Each body is decoded and looked through in a process of its own, with a planted value in its last bytes and one in a header of the
same message. `--megabytes` is the size of the bodies; kinds that are named as arguments are the only ones.
"""

import argparse
import gzip
import json
import multiprocessing
import plistlib
import random
import resource
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from urllib.parse import quote_from_bytes

import cbor2
import msgpack

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.decode.message import decode
from auditor.identify.detector import Detector
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Direction, Part
from tests.corpus.encodings import proto

PLANTED = "352099001761481"
SECOND = "made.up.person@mail.example.com"
KEY = b"benchmark-key-of-thirty-two-byte"
PACKED = b64encode(gzip.compress(b"a" * (1 << 20), 9, mtime=0))
"""A megabyte that reads as hex, base32 and base64."""
TOLD = "{:24} {:>8} {:>8} {:>6}  {}"


def _repeat(unit: Callable[[int], bytes], size: int, between: bytes = b"") -> bytes:
    """Units, each with its number, up to a size."""
    made: list[bytes] = []
    total = number = 0
    while total < size:
        made.append(unit(number))
        total += len(made[-1]) + len(between)
        number += 1
    return between.join(made)


def _words(size: int) -> bytes:
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(4000)]
    return " ".join(rng.choices(words, k=size // 7)).encode()[:size]


def _noise(size: int) -> bytes:
    return random.Random(2).randbytes(size)


def _records(size: int) -> list[dict[str, object]]:
    rng = random.Random(3)
    return [
        {
            "id": rng.randint(1, 10**9),
            "name": f"name {number}",
            "ok": True,
            "url": f"https://cdn.example.com/{rng.randint(1, 10**12):x}",
        }
        for number in range(size // 85)
    ]


def _token(number: int) -> bytes:
    parts = (json.dumps({"alg": "HS256", "kid": number}), json.dumps({"sub": f"user{number}"}), "signature of a token")
    return b".".join(b64encode(part.encode()).rstrip(b"=") for part in parts)


def _part(number: int) -> bytes:
    return b'--xyz\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nvalue number %d\r\n' % (number, number)


def _multipart(size: int) -> bytes:
    return _repeat(_part, size) + b"--xyz--\r\n"


def _percent(size: int) -> bytes:
    return b"v=" + quote_from_bytes(_words(size // 3), safe="").replace("e", "%65").replace("a", "%61").encode()


KINDS: dict[str, Callable[[int], bytes]] = {
    "text": _words,
    "noise": _noise,
    "zeros": bytes,
    "json, unique names": lambda size: b"{" + _repeat(lambda n: b'"name%d":"value %d"' % (n, n), size, b",") + b"}",
    "json, records": lambda size: json.dumps(_records(size)).encode(),
    "json, all hiding": lambda size: b"[" + _repeat(lambda n: b'"' + b64encode(b"some text %d" % n) + b'"', size, b",") + b"]",
    "json, broken": lambda size: b"{" + _repeat(lambda n: b'"name%d":"value %d"' % (n, n), size, b",") + b'{"a',
    "json lines": lambda size: b"\n".join(json.dumps(entry).encode() for entry in _records(size)),
    "percent": _percent,
    "percent, all": lambda size: b"".join(b"%%%02X" % byte for byte in _words(size // 3)),
    "quoted-printable": lambda size: _repeat(lambda n: b"=C3=A9t=C3=A9 num=C3=A9ro %d=\r\n" % n, size),
    "entities": lambda size: _repeat(lambda n: b"&#x6d;&#97;&amp;%d " % n, size),
    "unicode escapes": lambda size: _repeat(lambda n: b"\\u5f20\\u4e09 %d " % n, size),
    "base64": lambda size: b64encode(_words(size * 3 // 4)),
    "base64 of noise": lambda size: b64encode(_noise(size * 3 // 4)),
    "base64, runs": lambda size: _repeat(lambda n: b64encode(b"some text number %d" % n) + b"\n", size),
    "hex": lambda size: _words(size // 2).hex().encode(),
    "hex, runs": lambda size: _repeat(lambda n: (b"some text number %d" % n).hex().encode() + b" ", size),
    "base32 letters": lambda size: b"ABCDEFGH234567" * (size // 14),
    "protobuf": lambda size: _repeat(lambda n: proto(1, proto(1, b"launch %d" % n) + proto(2, b"value of it")), size),
    "plist": lambda size: plistlib.dumps([{"name": f"value {n}", "number": n} for n in range(size // 90)]),
    "plist, binary": lambda size: plistlib.dumps([f"value {n}" for n in range(size // 18)], fmt=plistlib.FMT_BINARY),
    "csv": lambda size: b"id,name,city\r\n" + _repeat(lambda n: b"%d,name %d,town\r\n" % (n, n), size),
    "pairs": lambda size: _repeat(lambda n: b"name%d=value%d" % (n, n), size, b"&"),
    "pairs, short": lambda size: b"&".join([b"a=b"] * (size // 4)),
    "ampersands": lambda size: b"a=1" + b"&" * size,
    "lines": lambda size: _repeat(lambda n: b"Name-%d: value %d\r\n" % (n, n), size),
    "semicolons": lambda size: _repeat(lambda n: b"name%d=value%d" % (n, n), size, b"; "),
    "xml": lambda size: b"<?xml version='1.0'?><r>" + _repeat(lambda n: b'<e n="%d">value %d</e>' % (n, n), size) + b"</r>",
    "html": lambda size: b"<html><body>" + _repeat(lambda n: b'<p class="c">some text %d <b>bold</b>' % n, size) + b"</body>",
    "angles": lambda size: b"<" * size,
    "multipart": _multipart,
    "tokens": lambda size: _repeat(_token, size, b"\n"),
    "msgpack": lambda size: msgpack.packb(_records(size)),
    "msgpack, numbers": lambda size: msgpack.packb(list(range(size // 5))),
    "cbor": lambda size: cbor2.dumps(_records(size)),
    "utf-16": lambda size: _words(size // 2).decode().encode("utf-16-le"),
    "full-width": lambda size: ("\uff13\uff15" * (size // 6)).encode(),
    "gzip of text": lambda size: gzip.compress(_words(size * 2), 1),
    "gzip of noise": lambda size: gzip.compress(_noise(size), 1),
    "gzip of gzip of zeros": lambda size: gzip.compress(gzip.compress(bytes(size * 64), 1), 1),
    "json, packed hex": lambda size: b"[" + _repeat(lambda n: b'"' + PACKED + b'"', size // 150, b",") + b"]",
    "server events": lambda size: _repeat(lambda n: b'data: {"n":%d,"t":"text %d"}\n\n' % (n, n), size),
    "grpc": lambda size: _repeat(lambda n: b"\0\0\0\0\x0b" + proto(1, b"msg%06d" % n), size),
}


def message(body: bytes, header: bytes = b"made-up") -> Message:
    """A request with such a body, and a planted value in another header."""
    pieces = (
        Piece(Part.HEADER, "X-First", header),
        Piece(Part.HEADER, "X-Person", SECOND.encode()),
        Piece(Part.BODY, "", body),
    )
    return Message(flow_id="0", number=0, direction=Direction.UP, at=None, host="api.example.com", protocol="http", pieces=pieces)


def _measure(made: Message, pipe: Connection) -> None:
    detector = Detector.build(
        Subjects(
            identifiers=(
                PlantedValue(label="phone", kind="imei", value=PLANTED, owner="phone"),
                PlantedValue(label="person", kind="email", value=SECOND, owner="persona"),
            )
        ),
        KEY,
        load_identifier_knowledge(),
    )
    small = message(b"{}")
    detector.look(small, decode(small).fields)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    decoded = decode(made)
    between = time.process_time()
    seen = detector.look(made, decoded.fields)
    end = time.process_time()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    labels = {sighting.identifier for sighting in seen.sightings if sighting.identifier}
    pipe.send((between - start, end - between, grown, sorted(labels), [*decoded.unread, *seen.unread]))


def measured(made: Message) -> tuple[float, float, float, list[str], list[str]]:
    """Processor seconds of decoding and of looking, memory that was added in MB, labels that were found, and what was not read."""
    ours, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_measure, args=(made, theirs))
    process.start()
    theirs.close()
    try:
        said: tuple[float, float, float, list[str], list[str]] = ours.recv()
    except EOFError:
        said = (0.0, 0.0, 0.0, [], ["the process died"])
    process.join()
    return said


def cases(kinds: list[str], size: int) -> Iterator[tuple[str, Message]]:
    """Each kind's body with a planted value behind it; then a large header, and a large URL."""
    for kind, make in KINDS.items():
        if not kinds or kind in kinds:
            yield kind, message(make(size) + b"\n" + PLANTED.encode())
    if not kinds:
        yield "header of 1 MB", message(b"{}", _repeat(lambda n: b"name%d=value%d" % (n, n), 1 << 20, b"; "))
        yield "header of 1 MB, base64", message(b"{}", b64encode(_words(3 << 18)))
        url = Piece(Part.QUERY, "", _repeat(lambda n: b"name%d=%%65%d" % (n, n), 1 << 20, b"&"))
        made = message(b"{}")
        yield (
            "query of 1 MB",
            Message(
                flow_id="0", number=0, direction=made.direction, at=None, host=None, protocol="http", pieces=(url, *made.pieces)
            ),
        )
        path = Piece(Part.URL_PATH, "path", b"/" + _repeat(lambda n: b"a%d" % n, 1 << 20, b"/"))
        yield (
            "path of 1 MB",
            Message(
                flow_id="0", number=0, direction=made.direction, at=None, host=None, protocol="http", pieces=(path, *made.pieces)
            ),
        )


def main() -> None:
    """Prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=15)
    parser.add_argument("kind", nargs="*", metavar="KIND")
    arguments = parser.parse_args()
    print(TOLD.format("body", "decode s", "look s", "MB", "found; not read"))
    for kind, made in cases(arguments.kind, arguments.megabytes * 10**6):
        decoding, looking, grown, labels, unread = measured(made)
        print(TOLD.format(kind, f"{decoding:.2f}", f"{looking:.2f}", f"{grown:.0f}", f"{', '.join(labels)}; {'; '.join(unread)}"))


if __name__ == "__main__":
    main()
