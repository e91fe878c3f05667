"""How fast identifiers are found: `python -m tests.benchmarks.identify_bench` prints the figures of `docs/identifiers.md`.

`--against COMMAND` runs privacy-flow-inspector (PyPI) and this tool's own command line on one HAR file in the same run, both told
the same planted values: `--against "privacy-flow-inspector scan"`. A tool that fails ends the run.
Times are CPU times of one core. The first line says how fast that core is now: on a busy machine all figures shrink with it.
"""

import argparse
import gzip
import json
import random
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.decode.message import decode
from auditor.identify import scanner
from auditor.identify.batch import Batch
from auditor.identify.detector import Detector
from auditor.identify.planted import Planted
from auditor.model.content import Field, Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Direction, Part
from tests.corpus.subjects import hexits, made_up, word

KEY = b"benchmark-key-of-thirty-two-byte"
CHUNK = 1 << 20
HEADERS = (
    ("Host", "api.example.com"),
    ("User-Agent", "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UD1A.230803.041)"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Request-Id", "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11"),
)


def twenty() -> Subjects:
    """Twenty planted values."""
    subjects = made_up(1)
    return Subjects(identifiers=subjects.identifiers[:20])


def record(rng: random.Random) -> dict[str, object]:
    """A record like servers send, about 400 bytes."""
    return {
        "id": rng.randint(1, 10**9),
        "title": " ".join(word(rng, 6) for _ in range(8)),
        "url": f"https://cdn.example.com/img/{hexits(rng, 16)}.png",
        "text": " ".join(word(rng, rng.randint(3, 9)) for _ in range(25)),
        "ok": True,
        "created": f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T10:00:00Z",
        "price": round(rng.uniform(1, 500), 2),
        "tags": [word(rng, 5), word(rng, 6)],
    }


def body(rng: random.Random, size: int) -> bytes:
    """A JSON body of about `size` bytes."""
    records: list[dict[str, object]] = []
    while len(json.dumps(records)) < size:
        records.append(record(rng))
    return json.dumps({"code": 0, "data": records}).encode()


def messages(rng: random.Random, count: int) -> list[Message]:
    """Messages of 10 kB: JSON (every other one in gzip), and one form with base64 in ten."""
    found = []
    for number in range(count):
        data, coding = body(rng, 10_000), ""
        if number % 10 == 9:
            data = b"v=2&data=" + b64encode(data[:7000]).replace(b"+", b"%2B") + b"&sign=" + hexits(rng, 32).encode()
        elif number % 2:
            data, coding = gzip.compress(data), "gzip"
        headers = (*HEADERS, *((("Content-Encoding", coding),) if coding else ()))
        pieces = [Piece(Part.URL_PATH, "path", b"/v1/feed/list"), Piece(Part.QUERY, "", b"page=1&size=20&lang=zh")]
        pieces += [Piece(Part.HEADER, name, value.encode()) for name, value in headers]
        found.append(
            Message(
                flow_id=str(number),
                number=0,
                direction=Direction.UP,
                at=None,
                host="api.example.com",
                protocol="http",
                pieces=(*pieces, Piece(Part.BODY, "", data)),
            )
        )
    return found


def har(told: list[Message]) -> str:
    """The same messages as HAR 1.2, bodies as text."""
    entries = []
    for message in told:
        data = message.pieces[-1].data
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()
        request = {
            "method": "POST",
            "url": "https://api.example.com/v1/feed/list?page=1&size=20&lang=zh",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": name, "value": value} for name, value in HEADERS],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(text),
            "postData": {"mimeType": "application/json", "text": text},
        }
        response = {"status": 200, "statusText": "", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "redirectURL": ""}
        response |= {"headersSize": -1, "bodySize": 0, "content": {"size": 0, "mimeType": "text/plain", "text": ""}}
        entries.append(
            {
                "startedDateTime": "2026-11-22T10:00:00Z",
                "time": 1,
                "request": request,
                "response": response,
                "cache": {},
                "timings": {"send": 0, "wait": 1, "receive": 0},
            }
        )
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": entries}})


def payload(rng: random.Random, size: int) -> Iterator[bytes]:
    """Cleartext payload in runs: JSON, HTML-like text, base64 and binary in equal parts."""
    text = body(rng, 200_000)
    kinds = (
        text,
        " ".join(word(rng, 6) for _ in range(30_000)).encode(),
        b64encode(rng.randbytes(150_000)),
        rng.randbytes(200_000),
    )
    blocks = [(kind * (CHUNK // len(kind) + 1))[:CHUNK] for kind in kinds]
    for number in range(size // CHUNK):
        yield blocks[number % len(blocks)]


def scan_rate(planted: Planted, size: int) -> float:
    """MB/s over cleartext payload."""
    fields = []
    for data in payload(random.Random(5), size):
        piece = Piece(Part.PAYLOAD, "", data)
        fields.append(Field(part=Part.PAYLOAD, path="", key="", value=data, encodings=(), piece=piece, offset=0))
    change(planted)
    start = time.process_time()
    for field in fields:
        planted.hits(Batch((field,)))
    return size / (time.process_time() - start) / 1e6


def message_rate(detector: Detector, told: list[Message]) -> float:
    """Messages per second with all decoders on, each forgotten as in an audit."""
    start = time.process_time()
    for message in told:
        detector.sightings(message, decode(message).fields)
    return len(told) / (time.process_time() - start)


def shares(detector: Detector, told: list[Message]) -> dict[str, float]:
    """Seconds of each step over all messages."""
    spent = dict.fromkeys(("decoding", "joining", "needles", "positions", "shapes and names"), 0.0)

    def timed[T](step: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        done = work()
        spent[step] += time.process_time() - start
        return done

    for message in told:
        fields = timed("decoding", lambda message=message: decode(message).fields)  # type: ignore[misc]
        batch = timed("joining", lambda fields=fields: Batch(fields))  # type: ignore[misc]
        timed("needles", lambda batch=batch: detector._planted.first_hits(batch))  # type: ignore[misc]
        timed("positions", lambda fields=fields: list(detector._locations.found(fields)))  # type: ignore[misc]
        timed("shapes and names", lambda batch=batch: detector._patterns.found(batch))  # type: ignore[misc]
    return spent


def change(planted: Planted) -> None:
    """From here on the fast engine scans, as it does once much has been scanned."""
    usual, scanner.MUCH = scanner.MUCH, 0
    planted.hits(Batch((Field(Part.PAYLOAD, "", "", b"any", (), Piece(Part.PAYLOAD, "", b"any"), 0),)))
    scanner.MUCH = usual


def loop_time() -> float:
    """Nanoseconds for a step of a plain loop; about 40 on an idle core of 2024."""
    start = time.process_time()
    total = 0
    for number in range(2_000_000):
        total += number
    return (time.process_time() - start) / 2_000_000 * 1e9


def main() -> None:
    """Prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", default="")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--messages", type=int, default=500)
    arguments = parser.parse_args()
    print(f"this core now: {loop_time():.0f} ns a loop step")
    start = time.process_time()
    subjects = twenty()
    detector = Detector.build(subjects, KEY, load_identifier_knowledge())
    planted = Planted(subjects)
    built = (time.process_time() - start) / 2
    start = time.process_time()
    scanner.Hyperscan([(needles[0].pattern, needles[0].caseless) for needles in planted.needles])
    fast = time.process_time() - start
    print(f"20 planted values: {len(planted.needles)} needles, built in {built:.2f} s, for speed in {fast:.2f} s more")
    print(f"cleartext payload: {scan_rate(planted, arguments.megabytes * CHUNK):.0f} MB/s")
    told = messages(random.Random(3), arguments.messages)
    message_rate(detector, told[:50])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rate = message_rate(detector, told)
    change(detector._planted)
    steady = message_rate(detector, told)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"messages of 10 kB: {rate:.0f} a second with the quick engine, {steady:.0f} with the fast one, which takes over for long captures"
    )
    spent = shares(detector, told)
    total = sum(spent.values())
    print("of a message's time: " + ", ".join(f"{step} {seconds / total:.0%}" for step, seconds in spent.items()))
    print(f"memory: {grown:.0f} MB more at the end than at the start")
    if arguments.against:
        against(arguments.against, subjects, arguments.messages)


def against(command: str, subjects: Subjects, count: int) -> None:
    """Runs the other tool and this one's command line on the same HAR file, each told the same planted values.

    One of these stands in a header of every message, and both must say so.
    Both start, read the file and write all they found; what a file of one message costs is the start, and is taken off.

    Raises:
        SystemExit: a tool failed, did not look at all messages, or did not find the value that stands in them.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = messages(random.Random(3), count)
        for size in (1, count):
            (folder / f"{size}.har").write_text(har(told[:size]))
        tracer = PlantedValue(label="request", kind="text", value=dict(HEADERS)["X-Request-Id"], owner="phone")
        subjects = Subjects(identifiers=(*subjects.identifiers, tracer))
        values = [(json.dumps(entry.label), json.dumps(entry.value, ensure_ascii=False), entry) for entry in subjects.identifiers]
        theirs, ours = folder / "personas.toml", folder / "subjects.toml"
        theirs.write_text("".join(f"[[persona]]\nlabel = {label}\nvalue = {value}\n" for label, value, _ in values))
        ours.write_text(
            "schema = 1\n"
            + "".join(
                f'[[identifier]]\nlabel = {label}\nkind = "{entry.kind}"\nvalue = {value}\nowner = "phone"\n'
                for label, value, entry in values
            )
        )
        other = [*shlex.split(command), "--config", str(theirs), "--fail-on", "never", "--json", str(folder / "theirs.json")]
        this = [sys.executable, "-m", "auditor", "sightings", "--subjects", str(ours), "--format", "ndjson"]
        this += ["-o", str(folder / "ours.ndjson")]
        spent = {}
        for tool, line in (("auditor sightings", this), (shlex.split(command)[0].rpartition("/")[2], other)):
            start, whole = (_processor_seconds([*line, str(folder / f"{size}.har")]) for size in (1, count))
            spent[tool] = whole - start
            print(f"{tool}: {start:.2f} s to start, {whole:.2f} s for {count} messages: {count / (whole - start):.0f} a second")
        seen = json.dumps(json.loads((folder / "theirs.json").read_text()))
        if f'"requests": {count}' not in seen or '"request sent to' not in seen:
            raise SystemExit(f"the other tool did not look at {count} requests, or found nothing in them")
        sightings = (folder / "ours.ndjson").read_text().count('"identifier":"request"')
        if sightings != count:
            raise SystemExit(f"this tool found {sightings} of {count} planted values")
    ours_spent, theirs_spent = spent.values()
    print(f"theirs takes {theirs_spent / ours_spent:.1f} times the processor time of ours")


def _processor_seconds(line: list[str]) -> float:
    """Processor time of a command that must end well."""
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(line, capture_output=True, check=False)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{line[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


if __name__ == "__main__":
    main()
