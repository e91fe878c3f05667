"""Flow files: every part of every kind of flow is rewritten, mitmproxy reads the result, lengths follow."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader, FlowWriter, tnetstring
from mitmproxy.tcp import TCPFlow
from mitmproxy.test import tflow, tutils

from auditor.errors import DamagedError
from auditor.redact.flow_file import dump, rewrite
from tests.unit.redact.people import VALUES, pseudonyms, rewriter, subjects

PLANTED = subjects()
NEW = pseudonyms(PLANTED)
IMEI, EMAIL = VALUES["imei"].encode(), VALUES["email"].encode()


def written(*flows: object) -> bytes:
    out = io.BytesIO()
    writer = FlowWriter(out)  # type: ignore[no-untyped-call]
    for flow in flows:
        writer.add(flow)  # type: ignore[arg-type]
    return out.getvalue()


def made(*flows: object) -> list[object]:
    """The flows of the file with pseudonyms, read by mitmproxy."""
    data = b"".join(rewrite(io.BytesIO(written(*flows)), rewriter(PLANTED), "x.mitm"))
    assert not any(value.encode() in data for kind, value in VALUES.items() if kind != "location")
    return list(FlowReader(io.BytesIO(data)).stream())


def test_heads_bodies_and_comments_are_rewritten() -> None:
    """A body in gzip gets its new length into the head."""
    body = gzip.compress(b'{"imei":"%s","mail":"%s"}' % (IMEI, EMAIL), 1, mtime=0)
    head = [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(body)), (b"authorization", b"Basic " + b"dTo=")]
    request = tutils.treq(host="api.example.com", path=b"/u/" + EMAIL, content=body, headers=head)
    flow = tflow.tflow(req=request, resp=True)
    flow.comment = f"the phone {VALUES['phone']}"
    (found,) = made(flow)
    assert isinstance(found, HTTPFlow)
    assert found.id == flow.id
    assert found.comment == f"the phone {NEW['phone']}"
    assert found.request.path == f"/u/{NEW['email']}"
    assert found.request.content == b'{"imei":"%s","mail":"%s"}' % (NEW["imei"].encode(), NEW["email"].encode())
    assert found.request.raw_content is not None
    assert found.request.headers["content-length"] == str(len(found.request.raw_content))


def test_a_flow_that_is_named_after_a_value_gets_another_name() -> None:
    """An addon may have chosen its id and the names of its metadata; an id that mitmproxy chose stays."""
    flow = tflow.tflow()
    flow.id, flow.metadata = VALUES["serial"], {VALUES["email"]: VALUES["imei"]}
    (found,) = made(flow)
    assert isinstance(found, HTTPFlow)
    assert (found.id, found.metadata) == (NEW["serial"], {NEW["email"]: NEW["imei"]})


def test_a_value_across_two_messages_of_a_stream_is_found() -> None:
    """TCP as the proxy cuts it; the lengths of the messages stay."""
    flow = tflow.ttcpflow()
    flow.messages[0].content, flow.messages[1].content = b"x" + IMEI[:7], IMEI[7:] + b"y"
    flow.messages[0].from_client = flow.messages[1].from_client = True
    flow.messages[0].content = b"x " + IMEI[:7]
    flow.messages[1].content = IMEI[7:] + b" y"
    (found,) = made(flow)
    assert isinstance(found, TCPFlow)
    assert b"".join(message.content for message in found.messages[:2]) == b"x " + NEW["imei"].encode() + b" y"
    assert [len(message.content) for message in found.messages[:2]] == [9, 10]


def test_messages_of_a_websocket_are_rewritten() -> None:
    """Both ways."""
    flow = tflow.twebsocketflow()
    assert flow.websocket is not None
    flow.websocket.messages[0].content = b'{"sn":"%s"}' % VALUES["serial"].encode()
    (found,) = made(flow)
    assert isinstance(found, HTTPFlow)
    assert found.websocket is not None
    assert found.websocket.messages[0].content == b'{"sn":"%s"}' % NEW["serial"].encode()


def test_tls_that_was_passed_on_unopened_is_zeros() -> None:
    """A pinned host in a TCP flow."""
    flow = tflow.ttcpflow()
    flow.messages = flow.messages[:1]
    flow.messages[0].content = b"\x17\x03\x03\x00\x08secrets!"
    (found,) = made(flow)
    assert isinstance(found, TCPFlow)
    assert found.messages[0].content == b"\x17\x03\x03\x00\x08" + bytes(8)


@pytest.mark.parametrize("data", [written(tflow.tflow())[:-3], b"12:abc", b"no flow"])
def test_a_damaged_file_is_named(data: bytes) -> None:
    """What is not read to its end is not shared."""
    with pytest.raises(DamagedError):
        list(rewrite(io.BytesIO(data), rewriter(PLANTED), "x.mitm"))


VALUES_OF_ALL_TYPES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.binary(max_size=8)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES_OF_ALL_TYPES)
def test_what_is_written_is_what_mitmproxy_reads(value: object) -> None:
    """Every type of a typed netstring."""
    assert tnetstring.loads(dump(value)) == value
