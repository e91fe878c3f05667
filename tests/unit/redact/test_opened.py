"""What a key log had opened, redacted: the plain text holds pseudonyms, and an audit of it finds what the key log showed."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import h2.connection
import pytest

from auditor.capture import formats
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from auditor.model.vocabulary import Direction, Part, Visibility
from auditor.redact.session import Redacted, redact
from auditor.session.folder import open_sessions
from tests.unit.capture import test_decryption
from tests.unit.capture.test_quic_decryption import Conversation
from tests.unit.redact.people import KEY, KNOWLEDGE, VALUES

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
BODY = gzip.compress(json.dumps({"device": {"imei": VALUES["imei"]}, "who": VALUES["nickname"] * 3}).encode(), mtime=0)
HEAD = f"POST /up?imei={VALUES['imei']} HTTP/1.1\r\nHost: {VALUES['serial']}.secret.example\r\nX-Mail: {VALUES['email']}\r\n"
REQUEST = f"{HEAD}Content-Encoding: gzip\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY


def session(place: Path, keylog: str) -> Redacted:
    tables = [
        f'[[identifier]]\nlabel = "{kind}"\nkind = "{kind}"\nvalue = {json.dumps(VALUES[kind])}\nowner = "phone"\n'
        for kind in ("imei", "email", "serial", "nickname")
    ]
    (place / "subjects.toml").write_text("schema = 1\n" + "\n".join(tables), encoding="utf-8")
    named = f'keylog = "{keylog}"\n'
    (place / "session.toml").write_text(f'schema = 1\n[[capture]]\npath = "a.pcap"\nsurface = "app"\n{named}', encoding="utf-8")
    (opened,) = open_sessions((str(place),))
    return redact(opened, KNOWLEDGE, KEY, lambda _: None)


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session with a TLS conversation and its key log."""
    monkeypatch.setattr(test_decryption, "REQUEST", REQUEST)
    place = tmp_path / "s"
    place.mkdir()
    (tmp_path / "keys").mkdir()
    data, keylog = test_decryption._recorded(tmp_path / "keys")
    (place / "a.pcap").write_bytes(data)
    shutil.copy(keylog, place / "keys.log")
    return place


def heard(path: Path, keylog: Path) -> tuple[list[Message], str]:
    messages: list[Message] = []
    flows = formats.recognise(str(path)).read(str(path), ReadOptions(inspect=messages.append, keylog=str(keylog))).flows
    return messages, flows["visibility"][0]


def test_the_plain_text_stands_in_place_of_the_key_log(recorded: Path, tmp_path: Path) -> None:
    """The same messages in the same places, with pseudonyms; no secret, no value."""
    result = session(recorded, "keys.log")
    assert set(result.files) == {"a.pcap", "a.pcap.plain.ndjson", "session.toml", "subjects.toml", "waivers.toml"}
    assert b'keylog = "a.pcap.plain.ndjson"' in result.files["session.toml"]
    whole = b"".join(result.files.values())
    assert [
        value for value in (VALUES[kind] for kind in ("imei", "email", "serial", "nickname")) if value.encode() in whole
    ] == []
    out = tmp_path / "out"
    out.mkdir()
    for name, data in result.files.items():
        (out / name).write_bytes(data)
    before, behind = heard(recorded / "a.pcap", recorded / "keys.log"), heard(out / "a.pcap", out / "a.pcap.plain.ndjson")
    assert behind[1] == before[1] == Visibility.DECRYPTED
    for one, other in zip(before[0], behind[0], strict=True):
        assert (one.number, one.direction, one.at, one.protocol) == (other.number, other.direction, other.at, other.protocol)
        assert [piece.name for piece in one.pieces] == [piece.name for piece in other.pieces]
    request = next(one for one in behind[0] if one.protocol == "http" and one.direction is Direction.UP)
    body = next(piece.data for piece in request.pieces if piece.part is Part.BODY)
    assert request.header("content-length") == b"%d" % len(body)
    said = json.loads(gzip.decompress(body))
    assert said["device"]["imei"] != VALUES["imei"]
    assert len(said["device"]["imei"]) == 15


def test_a_key_log_that_opens_nothing_is_left_out_and_said(recorded: Path) -> None:
    (recorded / "keys.log").write_text(f"CLIENT_RANDOM {'ab' * 32} {'cd' * 48}\n", encoding="utf-8")
    result = session(recorded, "keys.log")
    assert "a.pcap.plain.ndjson" not in result.files
    assert any("opened nothing" in line for line in result.notes.lines)
    assert b"keylog" not in result.files["session.toml"]


KINDS = ("imei", "email", "serial", "nickname")
HEADERS = (
    (":method", "POST"),
    (":scheme", "https"),
    (":authority", "secret.example"),
    (":path", f"/up?imei={VALUES['imei']}"),
    ("x-mail", VALUES["email"]),
    ("x-serial", VALUES["serial"].lower()),
    ("content-encoding", "gzip"),
)


def http2(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, str]:
    """A request over HTTP/2 in TLS, its headers packed, its body in two frames; the second request uses the table of headers."""
    talk = h2.connection.H2Connection()
    talk.initiate_connection()
    for stream in (1, 3):
        talk.send_headers(stream, list(HEADERS))
        talk.send_data(stream, BODY[:20])
        talk.send_data(stream, BODY[20:], end_stream=True)
    monkeypatch.setattr(test_decryption, "REQUEST", talk.data_to_send())
    data, keylog = test_decryption._recorded(folder)
    return data, Path(keylog).read_text(encoding="utf-8")


def http3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, str]:
    """Requests and answers over QUIC; values in the path, in the body and in the answer."""
    talk = Conversation(folder)
    for _ in range(2):
        plain = json.dumps({"imei": VALUES["imei"], "mail": VALUES["email"], "no": VALUES["serial"]}).encode()
        stream = talk.ask("secret.example", f"/up?imei={VALUES['imei']}&who={VALUES['nickname']}", plain)
        talk.answer(stream, VALUES["email"].encode())
    return talk.wire.pcap(), talk.keylog.getvalue()


@pytest.mark.parametrize("record", [http2, http3])
def test_what_secrets_open_of_newer_protocols_is_redacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Callable[[Path, pytest.MonkeyPatch], tuple[bytes, str]]
) -> None:
    """The same messages with pseudonyms, in HTTP/2 and HTTP/3; no value in any file, as it stands or in gzip."""
    place, out = tmp_path / "s", tmp_path / "out"
    for folder in (place, out, tmp_path / "keys"):
        folder.mkdir()
    data, keys = record(tmp_path / "keys", monkeypatch)
    (place / "a.pcap").write_bytes(data)
    (place / "keys.log").write_text(keys, encoding="utf-8")
    result = session(place, "keys.log")
    for name, made in result.files.items():
        (out / name).write_bytes(made)
    before, behind = heard(place / "a.pcap", place / "keys.log"), heard(out / "a.pcap", out / "a.pcap.plain.ndjson")
    assert behind[1] == before[1] == Visibility.DECRYPTED
    assert [(one.number, one.direction, one.protocol) for one in before[0]] == [
        (one.number, one.direction, one.protocol) for one in behind[0]
    ]
    shown = b"".join([*result.files.values(), *(_read(piece.data) for one in behind[0] for piece in one.pieces)])
    assert [kind for kind in KINDS if VALUES[kind].encode().lower() in shown.lower()] == []
    hidden = b"".join(_read(piece.data) for one in before[0] for piece in one.pieces)
    assert [kind for kind in KINDS if VALUES[kind].encode().lower() not in hidden.lower()] == []


def _read(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
