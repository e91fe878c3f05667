"""TLS with a key log: what tshark decrypts is read like traffic in the clear; without tshark it stays opaque, with a note."""

import base64
import datetime
import gzip
import shutil
import ssl
import struct
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import engine
from auditor.capture.decryption import Decrypted, read_runs
from auditor.capture.pcap import READER
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from auditor.model.vocabulary import Direction, Part
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import Wire, block, dns_message, enhanced, interface, section

REQUEST = b"POST /upload?id=7 HTTP/1.1\r\nHost: secret.example\r\nContent-Length: 20\r\n\r\nimei=490154203237518"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def _server_context(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secret.example")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + datetime.timedelta(days=900)).sign(
        key, hashes.SHA256()
    )
    both = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


def _recorded(folder: Path) -> tuple[bytes, str]:
    """A capture of a real TLS conversation in memory, and its key log."""
    wire = Wire()
    keylog = _converse(folder, wire, 50_000, REQUEST)
    return wire.pcap(), keylog


def _converse(
    folder: Path,
    wire: Wire,
    sport: int,
    request: bytes,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    response: bytes = RESPONSE,
    size: int = 1_400,
) -> str:
    """Adds a conversation in segments of that size; the key log."""
    keylog = folder / "keys.log"
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname, client_context.verify_mode = False, ssl.CERT_NONE
    client_context.keylog_filename, client_context.maximum_version = str(keylog), version
    wires = [ssl.MemoryBIO() for _ in range(4)]
    client = client_context.wrap_bio(wires[0], wires[1], server_hostname="secret.example")
    server = _server_context(folder).wrap_bio(wires[2], wires[3], server_side=True)
    connection = wire.connect(sport=sport).open()

    def pass_on() -> None:
        if data := wires[1].read():
            connection.up(data, size)
            wires[2].write(data)
        if data := wires[3].read():
            connection.down(data, size)
            wires[0].write(data)

    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass_on()
    pass_on()
    client.write(request)
    pass_on()
    server.read()
    server.write(response)
    pass_on()
    connection.close()
    return str(keylog)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_with_a_key_log_the_content_is_read(tmp_path: Path) -> None:
    data, keylog = _recorded(tmp_path)
    path = tmp_path / "x.pcap"
    path.write_bytes(data)
    messages: list[Message] = []
    reading = READER.read(str(path), ReadOptions(inspect=messages.append, keylog=keylog))
    (flow,) = reading.flows.to_dict("records")
    assert (flow["visibility"], flow["application"], flow["host"]) == ("decrypted", "http", "secret.example")
    assert (flow["url"], flow["tls_version"]) == ("https://secret.example/upload", "TLSv1.3")
    bodies = [piece.data for message in messages for piece in message.pieces if piece.part is Part.BODY]
    assert bodies == [b"imei=490154203237518", b"ok"]
    said = {message.direction: message for message in messages if message.protocol == "http"}
    assert said[Direction.UP].header("host") == b"secret.example"
    assert said[Direction.DOWN].header("host") is None
    assert any("were decrypted" in note for note in reading.notes)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_segments_in_any_order_are_decrypted(tmp_path: Path) -> None:
    """Every data segment sent before the one that it follows, and the same number sent again with other bytes."""
    wire = Wire()
    keylog = _converse(tmp_path, wire, 50_000, REQUEST, size=100)
    frames = [frame for _, frame in wire.frames]
    for at in range(3, len(frames) - 3, 2):
        frames[at], frames[at + 1] = frames[at + 1], frames[at]
    disordered = Wire()
    for at, frame in enumerate(frames):
        disordered.add(frame[14:])
        if at == 10:
            disordered.add(frame[14:-8] + bytes(8))
    path = tmp_path / "x.pcap"
    path.write_bytes(disordered.pcap())
    (flow,) = READER.read(str(path), ReadOptions(keylog=keylog)).flows.to_dict("records")
    assert (flow["visibility"], flow["url"]) == ("decrypted", "https://secret.example/upload")


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_content_is_that_of_its_own_conversation(tmp_path: Path) -> None:
    """Whatever order tshark tells them in, whichever it can open and whoever it heard first."""
    wire = Wire()
    versions = [ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3]
    for number, version in enumerate(versions):
        keylog = _converse(tmp_path, wire, 50_000 + number, REQUEST.replace(b"/upload", b"/of-%d" % (50_000 + number)), version)
    lines = Path(keylog).read_text().splitlines(keepends=True)
    ours = {line.split()[1] for line in lines if not line.startswith("#")}
    lost = list(dict.fromkeys(line.split()[1] for line in lines if not line.startswith("#")))[2]
    Path(keylog).write_text("".join(line for line in lines if lost not in line))
    path = tmp_path / "x.pcap"
    path.write_bytes(wire.pcap())
    flows = READER.read(str(path), ReadOptions(keylog=keylog)).flows
    said = {int(row["client_port"]): (row["url"], row["visibility"]) for row in flows.to_dict("records")}
    opened = {port: (f"https://secret.example/of-{port}", "decrypted") for port in (50_000, 50_001, 50_003)}
    assert len(ours) == 4
    assert {port: told for port, told in said.items() if told[1] == "decrypted"} == opened


