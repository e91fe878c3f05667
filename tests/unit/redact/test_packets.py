"""Packets: what every layer holds is replaced, streams keep their order when bodies change their length, tshark finds no fault."""

import gzip
import json
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.capture import formats
from auditor.capture.reader import ReadOptions
from auditor.decode.message import decode
from auditor.model.content import Message
from auditor.model.vocabulary import Match
from auditor.redact import packets
from auditor.redact.packets import Notes
from tests.unit.capture.wire import (
    ACK,
    CLIENT,
    PSH,
    SERVER,
    Wire,
    block,
    client_hello,
    dns_message,
    enhanced,
    interface,
    ip,
    option,
    packed,
    pcap,
    pcapng,
    records,
    section,
    server_hello,
    udp_datagram,
)
from tests.unit.redact.people import KEY, VALUES, detectors, pseudonyms, rewriter, subjects

PLANTED = subjects()
NEW = pseudonyms(PLANTED)
SWAPS = {packed(VALUES["ip"]): packed(NEW["ip"])}
DOCUMENT = json.dumps({"device": {kind: value for kind, value in VALUES.items() if kind != "location"}}).encode()
RNG = random.Random(7)


def request(body: bytes, *head: str) -> bytes:
    lines = ["POST /v1/report HTTP/1.1", "Host: api.example.com", *head, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def response(body: bytes = b'{"ok":true}') -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def masked(text: bytes, mask: bytes = b"\x11\x92\xa3\x04") -> bytes:
    """A text message of a WebSocket client."""
    body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(text))
    size = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
    return b"\x81" + size + mask + body


def plain() -> bytes:
    wire = Wire()
    tcp = wire.connect(port=80).open()
    tcp.up(request(DOCUMENT, f"X-Device: {VALUES['imei']}", "Content-Type: application/json"), size=37)
    tcp.down(response()).close()
    return wire.pcap()


def compressed() -> bytes:
    """A body that changes its length, sent twice in other pieces, with acknowledgements, and more requests behind it."""
    wire = Wire()
    tcp = wire.connect(port=80).open()
    for number in range(6):
        body = gzip.compress(DOCUMENT + b" " * number, 1 + number, mtime=0)
        data = request(body, "Content-Encoding: gzip", "Content-Type: application/json")
        first = tcp.seq[0]
        tcp.up(data, size=100)
        tcp.send(0, ACK | PSH, data[50:250], seq=first + 50)
        tcp.down(response(json.dumps({"sn": VALUES["serial"], "n": number}).encode()))
    tcp.close()
    return wire.pcap()


