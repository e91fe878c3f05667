"""Files that grow: every value once, as soon as it is whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from auditor.capture.mitm_tail import StreamTails, Tail
from auditor.model.content import Message

STATES = [tflow.tflow(resp=True).get_state() for _ in range(3)]
DATA = b"".join(map(tnetstring.dumps, STATES))
BODIES = [tnetstring.dumps(state).partition(b":")[2][:-1] for state in STATES]


@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=6))
def test_values_come_once_and_in_order_however_the_file_grows(cuts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("tail") / "a"
    path.write_bytes(b"")
    tail, got, at = Tail(path), list[bytes](), 0
    for cut in [*sorted(cuts), len(DATA)]:
        with path.open("ab") as file:
            file.write(DATA[at:cut])
        at = cut
        got += [data for _, data in tail.values()]
    assert got == BODIES
    assert tail.behind == 0
    tail.close()


def test_reading_begins_where_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(DATA)
    assert [data for _, data in Tail(path, len(tnetstring.dumps(STATES[0]))).values()] == BODIES[1:]


def test_who_is_behind_steps_over_whole_values_and_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(DATA * 4)
    tail = Tail(path)
    size = len(tnetstring.dumps(STATES[0]))
    count, skipped = tail.skip(size * 2)
    assert (count, skipped) == (10, len(DATA) * 4 - size * 2)
    assert [data for _, data in tail.values()] == BODIES[1:]
    with path.open("ab") as file:
        file.write(DATA[:-5])
    assert tail.skip(0)[0] == 2


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(DATA + b"no length at all")
    with pytest.raises(ValueError, match="no value begins here"):
        list(Tail(path).values())


def stream(folder: Path, *, owner: str = "app.mitm") -> tuple[Path, list[bytes]]:
    """A stream's file with its first value only, and the messages that will follow."""
    flow = tflow.ttcpflow()
    flow.metadata["audit_file"] = owner
    state = flow.get_state()
    messages = [
        tnetstring.dumps((True, b"\x10\x0e\x00\x04MQTT\x04\x02", 1.0)),
        tnetstring.dumps((True, b"\x00\x3c\x00\x02c1", 2.0)),
    ]
    state["messages"] = []
    (folder / "streams").mkdir(exist_ok=True)
    path = folder / "streams" / f"{flow.id}.stream"
    path.write_bytes(tnetstring.dumps(state))
    return path, messages


def test_mqtt_is_put_together_from_the_reads_of_its_direction(tmp_path: Path) -> None:
    path, messages = stream(tmp_path)
    tails, got = StreamTails(tmp_path, "app.mitm"), list[Message]()
    for part in messages:
        assert tails.take(lambda _, message: got.append(message))
        with path.open("ab") as file:
            file.write(part)
    tails.take(lambda _, message: got.append(message))
    assert [message.protocol for message in got] == ["mqtt"]
    assert [piece.data for piece in got[0].pieces if piece.name == "client_id"] == [b"c1"]


def test_streams_of_other_recordings_and_broken_ones_are_left_alone(tmp_path: Path) -> None:
    stream(tmp_path, owner="app-2.mitm")
    (tmp_path / "streams" / "x.stream").write_bytes(b"garbage, and not a little of it")
    tails, got = StreamTails(tmp_path, "app.mitm"), list[Message]()
    for _ in range(2):
        tails.take(lambda _, message: got.append(message))
    assert got == []


def test_without_streams_there_is_nothing_to_take(tmp_path: Path) -> None:
    assert StreamTails(tmp_path, "app.mitm").take(lambda _, __: None) is False