def test_without_tshark_a_note_says_that_tls_stays_opaque(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, keylog = _recorded(tmp_path)
    path = tmp_path / "x.pcap"
    path.write_bytes(data)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    reading = READER.read(str(path), ReadOptions(inspect=lambda message: None, keylog=keylog))
    assert reading.flows["visibility"].tolist() == ["opaque"]
    assert any("tshark is not installed" in note for note in reading.notes)


def _split(data: bytes, folder: Path, *, zipped: bool = False) -> Path:
    """A capture as a rotated set of three files; its first."""
    records, at = [], 24
    while at < len(data):
        size = 16 + int.from_bytes(data[at + 8 : at + 12], "little")
        records.append(data[at : at + size])
        at += size
    third = len(records) // 3
    for number, part in enumerate((records[:third], records[third : 2 * third], records[2 * third :]), 1):
        content = data[:24] + b"".join(part)
        path = folder / f"x_{number:05}_20261122000000.pcap{'.gz' if zipped else ''}"
        path.write_bytes(gzip.compress(content) if zipped else content)
    return folder / f"x_00001_20261122000000.pcap{'.gz' if zipped else ''}"


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("zipped", [False, True])
def test_a_rotated_set_is_decrypted_as_one_recording(tmp_path: Path, zipped: bool) -> None:
    """A handshake in one file and the content in the next; compressed or not."""
    data, keylog = _recorded(tmp_path)
    first = _split(data, tmp_path, zipped=zipped)
    reading = READER.read(str(first), ReadOptions(inspect=lambda message: None, keylog=keylog))
    assert reading.flows["visibility"].tolist() == ["decrypted"]
    assert reading.flows["url"].tolist() == ["https://secret.example/upload"]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_large_captures_are_decrypted_as_small_ones_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a first look is enough for names, the conversations are told all the same once secrets are there."""
    data, keylog = _recorded(tmp_path)
    path = tmp_path / "x.pcap"
    path.write_bytes(data)
    small = READER.read(str(path), ReadOptions(keylog=keylog)).flows
    monkeypatch.setattr(engine, "engine_for", lambda size: replace(engine.PLAIN, glances=True))
    large = READER.read(str(path), ReadOptions(keylog=keylog)).flows
    assert large["visibility"].tolist() == ["decrypted"]
    assert large.to_dict("records") == small.to_dict("records")


QUESTION, ANSWER = dns_message("told.example"), dns_message("told.example", "203.0.113.77")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
RESOLVERS = {
    "over https": (b"GET /dns-query?dns=" + base64.urlsafe_b64encode(QUESTION) + b" HTTP/1.1\r\nHost: d.example\r\n\r\n", HEAD + ANSWER),
    "over tls": (struct.pack(">H", len(QUESTION)) + QUESTION, struct.pack(">H", len(ANSWER)) + ANSWER),
}  # fmt: skip


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("name", RESOLVERS)
@pytest.mark.parametrize("inspected", [True, False])
def test_a_resolver_that_was_decrypted_names_later_flows(
    name: str, inspected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where their content was looked through before anything was decrypted."""
    wire = Wire()
    question, answer = RESOLVERS[name]
    keylog = _converse(tmp_path, wire, 50_000, question, response=answer)
    wire.connect("203.0.113.77", 9_100, sport=50_001).open().up(b"\x1b%-12345X")
    path = tmp_path / "x.pcap"
    path.write_bytes(wire.pcap())
    messages: list[Message] = []
    found: list[Any] = []
    for kind in (engine.PLAIN, replace(engine.PLAIN, glances=True)):
        monkeypatch.setattr(engine, "engine_for", lambda size, kind=kind: kind)
        options = ReadOptions(inspect=messages.append if inspected else None, keylog=keylog)
        found.append(READER.read(str(path), options).flows.set_index("flow_id"))
    assert found[0].to_dict("index") == found[1].to_dict("index")
    assert found[0].loc["tcp-1", ["host", "host_source"]].tolist() == ["told.example", "dns_answer"]


@pytest.mark.parametrize(("text", "said"), [("junk\n", "holds no line"), ("", "holds no line"), (None, "cannot be read")])
def test_a_file_that_is_no_key_log_is_told(tmp_path: Path, text: str | None, said: str) -> None:
    """And not taken for a key log that fits no conversation."""
    data, _ = _recorded(tmp_path)
    path, keylog = tmp_path / "x.pcap", tmp_path / "junk.log"
    path.write_bytes(data)
    if text is not None:
        keylog.write_text(text)
    reading = READER.read(str(path), ReadOptions(keylog=str(keylog)))
    assert reading.flows["visibility"].tolist() == ["opaque"]
    assert any(said in note for note in reading.notes)


def test_reads_the_runs_of_a_followed_stream() -> None:
    text = (
        "peers:\n  - peer: 0\n    host: 192.0.2.1\n    port: 50000\npackets:\n"
        "  - packet: 9\n    peer: 0\n    index: 0\n    timestamp: 1790000000.000009000\n    data: !!binary |\n      aGVs\n      bG8=\n"
        "  - packet: 11\n    peer: 1\n    index: 0\n    timestamp: 1790000001.5\n    data: !!binary |\n      b2s=\n"
    )
    assert list(read_runs(text)) == [
        Decrypted(0, 9, 1_790_000_000_000_009_000, b"hello"),
        Decrypted(1, 11, 1_790_000_001_500_000_000, b"ok"),
    ]


@given(st.text(max_size=300))
def test_any_text_returns(text: str) -> None:
    list(read_runs(text))
    list(read_runs("packets:\n  - packet: 1\n    data: |\n" + text))


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("place", [1, 5, -1])
def test_secrets_in_the_capture_count_wherever_they_stand(place: int, tmp_path: Path) -> None:
    """Also behind the packets, where tshark would not look for them; their file is gone afterwards."""
    wire = Wire()
    secrets = Path(_converse(tmp_path, wire, 50_000, REQUEST)).read_bytes()
    blocks = [interface(1), *(enhanced(at, frame) for at, frame in wire.frames)]
    blocks.insert(len(blocks) if place < 0 else place, block(10, struct.pack("<II", 0x544C534B, len(secrets)) + secrets))
    before = set(Path(tempfile.gettempdir()).glob("auditor-*.keys"))
    (flow,) = read(section() + b"".join(blocks), tmp_path).flows
    assert (flow["visibility"], flow["url"]) == ("decrypted", "https://secret.example/upload")
    assert set(Path(tempfile.gettempdir()).glob("auditor-*.keys")) <= before


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("length", [b"", b"Content-Length: 99\r\n"], ids=["up to the end", "cut off"])
def test_a_body_that_only_the_end_ends_is_read(length: bytes, tmp_path: Path) -> None:
    """RFC 9112 section 6.3: without a length the connection's end is the body's; of one that was cut off, what is there counts."""
    wire = Wire()
    response = b"HTTP/1.1 200 OK\r\n" + length + b"\r\nimei=490154203237518"
    keylog = _converse(tmp_path, wire, 50_000, REQUEST, response=response)
    path = tmp_path / "x.pcap"
    path.write_bytes(wire.pcap())
    messages: list[Message] = []
    READER.read(str(path), ReadOptions(inspect=messages.append, keylog=keylog))
    (answer,) = [message for message in messages if message.direction is Direction.DOWN and message.protocol == "http"]
    assert [piece.data for piece in answer.pieces if piece.part is Part.BODY] == [b"imei=490154203237518"]