def chunked() -> bytes:
    wire = Wire()
    tcp = wire.connect(port=80).open()
    tcp.up(b"GET /v1/me HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
    body = gzip.compress(DOCUMENT, mtime=0)
    parts = [body[at : at + 60] for at in range(0, len(body), 60)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    tcp.down(head + chunks, size=90)
    tcp.up(request(DOCUMENT)).down(response()).close()
    return wire.pcap()


def websocket() -> bytes:
    wire = Wire()
    tcp = wire.connect(port=80).open()
    head = "GET /live HTTP/1.1\r\nHost: api.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {}\r\n\r\n"
    tcp.up(head.format("dGhlIHNhbXBsZSBub25jZQ==").encode())
    tcp.down(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    tcp.up(masked(b'{"imei":"%s"}' % VALUES["imei"].encode())).up(masked(DOCUMENT)).close()
    return wire.pcap()


def datagrams() -> bytes:
    wire = Wire()
    wire.udp(CLIENT, 5353, "224.0.0.251", 5353, dns_message(f"{VALUES['serial']}._http._tcp.local", kind=12))
    wire.udp(CLIENT, 40_001, SERVER, 9_999, DOCUMENT)
    wire.udp(CLIENT, 40_001, SERVER, 9_999, gzip.compress(DOCUMENT, mtime=0))
    return wire.pcap()


def in_fragments(client: str = CLIENT, checksum: bytes = b"\0\0") -> bytes:
    wire = Wire()
    whole = udp_datagram(40_002, 9_998, b"x" * 20 + DOCUMENT)
    whole = whole[:6] + checksum + whole[8:]
    for at in range(0, len(whole), 96):
        more = 0x2000 if at + 96 < len(whole) else 0
        wire.add(ip(client, SERVER, 17, whole[at : at + 96], ident=77, fragment=more | at // 8))
    return wire.pcap()


def unknown() -> bytes:
    wire = Wire()
    tcp = wire.connect(port=9_000).open()
    tcp.up(b"\x01\x02HELLO " + DOCUMENT, size=33).down(b"\x01OK").close()
    return wire.pcap()


CAPTURES = {made.__name__: made for made in (plain, compressed, chunked, websocket, datagrams, in_fragments, unknown)}


def redacted(data: bytes, folder: Path) -> tuple[Path, Notes]:
    """The capture with pseudonyms, and what was taken out."""
    (folder / "in.cap").write_bytes(data)
    notes = Notes()
    (made,) = packets.rewrite((str(folder / "in.cap"),), rewriter(PLANTED), SWAPS, KEY, notes).files
    (folder / "out.cap").write_bytes(made)
    return folder / "out.cap", notes


def labels(path: Path, which: int) -> list[tuple[str, str]]:
    """The planted values in a capture, with their parts: 0 those before, 1 their pseudonyms."""
    detector = detectors(PLANTED)[which]
    found: list[tuple[str, str]] = []

    def hear(message: Message) -> None:
        seen = detector.sightings(message, decode(message).fields)
        found.extend((str(one.identifier), str(one.part)) for one in seen if one.match is Match.PLANTED)

    formats.recognise(str(path)).read(str(path), ReadOptions(inspect=hear))
    return sorted(found)


def matching(path: Path, wanted: str) -> list[str]:
    """Numbers of the packets for which a display filter of tshark is true."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not there")
    names = ("ip", "tcp", "udp") if "checksum" in wanted else ()
    sums = [word for name in names for word in ("-o", f"{name}.check_checksum:TRUE")]
    words = ["tshark", "-r", str(path), *sums, "-Y", wanted, "-T", "fields", "-e", "frame.number"]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_the_checksum_of_a_datagram_in_fragments_covers_the_new_address(tmp_path: Path) -> None:
    """It was computed over the planted address of the sender before."""
    path, _ = redacted(in_fragments(VALUES["ip"], b"\x12\x34"), tmp_path)
    assert matching(path, "udp") != []
    assert matching(path, "udp.checksum.status == 0") == []


@pytest.mark.parametrize("name", CAPTURES)
def test_every_value_becomes_its_pseudonym(name: str, tmp_path: Path) -> None:
    """In every place in which the value was found the pseudonym is found, and the value nowhere; nothing was cut out."""
    data = CAPTURES[name]()
    path, notes = redacted(data, tmp_path)
    before = labels(tmp_path / "in.cap", 0)
    assert before
    assert labels(path, 1) == before
    assert labels(path, 0) == []
    assert list(notes.lines) == []
    assert not any(value.encode() in path.read_bytes() for value in VALUES.values())


@pytest.mark.parametrize("name", CAPTURES)
def test_lengths_checksums_and_numbers_are_right(name: str, tmp_path: Path) -> None:
    """tshark checks every checksum, dissects every packet and follows every stream as it did before."""
    path, _ = redacted(CAPTURES[name](), tmp_path)
    assert matching(path, "ip.checksum.status==0 or tcp.checksum.status==0 or udp.checksum.status==0") == []
    for wanted in ("_ws.malformed", "tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment"):
        assert matching(path, wanted) == matching(tmp_path / "in.cap", wanted)


def test_a_stream_whose_length_changes_is_numbered_anew(tmp_path: Path) -> None:
    """tshark puts the same requests together as before, and sees what was sent twice as sent twice."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not there")
    path, _ = redacted(compressed(), tmp_path)

    def told(capture: Path, field: str) -> list[str]:
        words = ["tshark", "-r", str(capture), "-Y", field, "-T", "fields", "-e", field]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()

    assert len(told(path, "http.request.method")) == 6
    assert told(path, "http.response.code") == ["200"] * 6
    sizes = told(tmp_path / "in.cap", "http.content_length"), told(path, "http.content_length")
    assert sizes[0] != sizes[1]
    assert len(told(path, "tcp.analysis.retransmission")) == len(told(tmp_path / "in.cap", "tcp.analysis.retransmission"))


def secret_flow() -> bytes:
    """TLS with application data, and a connection of ciphertext without any framing."""
    wire = Wire()
    tcp = wire.connect(port=443).open()
    tcp.up(records(client_hello("mcgw.example.com")))
    tcp.down(records(server_hello()) + b"\x14\x03\x03\x00\x01\x01" + records(RNG.randbytes(300), kind=23))
    tcp.up(b"\x14\x03\x03\x00\x01\x01" + records(RNG.randbytes(500), kind=23)).close()
    other = wire.connect(port=9_443, sport=50_001).open()
    other.up(RNG.randbytes(3000)).down(RNG.randbytes(3000)).close()
    return wire.pcap()


def rows(path: Path) -> list[tuple[str, ...]]:
    table = formats.recognise(str(path)).read(str(path), ReadOptions()).flows
    columns = ["flow_id", "application", "host", "visibility", "tls_version", "bytes_up", "bytes_down", "packets_up"]
    return [tuple(map(str, row)) for row in table[columns].astype("object").itertuples(index=False)]


def test_ciphertext_is_zeros_and_is_still_ciphertext_to_an_audit(tmp_path: Path) -> None:
    """Records keep their heads, hosts and versions are read as before; noise stands where only the looks tell."""
    data = secret_flow()
    path, _ = redacted(data, tmp_path)
    assert rows(path) == rows(tmp_path / "in.cap")
    assert {row[3] for row in rows(path)} == {"opaque"}
    made = path.read_bytes()
    assert bytes(450) in made
    runs = [data[at : at + 16] for at in range(0, len(data), 16) if len(set(data[at : at + 16])) > 12]
    kept = [run for run in runs if run in made]
    assert len(kept) < len(runs) / 10


def with_secrets() -> bytes:
    """A pcapng file that says too much."""
    wire = Wire()
    wire.udp(CLIENT, 40_001, SERVER, 9_999, DOCUMENT)
    said = option(2, f"{VALUES['nickname']} laptop".encode()) + option(1, b"comment of lin.mei.demo@example.org") + option(0, b"")
    blocks = [interface(options=said), block(10, struct.pack("<II", 0x544C534B, 24) + b"CLIENT_RANDOM aabb ccdd ")]
    blocks.append(block(0x80000001, b"a key of WireGuard"))
    blocks += [enhanced(at, frame) for at, frame in wire.frames]
    return section() + b"".join(blocks)


def test_secrets_comments_and_names_are_left_out(tmp_path: Path) -> None:
    """And what was left out is said."""
    path, notes = redacted(with_secrets(), tmp_path)
    made = path.read_bytes()
    assert b"CLIENT_RANDOM" not in made
    assert b"WireGuard" not in made
    assert b"laptop" not in made
    assert b"comment" not in made
    assert [line.split(": ")[1] for line in notes.lines] == ["1 decryption secrets left out", "1 WireGuard keys left out"]
    assert labels(path, 1) == labels(tmp_path / "in.cap", 0)


def test_addresses_in_headers_are_replaced(tmp_path: Path) -> None:
    """Ethernet, IPv4, ARP, and the interface identifier that IPv6 makes of a hardware address."""
    address = bytes.fromhex(VALUES["mac"].replace(":", ""))
    wire = Wire()
    wire.udp(VALUES["ip"], 40_000, SERVER, 9_999, b"hello")
    frame = address + address[:5] + b"\x99" + wire.frames[0][1][12:]
    arp = (
        b"\xff" * 6 + address + bytes.fromhex("08060001080006040001") + address + packed(VALUES["ip"]) + bytes(6) + packed(SERVER)
    )
    path, _ = redacted(pcapng([(wire.now, frame), (wire.now, arp)]), tmp_path)
    made = path.read_bytes()
    assert address not in made
    assert packed(VALUES["ip"]) not in made
    assert made.count(packed(NEW["ip"])) == 2
    assert made.count(bytes.fromhex(NEW["mac"].replace(":", ""))) == 3


def cut_files() -> Iterator[bytes]:
    data = pcap(Wire(frames=[(1, b"x" * 60)]).frames)
    yield data[:-1]
    yield data[:30]
    yield section()[:-4]
    yield section() + enhanced(1, b"no interface")


@pytest.mark.parametrize("number", range(4))
def test_a_file_that_cannot_be_read_to_its_end_is_damaged(number: int, tmp_path: Path) -> None:
    """It is never copied in part."""
    from auditor.errors import DamagedError

    with pytest.raises(DamagedError):
        redacted(list(cut_files())[number], tmp_path)


def test_the_same_capture_and_key_give_the_same_bytes(tmp_path: Path) -> None:
    """Also where noise is made."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = (redacted(secret_flow_once(), tmp_path / name)[0].read_bytes() for name in ("a", "b"))
    assert first == second


def secret_flow_once() -> bytes:
    wire = Wire()
    wire.connect(port=9_443, sport=50_001).open().up(random.Random(3).randbytes(3000)).close()
    return wire.pcap()
