"""A session redacted: every kind of file, and what cannot be read to its end is left out and named."""

import base64
import hashlib
import json
import random
from pathlib import Path

from auditor.redact.session import Redacted, redact
from auditor.session.folder import open_sessions
from tests.unit.capture.wire import CLIENT, SERVER, Wire, pcap
from tests.unit.redact.people import KEY, KNOWLEDGE, VALUES

CSV = "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,Proto,Status,Info,BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen\r\n"


PICTURE = b"\x89PNG\r\n\x1a\n" + random.Random(5).randbytes(600)


def folder(place: Path, **files: bytes) -> Path:
    """A session folder with these captures (`name__ending`) and a few planted values."""
    place.mkdir()
    tables = [
        f'[[identifier]]\nlabel = "{kind}"\nkind = "{kind}"\nvalue = {json.dumps(VALUES[kind], ensure_ascii=False)}\nowner = "phone"\n'
        for kind in ("imei", "email", "serial")
    ]
    (place / "nail.png").write_bytes(PICTURE)
    image = '[[identifier]]\nlabel = "nail"\nkind = "image"\nvalue = "nail.png"\nowner = "persona"\n'
    (place / "subjects.toml").write_text("schema = 1\n" + "\n".join([*tables, image]), encoding="utf-8")
    for name, data in files.items():
        (place / name.replace("__", ".")).write_bytes(data)
    return place


def redacted(place: Path) -> Redacted:
    (opened,) = open_sessions((str(place),))
    return redact(opened, KNOWLEDGE, KEY, lambda _: None)


def packets(text: bytes) -> bytes:
    wire = Wire()
    wire.udp(CLIENT, 40_000, SERVER, 9_999, text)
    return wire.pcap()


def test_all_files_hold_the_same_pseudonym(tmp_path: Path) -> None:
    """Packets and a table of another tool; the planted values are those of the new file."""
    table = CSV + f"6,10.215.173.1,40000,198.51.100.7,443,10301,{VALUES['email']},TLS,Closed,a.example,10,20,1,2,1,2\r\n"
    result = redacted(folder(tmp_path / "s", a__pcap=packets(VALUES["email"].encode()), b__csv=table.encode()))
    email = next(line for line in result.files["subjects.toml"].decode().splitlines() if "@" in line).split('"')[1]
    assert email != VALUES["email"]
    assert email.encode() in result.files["a.pcap"]
    assert email.encode() in result.files["b.csv"]
    assert VALUES["email"].encode() not in b"".join(result.files.values())
    assert set(result.files) == {"a.pcap", "b.csv", "picture-1.png", "session.toml", "subjects.toml", "waivers.toml"}


def test_a_capture_that_is_damaged_is_left_out_and_named(tmp_path: Path) -> None:
    """The others are there."""
    result = redacted(folder(tmp_path / "s", a__pcap=packets(b"hello"), b__pcap=packets(b"hello")[:-3]))
    assert "a.pcap" in result.files
    assert "b.pcap" not in result.files
    assert [str(error).split(":")[0] for error in result.errors] == ["b.pcap"]


def test_what_is_said_of_a_file_does_not_hold_a_value_of_its_name(tmp_path: Path) -> None:
    """Notes and errors go into a file of the result."""
    files = {f"cut-{VALUES['imei']}__pcap": packets(b"hello")[:-3], f"x-{VALUES['serial']}__txt": b"of no known format"}
    result = redacted(folder(tmp_path / "s", **files, a__pcap=packets(b"hello")))
    said = " ".join([*map(str, result.errors), *result.notes.lines])
    assert "cut-" in said
    assert not [kind for kind in ("imei", "serial") if VALUES[kind] in said]


def test_another_picture_stands_for_a_planted_one(tmp_path: Path) -> None:
    """As it is, cut short, in base64 and as a digest; the new file is planted, under a name of its own."""
    texts = {"file": base64.b64encode(PICTURE).decode(), "md5": hashlib.md5(PICTURE).hexdigest()}
    sent = packets(b"hello " + PICTURE + b" and " + PICTURE[200:])
    result = redacted(folder(tmp_path / "s", a__pcap=sent, b__pcap=packets(json.dumps(texts).encode())))
    other = result.files["picture-1.png"]
    assert len(other) == len(PICTURE)
    assert other[16:] != PICTURE[16:]
    made = result.files["a.pcap"]  # the rest of this conversation is noise, for it looks like ciphertext
    assert other[len(PICTURE) // 2 - 20 : -1] in made
    assert made.count(other[-200:-16]) == 2
    new = {"file": base64.b64encode(other).decode(), "md5": hashlib.md5(other).hexdigest()}
    assert json.dumps(new).encode() in result.files["b.pcap"]
    assert b'value = "picture-1.png"' in result.files["subjects.toml"]
    assert b"nail.png" not in result.files["subjects.toml"]


def test_the_client_s_address_moves_within_its_network(tmp_path: Path) -> None:
    """What a session shows of its devices is replaced like what was planted."""
    result = redacted(folder(tmp_path / "s", a__pcap=packets(f"I am {CLIENT}".encode())))
    assert CLIENT.encode() not in result.files["a.pcap"]
    assert b"I am 192.168.50." in result.files["a.pcap"]
    assert result.replaced["ip"] == 1


def test_the_same_session_and_key_give_the_same_bytes(tmp_path: Path) -> None:
    """Twice."""
    place = folder(tmp_path / "s", a__pcap=packets(VALUES["imei"].encode()))
    assert redacted(place).files == redacted(place).files


def test_an_empty_capture_is_kept(tmp_path: Path) -> None:
    """It holds nothing that could be wrong."""
    assert redacted(folder(tmp_path / "s", a__pcap=pcap([]))).files["a.pcap"] == pcap([])
