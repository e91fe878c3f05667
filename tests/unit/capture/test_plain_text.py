"""Plain text beside a packet capture: what was written is told again, and a file that is not whole opens nothing."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import formats, plain_text
from auditor.capture.plain_text import MARK, Conversation, dumped, is_plain_text, tell
from auditor.capture.reader import ReadOptions
from auditor.capture.story import Story
from auditor.model.content import Message, Piece, Place
from auditor.model.vocabulary import Direction, HostSource, Part, Visibility
from tests.unit.capture.wire import Wire, client_hello, records

MESSAGE = Message(
    flow_id="tcp-0",
    number=1,
    direction=Direction.UP,
    at=5,
    host="secret.example",
    protocol="http",
    pieces=(Piece(Part.BODY, "", b"\xff\x00", (Place(0, 9, 4),)), Piece(Part.HEADER, "x", "größe".encode())),
    missing=("request body: 3 bytes missing",),
)
OPENED = Conversation(
    flow="tcp-0",
    application="http",
    visibility=Visibility.DECRYPTED,
    tls_version="TLSv1.3",
    url="https://secret.example/upload",
    host="secret.example",
    host_source=HostSource.HTTP_HOST,
    names=("secret.example",),
)
WHOLE = dumped([OPENED], [MESSAGE])


def told(path: Path) -> tuple[Story, list[Message], tuple[str, ...]]:
    messages: list[Message] = []
    story = Story(
        flow_id="tcp-0",
        client=0,
        addresses=("192.0.2.1", "192.0.2.2"),
        ports=(50_000, 443),
        emit=messages.append,
        resolve=lambda _: None,
    )
    story.spoke("tls", Visibility.OPAQUE)
    return story, messages, tell(str(path), {"tcp-0": story})


def test_what_was_written_is_told_again(tmp_path: Path) -> None:
    """Bytes that are no text, places, and what the conversation turned out to be."""
    (tmp_path / "x").write_bytes(WHOLE)
    assert is_plain_text(str(tmp_path / "x"))
    story, messages, notes = told(tmp_path / "x")
    assert messages == [MESSAGE]
    assert (story.application, story.visibility, story.host) == ("http", "decrypted", ("secret.example", HostSource.HTTP_HOST))
    assert notes == ("the plain text of 1 conversations stands beside the capture",)


CUT = WHOLE.splitlines(keepends=True)
NOT_WHOLE = {
    "no end": b"".join(CUT[:-1]),
    "a line is missing": b"".join([CUT[0], *CUT[2:]]),
    "cut within a line": WHOLE[:-4],
    "something behind the end": WHOLE + b"\n{}\n",
    "an unknown part": WHOLE.replace(b'"part":"body"', b'"part":"soul"'),
    "no base64": WHOLE.replace(b'"base64":"', b'"base64":"?'),
    "nothing but its mark": MARK,
}


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_file_that_is_not_whole_opens_nothing(name: str, tmp_path: Path) -> None:
    """A message that is missing must not look like a conversation that was read."""
    (tmp_path / "x").write_bytes(NOT_WHOLE[name])
    story, messages, notes = told(tmp_path / "x")
    assert (story.visibility, messages) == (Visibility.OPAQUE, [])
    assert "stays opaque" in notes[0]


def test_a_file_that_is_gone_is_no_plain_text(tmp_path: Path) -> None:
    assert not is_plain_text(str(tmp_path / "x"))
    assert "cannot be read" in told(tmp_path / "x")[2][0]


def test_it_stands_where_the_key_log_was_named(tmp_path: Path) -> None:
    """A packet capture whose TLS nobody can open is read with it; a conversation of another capture is passed over."""
    wire = Wire()
    wire.connect().open().up(records(client_hello("secret.example"))).close()
    (tmp_path / "a.pcap").write_bytes(wire.pcap())
    other = Conversation(flow="tcp-9", visibility=Visibility.DECRYPTED)
    (tmp_path / "x").write_bytes(dumped([OPENED, other], [MESSAGE]))
    messages: list[Message] = []
    options = ReadOptions(inspect=messages.append, keylog=str(tmp_path / "x"))
    (flow,) = formats.recognise(str(tmp_path / "a.pcap")).read(str(tmp_path / "a.pcap"), options).flows.to_dict("records")
    assert (flow["visibility"], flow["application"], flow["url"]) == ("decrypted", "http", "https://secret.example/upload")
    assert messages[-1] == MESSAGE
    unheard = ReadOptions(keylog=str(tmp_path / "x"))
    (flow,) = formats.recognise(str(tmp_path / "a.pcap")).read(str(tmp_path / "a.pcap"), unheard).flows.to_dict("records")
    assert flow["visibility"] == "decrypted"


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(CUT)), max_size=6))
def test_whatever_a_file_holds_there_is_a_note_and_no_exception(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.plain.ndjson"
    path.write_bytes(MARK + b"".join(lines))
    assert len(told(path)[2]) == 1


def test_its_lines_are_json() -> None:
    """Another program can read it."""
    lines = [msgspec.json.decode(line) for line in WHOLE.splitlines()]
    assert [line.get("type") for line in lines] == [None, "conversation", "message", "end"]
    assert plain_text.LARGEST == 1 << 30
