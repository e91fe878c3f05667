"""Forty canaries: made-up values of twenty kinds, a session that holds all of them in many encodings, and who looks for traces."""

import gzip
import hashlib
import io
import json
import re
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

from auditor.model.session import PlantedValue
from tests.corpus.subjects import made_up
from tests.unit.capture.wire import CLIENT, SERVER, Wire, pcapng

KINDS = (
    *("imei", "imsi", "iccid", "serial", "mac", "bssid", "android_id", "oaid", "aaid", "idfa", "idfv", "push_token"),
    *("phone", "email", "user_name", "password", "nickname", "postal_address", "card", "token"),
)
CANARIES: tuple[PlantedValue, ...] = tuple(
    PlantedValue(label=f"{entry.kind}-{seed}", kind=entry.kind, value=entry.value, owner="phone")
    for seed in (11, 12)
    for entry in made_up(seed).identifiers
    if entry.kind in KINDS
)
TURNS = 4
"""Documents in each capture; in each of them every canary wears another disguise."""
SALT = "o2-pepper-7f"


def session(folder: Path) -> Path:
    """A session folder with every canary in every capture."""
    folder.mkdir(parents=True)
    tables = [
        f'[[identifier]]\nlabel = "{one.label}"\nkind = "{one.kind}"\nvalue = {json.dumps(one.value, ensure_ascii=False)}\n'
        f'owner = "{one.owner}"\n'
        for one in CANARIES
    ]
    (folder / "subjects.toml").write_text(f'schema = 1\nsalts = ["{SALT}"]\n\n' + "\n".join(tables), encoding="utf-8")
    (folder / "session.toml").write_text(
        'schema = 1\n[session]\nname = "canaries"\ntester = "Somebody"\n\n'
        + "".join(f'[[capture]]\npath = "{name}"\nsurface = "{surface}"\n\n' for name, surface in CAPTURES.items()),
        encoding="utf-8",
    )
    (folder / "site.har").write_bytes(_har())
    (folder / "app.mitm").write_bytes(_flows())
    (folder / "printer.pcapng.gz").write_bytes(gzip.compress(_packets(), mtime=0))
    (folder / "session.key").write_bytes(bytes(range(32)))
    return folder


CAPTURES = {"site.har": "site", "app.mitm": "app", "printer.pcapng.gz": "printer"}


def disguised(number: int, value: str) -> str:
    """One value in one of the ways in which text hides it."""
    data = value.encode()
    ways = (
        value,
        b64encode(data).decode(),
        data.hex(),
        hashlib.md5(data).hexdigest(),
        hashlib.sha256((SALT + value).encode()).hexdigest(),
        b64encode(hashlib.sha1(data).digest()).decode(),
        quote(quote(value, safe=""), safe=""),
        json.dumps({"inner": value}),
        b64encode(zlib.compress(json.dumps({"v": value}).encode())).decode(),
    )
    return ways[number % len(ways)]


def _document(turn: int) -> bytes:
    """All canaries, each in the disguise whose turn it is."""
    values = {one.label: disguised(number + turn, one.value) for number, one in enumerate(CANARIES)}
    return json.dumps({"turn": turn, "values": values}, ensure_ascii=turn % 2 == 0).encode()


def _har() -> bytes:
    entries = []
    for turn in range(TURNS):
        one = CANARIES[turn * 4]
        url = f"https://shop.example.com/cart?u={quote(one.value)}&h={hashlib.md5(one.value.encode()).hexdigest()}"
        body = {"mimeType": "application/json", "text": _document(turn).decode()}
        content = {
            "size": 10,
            "mimeType": "application/json",
            "text": b64encode(_document(turn + 1)).decode(),
            "encoding": "base64",
        }
        message = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1, "bodySize": -1}
        headers = [{"name": "Authorization", "value": "Basic " + b64encode(f"u:{CANARIES[-3].value}".encode()).decode()}]
        entries.append(
            {
                "startedDateTime": "2026-11-22T10:00:00.000Z",
                "time": 5,
                "request": {"method": "POST", "url": url, "headers": headers, "queryString": [], "postData": body, **message},
                "response": {"status": 200, "statusText": "OK", "headers": [], "content": content, "redirectURL": "", **message},
                "cache": {},
                "timings": {"send": 1, "wait": 1, "receive": 1},
            }
        )
    creator = {"name": "made up", "version": "1"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}}, ensure_ascii=False).encode()


def _flows() -> bytes:
    out = io.BytesIO()
    writer = FlowWriter(out)  # type: ignore[no-untyped-call]
    for turn in range(TURNS):
        body = gzip.compress(_document(turn), mtime=0) if turn % 3 == 0 else _document(turn)
        head = [(b"content-encoding", b"gzip")] if turn % 3 == 0 else []
        head += [(b"content-length", b"%d" % len(body)), (b"x-device", CANARIES[turn].value.encode())]
        request = tutils.treq(host="api.example.com", path=f"/v1/{CANARIES[2].value}".encode(), content=body, headers=head)
        flow = tflow.tflow(req=request, resp=True)
        flow.id = f"{turn:08}-0000-4000-8000-000000000000"
        flow.comment = f"seen with {CANARIES[turn + 9].value}"
        writer.add(flow)
    writer.add(tflow.twebsocketflow())
    return out.getvalue()


def _packets() -> bytes:
    wire = Wire()
    for turn in range(TURNS):
        tcp = wire.connect(port=80, sport=50_000 + turn).open()
        body = gzip.compress(_document(turn), mtime=0) if turn % 3 == 1 else _document(turn)
        coding = "Content-Encoding: gzip\r\n" if turn % 3 == 1 else ""
        head = f"POST /r HTTP/1.1\r\nHost: iot.example.com\r\n{coding}Content-Length: {len(body)}\r\n\r\n"
        tcp.up(head.encode() + body, size=211).down(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").close()
        wire.udp(CLIENT, 41_000, SERVER, 9_999, CANARIES[turn + 20].value.encode())
    return pcapng(wire.frames)


def traces(value: str) -> Iterator[bytes]:
    """What betrays a value, written out here so that nothing of what is tested is trusted; each long enough not to be chance."""
    bare = re.sub(r"[^0-9A-Za-z]", "", value)
    spellings = {value, value.lower(), value.upper(), *((bare, bare.lower(), bare.upper()) if len(bare) >= 8 else ())}
    for text in spellings:
        data = text.encode()
        yield data
        yield data.hex().encode()
        yield data.hex().upper().encode()
        yield quote(text, safe="").encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield from (stretch for skip in range(3) if len(stretch := b64encode(bytes(skip) + data)[4 : 4 * (len(data) // 3)]) >= 10)
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, data)
            yield digest.hexdigest().encode()
            yield digest.hexdigest().upper().encode()
            yield b64encode(digest.digest())[:20]
            yield digest.digest()


TRACES: dict[bytes, str] = {trace: one.label for one in CANARIES for trace in traces(one.value) if len(trace) >= 8}


def betrayed(data: bytes, depth: int = 4) -> set[str]:
    """Labels of the canaries in some bytes, also in what is packed in them."""
    found = {label for trace, label in TRACES.items() if trace in data}
    for inside in _inside(data) if depth else ():
        found |= betrayed(inside, depth - 1)
    return found


def _inside(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if data.startswith(b"PAR1"):
        import pandas as pd

        yield pd.read_parquet(io.BytesIO(data)).to_csv().encode()
    for found in re.finditer(rb"\x1f\x8b\x08", data):
        try:
            yield zlib.decompressobj(31).decompress(data[found.start() :], 1 << 22)
        except zlib.error:
            continue


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
