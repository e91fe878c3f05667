"""Bytes of a flow, as the reader of flow files counts them."""

import io
from pathlib import Path

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

from auditor.capture.mitm import READER
from auditor.capture.reader import ReadOptions
from auditor.record.flow_size import http_sizes

CASES = {
    "plain": tflow.tflow(resp=True),
    "no answer": tflow.tflow(),
    "HTTP/2": tflow.tflow(req=tutils.treq(http_version=b"HTTP/2.0"), resp=tutils.tresp(http_version=b"HTTP/2.0", reason=b"")),
    "many headers": tflow.tflow(req=tutils.treq(headers=tuple((b"a%d" % n, b"\xff" * n) for n in range(9))), resp=True),
    "odd path": tflow.tflow(req=tutils.treq(path="/ü?x=%00".encode()), resp=True),
    "streamed": tflow.tflow(req=tutils.treq(content=None), resp=tutils.tresp(content=None)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_recorder_and_the_reader_count_the_same(name: str, tmp_path: Path) -> None:
    flow = CASES[name]
    data = io.BytesIO()
    FlowWriter(data).add(flow)  # type: ignore[no-untyped-call]
    (tmp_path / "a.mitm").write_bytes(data.getvalue())
    (row,) = READER.read(str(tmp_path / "a.mitm"), ReadOptions()).flows[["bytes_up", "bytes_down"]].to_dict("records")
    up, down = http_sizes(flow)
    assert [None if value != value else value for value in row.values()] == [up, down]
