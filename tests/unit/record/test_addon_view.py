"""The view, called as mitmproxy calls it."""

from mitmproxy import contentviews
from mitmproxy.contentviews import Metadata
from mitmproxy.test import tflow

from auditor.record.addon_view import AuditView


def describe(body: bytes, target: bytes | None, headers: tuple[tuple[bytes, bytes], ...], up: bool) -> str:
    return f"{body!r} {target!r} {len(headers)} {up}"


VIEW = AuditView(describe)


def test_a_request_is_described_with_its_target_and_headers_as_transferred() -> None:
    flow = tflow.tflow(resp=True)
    assert flow.response
    flow.request.headers["content-encoding"] = "gzip"
    assert VIEW.prettify(b"decoded", Metadata(flow=flow, http_message=flow.request)) == "b'content' b'/path' 3 True"
    assert VIEW.prettify(b"x", Metadata(http_message=flow.response)).endswith("None 2 False")


def test_messages_of_streams_know_their_direction() -> None:
    flow = tflow.ttcpflow()
    said = [VIEW.prettify(message.content, Metadata(tcp_message=message)).rsplit(" ", 1)[1] for message in flow.messages]
    assert said == [str(message.from_client) for message in flow.messages]


def test_it_is_chosen_by_name_only() -> None:
    contentviews.add(VIEW)
    assert contentviews.registry["Audit"] is VIEW
    assert contentviews.registry.get_view(b"{}", Metadata(), "Audit") is VIEW
    assert contentviews.registry.get_view(b"{}", Metadata(), "auto") is not VIEW
