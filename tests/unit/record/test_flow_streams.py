"""Messages of streams on the disk as they pass, and read again, whatever ended the recording."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from mitmproxy.test import tflow

from auditor.capture.mitm_spill import read_stream
from auditor.capture.mitm_state import HttpState, StreamState
from auditor.record.flow_streams import StreamFiles, messages_of


def contents(path: Path) -> list[bytes]:
    state = read_stream(path).state
    if isinstance(state, HttpState):
        assert state.websocket is not None
        return [message.content for message in state.websocket.messages]
    assert isinstance(state, StreamState)
    return [message.content for message in state.messages]


@pytest.mark.parametrize("make", [tflow.ttcpflow, tflow.tudpflow, tflow.twebsocketflow])
@pytest.mark.parametrize("ends", [True, False], ids=["ended", "killed"])
def test_messages_are_there_at_once_and_mitmproxy_keeps_only_the_last(tmp_path: Path, make: object, ends: bool) -> None:
    flow = make()  # type: ignore[operator]
    said = list(messages_of(flow))
    del messages_of(flow)[:]
    files = StreamFiles(tmp_path, "app.mitm", trims=True)
    path = tmp_path / "streams" / f"{flow.id}.stream"
    for count, message in enumerate(said, 1):
        messages_of(flow).append(message)
        files.add(flow)
        assert contents(path) == [each.content for each in said[:count]]
        assert messages_of(flow) == [message]
    digest = files.end(flow) if ends else files.leave(flow)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert files.end(flow) is None
    assert contents(path) == [each.content for each in said]
    assert flow.metadata == {"audit_stream": f"streams/{flow.id}.stream", "audit_file": "app.mitm"}
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_where_somebody_looks_at_the_messages_they_stay(tmp_path: Path) -> None:
    flow = tflow.ttcpflow()
    before = len(flow.messages)
    StreamFiles(tmp_path, "app.mitm", trims=False).add(flow)
    assert len(flow.messages) == before


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    flow = tflow.ttcpflow()
    files = StreamFiles(tmp_path, "app.mitm", trims=True)
    files.add(flow)
    files._open[flow.id] = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space") as told:
        files.add(flow)
    assert told.value.errno == errno.ENOSPC


def test_a_file_in_its_place_is_not_written_over(tmp_path: Path) -> None:
    flow = tflow.ttcpflow()
    (tmp_path / "streams").mkdir()
    (tmp_path / "streams" / f"{flow.id}.stream").write_text("keep")
    with pytest.raises(FileExistsError):
        StreamFiles(tmp_path, "app.mitm", trims=True).add(flow)
