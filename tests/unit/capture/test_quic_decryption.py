"""HTTP/3 with a key log: a real conversation in memory is decrypted and read like traffic in the clear."""

import io
import shutil
import ssl
from pathlib import Path

import pytest
from aioquic.h3.connection import H3Connection
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.pcap import READER
from auditor.capture.quic_decryption import FIELDS, Run, _in_order, _Incoming, read_line
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from auditor.model.vocabulary import Part
from tests.unit.capture.test_decryption import _server_context
from tests.unit.capture.wire import CLIENT, SERVER, Wire

BODY = b'{"imei":"490154203237518"}' * 200


class Conversation:
    """A client and a server that talk over a wire which is recorded."""

    def __init__(self, folder: Path) -> None:
        _server_context(folder)
        self.keylog = io.StringIO()
        self.wire = Wire()
        self.now = 0.0
        asking = QuicConfiguration(
            is_client=True,
            alpn_protocols=["h3"],
            server_name="secret.example",
            verify_mode=ssl.CERT_NONE,
            secrets_log_file=self.keylog,
        )
        answering = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
        answering.load_cert_chain(folder / "server.pem", folder / "server.pem")
        self.client = QuicConnection(configuration=asking)
        self.client.connect((SERVER, 443), now=self.now)
        self.server = QuicConnection(
            configuration=answering, original_destination_connection_id=self.client.original_destination_connection_id
        )
        self.pass_on()
        self.asks, self.answers = H3Connection(self.client), H3Connection(self.server)

    def pass_on(self) -> None:
        """Until both have nothing to say."""
        sent = True
        while sent:
            self.now += 0.01
            up = [data for data, _ in self.client.datagrams_to_send(self.now)]
            for data in up:
                self.wire.udp(CLIENT, 50_000, SERVER, 443, data)
                self.server.receive_datagram(data, (CLIENT, 50_000), self.now)
            down = [data for data, _ in self.server.datagrams_to_send(self.now)]
            for data in down:
                self.wire.udp(SERVER, 443, CLIENT, 50_000, data)
                self.client.receive_datagram(data, (SERVER, 443), self.now)
            sent = bool(up or down)

    def ask(self, host: str, path: str, body: bytes = b"") -> int:
        """A request."""
        stream = self.client.get_next_available_stream_id()
        names = ((":method", "POST"), (":scheme", "https"), (":authority", host), (":path", path), ("x-device", "d" * 30))
        self.asks.send_headers(stream, [(name.encode(), value.encode()) for name, value in names], end_stream=not body)
        if body:
            self.asks.send_data(stream, body, end_stream=True)
        self.pass_on()
        while (event := self.server.next_event()) is not None:
            self.answers.handle_event(event)
        self.pass_on()
        return stream

    def answer(self, stream: int, body: bytes) -> None:
        """A response."""
        self.answers.send_headers(stream, [(b":status", b"200"), (b"content-type", b"text/plain")])
        self.answers.send_data(stream, body, end_stream=True)
        self.pass_on()
        while (event := self.client.next_event()) is not None:
            self.asks.handle_event(event)
        self.pass_on()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A capture of two exchanges and more with repeated headers, and its key log."""
    folder = tmp_path_factory.mktemp("quic")
    talk = Conversation(folder)
    talk.answer(talk.ask("secret.example", "/upload?id=7", BODY), b"ok")
    for number in range(3):
        talk.answer(talk.ask("other.example", f"/again/{number}"), b"ok")
    (folder / "x.pcap").write_bytes(talk.wire.pcap())
    (folder / "keys.log").write_text(talk.keylog.getvalue())
    return folder / "x.pcap", folder / "keys.log"


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_requests_and_responses_are_told(recorded: tuple[Path, Path]) -> None:
    """With all their headers (also those that only the compression table holds), bodies, hosts and the URL."""
    messages: list[Message] = []
    reading = READER.read(str(recorded[0]), ReadOptions(inspect=messages.append, keylog=str(recorded[1])))
    (flow,) = reading.flows.to_dict("records")
    assert (flow["application"], flow["visibility"], flow["host"]) == ("http", "decrypted", "secret.example")
    assert (flow["url"], flow["alpn"], list(flow["unread"])) == ("https://secret.example/upload", "h3", [])
    assert list(flow["names"]) == ["secret.example", "other.example"]
    told = [message for message in messages if message.protocol == "http"]
    assert [(message.direction.value, message.host) for message in told] == [
        ("up", "secret.example"), ("down", "secret.example"), *[("up", "other.example"), ("down", "other.example")] * 3
    ]  # fmt: skip
    assert [piece.data for piece in told[0].pieces if piece.part in (Part.BODY, Part.QUERY)] == [b"id=7", BODY]
    assert all(piece.data == b"d" * 30 for message in told[::2] for piece in message.pieces if piece.name == "x-device")
    assert "1 of 1 QUIC conversations were decrypted with the secrets given" in reading.notes


def test_without_the_right_secrets_it_stays_opaque(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    """And a note says that none was opened, or that tshark is missing."""
    keylog = tmp_path / "other.log"
    keylog.write_text(f"CLIENT_TRAFFIC_SECRET_0 {'ab' * 32} {'cd' * 32}\n")
    reading = READER.read(str(recorded[0]), ReadOptions(keylog=str(keylog)))
    assert reading.flows["visibility"].tolist() == ["opaque"]
    assert any(note.startswith("0 of 1 QUIC") or "not installed" in note for note in reading.notes)


def line(kinds: str, streams: str, offsets: str, lengths: str, data: str) -> str:
    """What tshark writes for a packet."""
    return "\t".join(("9", "1790000000.5", "3", "443", kinds, streams, offsets, lengths, data))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("14", "4", "7", "2", "6869"), [(4, 7, b"hi", False)]),
        (("2,11,14", "0,7", "1", "2,1", "6869,21"), [(0, 0, b"hi", True), (7, 1, b"!", False)]),
        (("8", "0", "", "", "68:69"), [(0, 0, b"hi", False)]),
        (("15,10", "0,4", "5", "0,1", "21"), [(0, 5, b"", True), (4, 0, b"!", False)]),
        (("14,14", "4", "7,9", "2,2", "6869"), [(4, 7, b"hi", False)]),
        (("x", "4", "7", "2", "6869"), []),
        (("14", "4", "7", "2", "zz"), []),
    ],
)
def test_lines_of_tshark(cells: tuple[str, str, str, str, str], expected: list[tuple[int, int, bytes, bool]]) -> None:
    """Offsets and data stand only where a frame has them; what does not fit is left out."""
    found = list(read_line(line(*cells)))
    assert [(run.stream, run.offset, run.data, run.ends) for run in found] == expected
    assert all((run.packet, run.at, run.conversation, run.port) == (9, 1_790_000_000_500_000_000, 3, 443) for run in found)


@given(st.text(max_size=100), st.lists(st.text("0123456789abcdef,.x-", max_size=12), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_any_text_returns(text: str, cells: list[str]) -> None:
    """Nothing of what tshark says is trusted."""
    list(read_line(text))
    list(read_line("\t".join(cells)))


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=12), st.randoms())
def test_streams_are_put_in_order(data: bytes, cuts: list[tuple[int, int]], rng: object) -> None:
    """Whatever overlaps, repeats and changes places: what comes out is the stream, each byte once."""
    parts = [(at, data[at : at + size]) for at, size in (*cuts, *((at, 7) for at in range(0, len(data), 7)))]
    rng.shuffle(parts)  # type: ignore[attr-defined]
    incoming = _Incoming()
    runs = [Run(1, 1, 0, 443, 0, at, part, at + len(part) >= len(data)) for at, part in parts if at <= len(data)]
    assert b"".join(piece.data for run in runs for piece in _in_order(incoming, run)) == data
