"""Messages that stand beside the flow file: put back into their flows, and read without them after a kill."""

from pathlib import Path
from typing import Any

import pytest
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from auditor.capture.mitm import READER
from auditor.capture.mitm_spill import self_contained
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from auditor.model.reading import Reading
from auditor.model.vocabulary import Outcome

MAKES = {"tcp": tflow.ttcpflow, "udp": tflow.tudpflow, "websocket": tflow.twebsocketflow}


def spilled(kind: str) -> tuple[dict[str, Any], list[Any]]:
    """A flow's state without its messages but the last, and all of them."""
    state = MAKES[kind]().get_state()
    holder = state["websocket"] if kind == "websocket" else state
    messages = list(holder["messages"])
    holder["messages"] = messages[-1:]
    state["metadata"] = {"audit_stream": f"streams/{state['id']}.stream", "audit_file": "app.mitm"}
    return state, messages


def stream_bytes(state: dict[str, Any], messages: list[Any], *, ends: bool = True) -> bytes:
    parts = [tnetstring.dumps(state), *(tnetstring.dumps(message) for message in messages)]
    return b"".join((*parts, tnetstring.dumps(None) if ends else b""))


def read(folder: Path, states: list[dict[str, Any]]) -> tuple[Reading, list[Message]]:
    (folder / "app.mitm").write_bytes(b"".join(map(tnetstring.dumps, states)))
    messages: list[Message] = []
    return READER.read(str(folder / "app.mitm"), ReadOptions(inspect=messages.append)), messages


def put(folder: Path, state: dict[str, Any], data: bytes) -> Path:
    (folder / "streams").mkdir(exist_ok=True)
    path = folder / "streams" / f"{state['id']}.stream"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", MAKES)
def test_a_flow_has_the_messages_of_its_file(kind: str, tmp_path: Path) -> None:
    state, messages = spilled(kind)
    put(tmp_path, state, stream_bytes(state, messages))
    reading, said = read(tmp_path, [state])
    whole, expected = read(tmp_path / "..", [MAKES[kind]().get_state() | {"id": state["id"]}])
    assert (reading.outcome, len(reading.flows)) == (Outcome.READ, 1)
    assert reading.flows[["bytes_up", "bytes_down"]].equals(whole.flows[["bytes_up", "bytes_down"]])
    assert [message.pieces for message in said] == [message.pieces for message in expected]


@pytest.mark.parametrize("kind", MAKES)
@pytest.mark.parametrize("cut", [0, 1, 9])
def test_a_flow_that_only_its_stream_knows_is_read_up_to_where_it_was_cut(kind: str, cut: int, tmp_path: Path) -> None:
    state, messages = spilled(kind)
    data = stream_bytes(state, messages, ends=False)
    put(tmp_path, state, data[: len(data) - cut])
    reading, _ = read(tmp_path, [])
    assert (reading.damage, reading.outcome, list(reading.flows["flow_id"])) == ((), Outcome.READ, [state["id"]])


def test_a_stream_of_another_flow_file_stays_with_it(tmp_path: Path) -> None:
    state, messages = spilled("tcp")
    state["metadata"]["audit_file"] = "app-2.mitm"
    put(tmp_path, state, stream_bytes(state, messages))
    assert read(tmp_path, [])[0].outcome is Outcome.EMPTY


def test_messages_that_are_not_there_are_unread_and_no_damage(tmp_path: Path) -> None:
    state, _ = spilled("tcp")
    reading, _ = read(tmp_path, [state])
    assert reading.outcome is Outcome.READ
    assert list(reading.flows["unread"][0])[-1] == f"messages: streams/{state['id']}.stream is not there"


@pytest.mark.parametrize("name", ["../secret", "streams/../../x.stream", "/etc/passwd", "streams/a/b.stream", "streams/.stream"])
def test_a_flow_cannot_lead_the_reader_elsewhere(name: str, tmp_path: Path) -> None:
    state, _ = spilled("tcp")
    state["metadata"]["audit_stream"] = name
    reading, _ = read(tmp_path, [state])
    assert reading.outcome is Outcome.DAMAGED
    assert "none of its messages" in reading.damage[0].what


def test_a_broken_stream_is_damage_with_its_name_and_place(tmp_path: Path) -> None:
    state, messages = spilled("tcp")
    put(tmp_path, state, stream_bytes(state, messages[:1], ends=False) + b"garbage")
    reading, _ = read(tmp_path, [state])
    assert reading.outcome is Outcome.DAMAGED
    assert f"streams/{state['id']}.stream: byte" in reading.damage[0].what
    put(tmp_path, state, b"garbage, all of it")
    assert read(tmp_path, [])[0].damage[0].where == f"streams/{state['id']}.stream"


def test_a_link_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    state, messages = spilled("tcp")
    path = put(tmp_path, state, stream_bytes(state, messages))
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert read(tmp_path, [])[0].outcome is Outcome.EMPTY


@pytest.mark.parametrize("kind", MAKES)
def test_a_flow_can_be_made_whole_again_in_one_frame(kind: str, tmp_path: Path) -> None:
    state, messages = spilled(kind)
    state["metadata"]["audit_phase"] = "print"
    put(tmp_path, state, stream_bytes(state, messages))
    frame = tnetstring.dumps(state).partition(b":")[2][:-1]
    whole = self_contained(frame, str(tmp_path / "app.mitm"))
    made: Any = tnetstring.loads(b"%d:%s}" % (len(whole), whole))
    expected: Any = MAKES[kind]().get_state()
    holder, wanted = (made["websocket"], expected["websocket"]) if kind == "websocket" else (made, expected)
    assert [list(message) for message in holder["messages"]] == [list(message) for message in wanted["messages"]]
    assert made["metadata"] == {"audit_phase": "print"}


def test_a_flow_without_a_stream_stays_as_it_is(tmp_path: Path) -> None:
    state, _ = spilled("tcp")
    frame = tnetstring.dumps(state).partition(b":")[2][:-1]
    assert self_contained(frame, str(tmp_path / "app.mitm")) == frame
