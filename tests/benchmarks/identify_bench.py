"""How fast identifiers are found: `python -m tests.benchmarks.identify_bench` prints the figures of `docs/identifiers.md`.

`--against COMMAND` instead runs privacy-flow-inspector (PyPI) and this tool's own command line on one HAR file in the same run, both
told the same planted values: `--against "privacy-flow-inspector scan" --messages 5000`. `--command` runs only this tool's, on a HAR
file and on a flow file of mitmproxy's with the same messages. A tool that fails ends the run with an error.
Times are processor times of one core where nothing else is said. The first line says how fast that core is now: on a busy machine all
figures shrink with it.
"""

import argparse
import gzip
import json
import os
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
from typing import NamedTuple

from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

from auditor import triage_code
from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.decode.message import decode
from auditor.identify import scanner
from auditor.identify.batch import Batch
from auditor.identify.detector import Detector
from auditor.identify.planted import Planted
from auditor.model.content import Field, Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Direction, Part
from tests.benchmarks.realistic import realistic_body
from tests.corpus.subjects import hexits, made_up, word

KEY = b"benchmark-key-of-thirty-two-byte"
CHUNK = 1 << 20

type Make = Callable[[random.Random, int], bytes]
"""Chance and the wanted size of a body in, the body out."""

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


def messages(rng: random.Random, count: int, make: Make = body) -> list[Message]:
    """Messages of 10 kB: JSON (every other one in gzip), and one form with base64 in ten."""
    found = []
    for number in range(count):
        data, coding = make(rng, 10_000), ""
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


def flow_file(told: list[Message], path: Path) -> None:
    """The same messages as a flow file, ten on each connection, every other body still in gzip."""
    at = 1_795_341_600.25
    with path.open("wb") as file:
        writer = FlowWriter(file)  # type: ignore[no-untyped-call]
        last = tflow.tflow()
        for number, message in enumerate(told):
            headers = tuple((piece.name.encode(), piece.data) for piece in message.pieces if piece.part is Part.HEADER)
            target = b"/v1/feed/list?page=1&size=20&lang=zh"
            request = tutils.treq(host="api.example.com", port=443, path=target, headers=headers, timestamp_start=at + number)
            request.raw_content = message.pieces[-1].data
            response = tutils.tresp(headers=(), content=b"", timestamp_start=at + number + 1)
            flow = tflow.tflow(req=request, resp=response)
            if number % 10:
                flow.client_conn, flow.server_conn = last.client_conn, last.server_conn
            writer.add(flow)
            last = flow


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
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # commands would compile all modules at each start, as no user's do
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", default="", metavar="COMMAND")
    parser.add_argument("--command", action="store_true")
    parser.add_argument("--realistic", action="store_true", help="bodies as of `tests.benchmarks.realistic`, for both")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--messages", type=int, default=500)
    arguments = parser.parse_args()
    print(f"this core now: {loop_time():.0f} ns a loop step")
    make = realistic_body if arguments.realistic else body
    if arguments.against:
        against(arguments.against, max(2, arguments.messages), make)
    elif arguments.command:
        command_line(max(2, arguments.messages), make)
    else:
        here(arguments.megabytes, arguments.messages)


def here(megabytes: int, count: int) -> None:
    """What this tool does in one process."""
    triage_code.prepare(1 << 30)  # as commands do for large files
    start = time.process_time()
    subjects = twenty()
    detector = Detector.build(subjects, KEY, load_identifier_knowledge())
    planted = Planted(subjects)
    built = (time.process_time() - start) / 2
    start = time.process_time()
    scanner.Hyperscan([(needles[0].pattern, needles[0].caseless) for needles in planted.needles])
    fast = time.process_time() - start
    print(f"20 planted values: {len(planted.needles)} needles, built in {built:.2f} s, for speed in {fast:.2f} s more")
    print(f"cleartext payload: {scan_rate(planted, megabytes * CHUNK):.0f} MB/s")
    told = messages(random.Random(3), count)
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
    told = messages(random.Random(4), count, realistic_body)
    rate = message_rate(detector, told)
    spent = shares(detector, messages(random.Random(5), count, realistic_body))
    total = sum(spent.values())
    print(
        f"realistic messages of 10 kB: {rate:.0f} a second, decoding {spent['decoding'] / count * 1000:.1f} ms of processor time each"
    )
    print("of a realistic message's time: " + ", ".join(f"{step} {seconds / total:.0%}" for step, seconds in spent.items()))


class Cost(NamedTuple):
    """What a command took."""

    wall: float
    """Seconds."""
    processor: float
    """Seconds, on all cores and in all of its processes."""
    peak: float
    """Megabytes of its largest process."""


