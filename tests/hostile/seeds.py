"""Files to damage: of every format that the tool reads, whole ones and ones that are broken in a way that broke others.

A seed is a name, the bytes, and the command that reads it; `{}` in the command stands for the file (or several, where the command takes several), `{dir}` for a folder of the run's
own, `{session}` for a session that is not damaged.
"""

import gzip
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from tests.e2e.small_session import FLOWS, HAR, SUBJECTS, packets
from tests.fuzz.fuzz_captures import seeds as captures
from tests.unit.capture.test_imported import FILES
from tests.unit.capture.wire import block, interface, section

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "captures" / "demo"
REPORT = ROOT / "reports" / "demo"

FLOWS_OF = ("flows", "{}", "--format", "ndjson", "--quiet")
AUDIT_OF = ("audit", "{}", "--out", "{dir}", "--format", "json", "--quiet")


@dataclass(frozen=True, slots=True)
class Seed:
    """One file, and what is done with it."""

    name: str
    data: bytes
    command: tuple[str, ...]


def seeds() -> tuple[Seed, ...]:
    """All of them, always the same."""
    return (*_packets(), *_broken_packets(), *_proxies(), *_tables(), *_texts(), *_reports())


def _packets() -> Iterator[Seed]:
    for number, data in enumerate(captures()):
        yield Seed(f"capture{number}.cap", data[:60_000], FLOWS_OF)
        yield Seed(f"capture{number}.cap.gz", gzip.compress(data[:30_000], mtime=0), FLOWS_OF)
    small = packets(40)
    for name, data in {
        "small.pcap": small,
        "half.pcap": small[: len(small) // 2],
        "small.pcap.zst": zstandard.compress(small),
        "two.pcap": small + small,
        "gz-in-gz.pcap": gzip.compress(gzip.compress(small, mtime=0), mtime=0),
    }.items():
        yield Seed(name, data, AUDIT_OF)


def _broken_packets() -> Iterator[Seed]:
    """Structures that no library refuses as a whole."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0xFFFF, 1)
    record = struct.pack("<IIII", 1, 0, 60, 60) + bytes(60)
    made = {
        "head cut": head[:11],
        "record head cut": head + record[:9],
        "record data cut": head + record + record[:40],
        "caplen max": head + struct.pack("<IIII", 1, 0, 0xFFFFFFFF, 0xFFFFFFFF) + bytes(64),
        "caplen negative": head + struct.pack("<IIII", 1, 0, 0x80000000, 60) + bytes(64),
        "no link type": struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0, 0xFFFF) + record,
        "version 9": struct.pack("<IHHiIII", 0xA1B2C3D4, 9, 9, 0, 0, 0xFFFF, 1) + record,
        "three bytes": b"\xd4\xc3\xb2",
        "zeros": bytes(4096),
        "ng length 0": section() + struct.pack("<II", 6, 0),
        "ng length 8": section() + struct.pack("<III", 6, 8, 8),
        "ng length max": section() + struct.pack("<II", 6, 0xFFFFFFF0) + bytes(32),
        "ng no interface": section() + block(6, struct.pack("<IIIII", 0, 0, 0, 4, 4) + bytes(4)),
        "ng caplen": section() + interface() + block(6, struct.pack("<IIIII", 0, 0, 0, 4000, 4000) + bytes(4)),
        "ng trailer": section() + block(1, struct.pack("<HHI", 1, 0, 0), trailer=12),
        "ng resolution": section() + interface(options=struct.pack("<HHB3x", 9, 1, 255)),
        "ng sections": section() * 500,
        "ng interfaces": section() + interface() * 3000,
    }
    for name, data in made.items():
        yield Seed(f"{name}.pcap", data, FLOWS_OF)


def _proxies() -> Iterator[Seed]:
    demo = (DEMO / "app.mitm").read_bytes()
    yield Seed("small.mitm", FLOWS, AUDIT_OF)
    yield Seed("demo.mitm", demo[:40_000], FLOWS_OF)
    yield Seed("length.mitm", b"999999999999:" + FLOWS, FLOWS_OF)
    yield Seed("deep.mitm", b"1:" * 5000, FLOWS_OF)
    yield Seed("small.har", HAR, AUDIT_OF)
    yield Seed("demo.har", (DEMO / "site.har").read_bytes()[:60_000], FLOWS_OF)
    yield Seed("empty.har", b'{"log":{"entries":[]}}', AUDIT_OF)
    yield Seed("deep.har", b'{"log":{"entries":' + b"[" * 20_000, FLOWS_OF)
    yield Seed("odd.har", b'{"log":{"entries":[{"request":{"url":1e999,"method":null},"response":[]},NaN,{}]}}', FLOWS_OF)
    yield Seed("twice.har", HAR.replace(b'"log"', b'"log":{},"log"', 1), FLOWS_OF)
    yield Seed("surrogate.har", HAR.replace(b"GET", b'G\\ud800"'[:-1], 1), AUDIT_OF)


def _tables() -> Iterator[Seed]:
    for name, text in FILES.items():
        yield Seed(f"{name}.txt", text.encode(), FLOWS_OF)
        yield Seed(f"{name}.audit.txt", text.encode(), AUDIT_OF)


def _texts() -> Iterator[Seed]:
    register = (ROOT / "auditor" / "catalog" / "registers" / "o2nails-1.1.toml").read_bytes()
    session = ("audit", "{session}", "--out", "{dir}", "--format", "json", "--quiet")
    yield Seed("register.toml", register, (*session, "--register", "{}"))
    yield Seed("subjects.toml", SUBJECTS.encode(), (*session, "--subjects", "{}"))
    yield Seed("waivers.toml", (DEMO / "waivers.toml").read_bytes(), (*session, "--waivers", "{}"))
    yield Seed("keys.log", b"CLIENT_RANDOM " + b"00" * 32 + b" " + b"11" * 48 + b"\n", (*session, "--keylog", "{}"))
    yield Seed("asn.tsv", b"1.0.0.0\t1.0.0.255\t13335\tUS\tX\n" * 20, (*session, "--ip-asn", "{}"))
    yield Seed("deep.toml", b"a = " + b"[" * 3000, (*session, "--subjects", "{}"))
    for name in ("session.toml", "subjects.toml", "waivers.toml", "journal.ndjson"):
        yield Seed(f"in {name}", (DEMO / name).read_bytes(), (*session, f"+{name}"))
    for path in sorted((ROOT / "tests" / "golden" / "policies").glob("*.*"))[:8]:
        data = path.read_bytes()
        if path.suffix in (".txt", ".md", ".html", ".htm"):
            yield Seed(path.name, data, ("policy", "read", "{}", "--quiet"))
            yield Seed(f"lint {path.name}", data, ("policy", "lint", "{}", "--quiet"))
    yield Seed("brackets.txt", "（".encode() * 4000, ("policy", "lint", "{}", "--quiet"))


def _reports() -> Iterator[Seed]:
    """One file of a report that is verified, rendered or compared."""
    for name in ("audit.json", "manifest.json", "junit.xml", "summary.md"):
        yield Seed(f"report {name}", (REPORT / name).read_bytes(), ("verify", "{report}", "--quiet"))
    document = (REPORT / "audit.json").read_bytes()
    yield Seed("shown audit.json", document, ("report", "{report}", "--format", "md", "--quiet"))
    yield Seed("compared audit.json", document, ("diff", "{report}", str(REPORT), "--quiet"))
    yield Seed("fleet audit.json", document, ("fleet", "{report}", "-o", "{dir}", "--quiet", "--format", "parquet"))
    yield Seed("no report", json.dumps({"schema": 1}).encode(), ("verify", "{report}", "--quiet"))