HEAD = """
| | messages | wall s | processor s | a second | peak MB | start: wall s | processor s | without start: wall s | processor s | a second |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def against(command: str, count: int, make: Make) -> None:
    """Runs the other tool and this one's command line on the same HAR file, each told the same planted values, and prints a table.

    One of these stands in a header of every message, and both must say so.
    Both start, read the file and write all they found; what a file of one message costs is the start.

    Raises:
        SystemExit: a tool failed, did not look at all messages, or did not find the value that stands in them.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = messages(random.Random(3), count, make)
        for size in (1, count):
            (folder / f"{size}.har").write_text(har(told[:size]))
        del told
        theirs, ours = tell(folder)
        other = [*shlex.split(command), "--config", str(theirs), "--fail-on", "never", "--json", str(folder / "theirs.json")]
        this = sightings(ours, folder / "ours.ndjson")
        print(HEAD)
        spent: list[tuple[Cost, Cost]] = []
        for tool, line in (("auditor sightings", this), (Path(shlex.split(command)[0]).name, other)):
            start, whole = (cost_of([*line, str(folder / f"{size}.har")]) for size in (1, count))
            spent.append((start, whole))
            print(row(tool, count, start, whole), flush=True)
        seen = json.dumps(json.loads((folder / "theirs.json").read_text()))
        if f'"requests": {count}' not in seen or '"request sent to' not in seen:
            raise SystemExit(f"the other tool did not look at {count} requests, or found nothing in them")
        check(folder / "ours.ndjson", count)
    (ours_start, ours_whole), (theirs_start, theirs_whole) = spent
    wall, processor = theirs_whole.wall / ours_whole.wall, theirs_whole.processor / ours_whole.processor
    print(f"\ntheirs takes {wall:.1f} times the wall time of ours and {processor:.1f} times the processor time, starts included;")
    wall = (theirs_whole.wall - theirs_start.wall) / (ours_whole.wall - ours_start.wall)
    processor = (theirs_whole.processor - theirs_start.processor) / (ours_whole.processor - ours_start.processor)
    print(f"{wall:.1f} and {processor:.1f} times without")


def command_line(count: int, make: Make) -> None:
    """Runs this tool's command line on a HAR file and on a flow file of the same messages, and prints a table as above.

    Raises:
        SystemExit: it failed, or did not find the value that stands in each message.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = messages(random.Random(3), count, make)
        for size in (1, count):
            (folder / f"{size}.har").write_text(har(told[:size]))
            flow_file(told[:size], folder / f"{size}.mitm")
        del told
        line = sightings(tell(folder)[1], folder / "ours.ndjson")
        print(HEAD)
        for kind in ("har", "mitm"):
            start, whole = (cost_of([*line, str(folder / f"{size}.{kind}")]) for size in (1, count))
            print(row(f"auditor sightings FILE.{kind}", count, start, whole), flush=True)
            check(folder / "ours.ndjson", count)


def sightings(subjects: Path, output: Path) -> list[str]:
    """This tool's command, but for the capture."""
    line = [sys.executable, "-m", "auditor", "sightings", "--subjects", str(subjects), "--format", "ndjson"]
    return [*line, "-o", str(output)]


def check(output: Path, count: int) -> None:
    """Whether this tool found the value that stands in each message.

    Raises:
        SystemExit: it did not.
    """
    found = output.read_text().count('"identifier":"request"')
    if found != count:
        raise SystemExit(f"this tool found {found} of {count} planted values")


def tell(folder: Path) -> tuple[Path, Path]:
    """The planted values as the other tool reads them, and as this one does: one more, which stands in every message."""
    tracer = PlantedValue(label="request", kind="text", value=dict(HEADERS)["X-Request-Id"], owner="phone")
    values = [
        (json.dumps(entry.label), json.dumps(entry.value, ensure_ascii=False), entry.kind)
        for entry in (*twenty().identifiers, tracer)
    ]
    theirs, ours = folder / "personas.toml", folder / "subjects.toml"
    theirs.write_text("".join(f"[[persona]]\nlabel = {label}\nvalue = {value}\n" for label, value, _ in values))
    ours.write_text(
        "schema = 1\n"
        + "".join(
            f'[[identifier]]\nlabel = {label}\nkind = "{kind}"\nvalue = {value}\nowner = "phone"\n'
            for label, value, kind in values
        )
    )
    return theirs, ours


def row(tool: str, count: int, start: Cost, whole: Cost) -> str:
    """A tool's line of the table."""
    wall, processor = whole.wall - start.wall, whole.processor - start.processor
    cells = [f"`{tool}`", f"{count:,}", f"{whole.wall:.2f}", f"{whole.processor:.2f}", f"{count / whole.wall:,.0f}"]
    cells += [f"{whole.peak:.0f}", f"{start.wall:.2f}", f"{start.processor:.2f}"]
    cells += [f"{wall:.2f}", f"{processor:.2f}", f"{count / wall:,.0f}"]
    return f"| {' | '.join(cells)} |"


def cost_of(line: list[str]) -> Cost:
    """What a command takes that must end well.

    Raises:
        SystemExit: it is not there, or ended with an error.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        except OSError as error:
            raise SystemExit(f"{line[0]} cannot be run: {error.strerror}") from None
        _, status, usage = os.wait4(process.pid, 0)
        wall, process.returncode = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            told = said.read().decode(errors="replace")[-300:]
            raise SystemExit(f"{line[0]} ended with {process.returncode}: {told}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
