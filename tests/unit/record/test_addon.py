"""The addon inside mitmproxy's own test context, with an attribution that is given."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mitmproxy import ctx
from mitmproxy import flow as mitm_flow
from mitmproxy import io as mitm_io
from mitmproxy.exceptions import OptionsError
from mitmproxy.test import taddons, tflow

from auditor.errors import UsageError
from auditor.model.attribution import Attribution, Endpoint
from auditor.record.addon import NO_FLOW_FILE, AuditAddon
from auditor.record.addon_equipment import Equipment
from auditor.record.addon_options import AddonSettings
from auditor.record.flow_label import Tag
from tests.unit.record.attributions import ALIBABA, UNKNOWN

FLOWS = [tflow.tflow, tflow.ttcpflow, tflow.tudpflow, tflow.tdnsflow, tflow.twebsocketflow]
BEGINS = ["requestheaders", "tcp_start", "udp_start", "dns_request", "websocket_start"]


def tag(endpoint: Endpoint) -> Attribution:
    """Alibaba for whatever has an address, unknown for the rest."""
    return ALIBABA if endpoint.server_ip else UNKNOWN


@contextmanager
def loaded(prepare: Callable[[AddonSettings], Tag] = lambda settings: tag, **options: str) -> Iterator[AuditAddon]:
    """The addon, loaded and configured, ended with the block."""
    addon = AuditAddon(lambda settings: Equipment(tag=prepare(settings), register=settings.register))
    with taddons.context(loadcore=False) as context:  # type: ignore[no-untyped-call]
        context.master.addons.add(addon)
        context.configure(addon, **options)
        yield addon
        addon.done()


def journal(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.ndjson").read_bytes().splitlines()]


@pytest.mark.parametrize(("make", "hook"), zip(FLOWS, BEGINS, strict=True))
def test_every_kind_of_flow_gets_a_comment_when_it_begins(make: object, hook: str) -> None:
    flow = make()  # type: ignore[operator]
    with loaded() as addon:
        getattr(addon, hook)(flow)
    assert flow.comment == "alibaba_cloud declared no_phase: Alibaba Cloud OSS"
    assert flow.metadata["audit_recipient"] == "alibaba_cloud"
    assert addon.book.counts.flows == 1


@pytest.mark.parametrize("make", FLOWS)
def test_a_labelled_flow_can_be_saved_and_read_again(make: object) -> None:
    flow = make()  # type: ignore[operator]
    with loaded(lambda settings: lambda endpoint: UNKNOWN) as addon:
        addon.error(flow)
    file = io.BytesIO()
    mitm_io.FlowWriter(file).add(flow)  # type: ignore[no-untyped-call]
    file.seek(0)
    (again,) = mitm_io.FlowReader(file).stream()
    assert (again.comment, again.marked) == (flow.comment, ":question:")
    assert again.metadata == flow.metadata


def test_a_flow_is_labelled_again_when_the_servers_address_is_known() -> None:
    flow = tflow.tflow(resp=True)
    flow.server_conn.peername = None
    with loaded() as addon:
        addon.requestheaders(flow)
        before = flow.comment
        flow.server_conn.peername = ("203.0.113.7", 443)
        addon.response(flow)
    assert (before, flow.comment.split()[0]) == ("203.0.113.7 unknown no_phase: no name was seen", "alibaba_cloud")
    assert (flow.marked, addon.book.counts.flows) == ("", 1)


def test_the_phase_is_that_of_the_flows_start(tmp_path: Path) -> None:
    (tmp_path / ".phase").write_text("before_consent")
    flow = tflow.tflow(resp=True)
    flow.server_conn.peername = None
    with loaded(audit_session=str(tmp_path)) as addon:
        addon.requestheaders(flow)
        (tmp_path / ".phase").write_text("consented!")
        flow.server_conn.peername = ("203.0.113.7", 443)
        addon.response(flow)
    assert flow.comment.startswith("alibaba_cloud declared before_consent: ")
    assert flow.metadata["audit_phase"] == "before_consent"


def test_a_comment_and_a_mark_that_a_person_set_stay() -> None:
    flow = tflow.tflow()
    flow.comment, flow.marked = "look here", ":sparkles:"
    with loaded() as addon:
        addon.request(flow)
    assert flow.comment == "alibaba_cloud declared no_phase: Alibaba Cloud OSS (look here)"
    assert flow.marked == ":sparkles:"


def test_an_error_in_a_hook_is_counted_said_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(endpoint: Endpoint) -> Attribution:
        if endpoint.host == "first.invalid":
            return ALIBABA
        raise RuntimeError("imei 123456789012345")

    flow = tflow.tflow()
    with loaded(lambda settings: broken, audit_session=str(tmp_path)) as addon:
        addon.request(flow)
    kinds = [record["kind"] for record in journal(tmp_path)]
    assert kinds == ["started", "hook_error", "flow", "counters", "ended"]
    assert addon.book.counts.flows == 1
    assert journal(tmp_path)[-1]["hook_errors"] == 1
    errors = capsys.readouterr().err
    assert "error in the hook request: RuntimeError at test_addon.py" in errors
    assert "1 errors in hooks" in errors
    assert "imei" not in errors + (tmp_path / "journal.ndjson").read_text()


def test_the_journal_opens_with_versions_and_options_and_ends_with_counts(tmp_path: Path) -> None:
    with loaded(audit_session=str(tmp_path), audit_register="o2nails-1.1") as addon:
        addon.requestheaders(tflow.tflow())
        addon.request(tflow.tflow())
    started, *_, ended = journal(tmp_path)
    assert (started["kind"], started["engine"], started["register"]) == ("started", "mitmproxy", "o2nails-1.1")
    assert (ended["kind"], ended["flows"], ended["hooks"]) == ("ended", 2, {"request": 1, "requestheaders": 1})


@pytest.mark.parametrize(
    ("make", "begin", "end"),
    [
        (lambda: tflow.tflow(resp=True), "request", "response"),
        (lambda: tflow.tflow(err=True), "request", "error"),
        (tflow.ttcpflow, "tcp_start", "tcp_end"),
        (tflow.ttcpflow, "tcp_start", "tcp_error"),
        (tflow.tudpflow, "udp_start", "udp_end"),
        (tflow.tudpflow, "udp_start", "udp_error"),
        (tflow.tdnsflow, "dns_request", "dns_response"),
        (tflow.tdnsflow, "dns_request", "dns_error"),
        (tflow.twebsocketflow, "request", "websocket_end"),
    ],
)
def test_each_flow_that_ended_is_in_the_journal_once(tmp_path: Path, make: object, begin: str, end: str) -> None:
    flow = make()  # type: ignore[operator]
    with loaded(audit_session=str(tmp_path)) as addon:
        getattr(addon, begin)(flow)
        getattr(addon, end)(flow)
        getattr(addon, end)(flow)
    begun, ended = (found for found in journal(tmp_path) if found["kind"] == "flow")
    assert [begun["state"], ended["state"]] == ["begun", "ended"]
    assert (ended["flow_id"], ended["type"], ended["still_open"]) == (flow.id, flow.type, False)
    assert [record["recipient"] for record in (begun, ended)] == ["alibaba_cloud"] * 2


def test_a_websocket_goes_on_after_its_response(tmp_path: Path) -> None:
    flow = tflow.twebsocketflow()
    with loaded(audit_session=str(tmp_path)) as addon:
        addon.request(flow)
        addon.response(flow)
        assert addon.book.open_flows == (flow,)


def test_flows_and_connections_that_are_open_at_the_end_are_written_down_as_that(tmp_path: Path) -> None:
    flow = tflow.ttcpflow()
    with loaded(audit_session=str(tmp_path)) as addon:
        addon.connections.client_connected(flow.client_conn)
        addon.connections.tcp_message(flow)
        addon.tcp_start(flow)
    found = {str(record["kind"]): record for record in journal(tmp_path)}
    assert found["flow"]["still_open"] is True
    assert (found["connection"]["still_open"], found["connection"]["insight"]) == (True, "inspected")
    assert found["ended"]["insights"] == {"inspected": 1}


def test_a_phase_is_written_down_with_the_moment_it_began(tmp_path: Path) -> None:
    (tmp_path / ".phase").write_text("print")
    with loaded(audit_session=str(tmp_path)):
        pass
    assert [record.get("phase") for record in journal(tmp_path)] == [None, "print", None]


def test_the_journal_is_on_the_disk_while_the_proxy_runs(tmp_path: Path) -> None:
    async def scenario() -> list[str]:
        with loaded(audit_session=str(tmp_path)) as addon:
            addon.running()
            (tmp_path / ".phase").write_text("print")
            for _ in range(200):
                await asyncio.sleep(0.05)
                if len(journal(tmp_path)) == 3:
                    break
            return [str(record["kind"]) for record in journal(tmp_path)]

    assert sorted(asyncio.run(scenario())) == ["phase", "skipped", "started"]


def test_a_session_without_a_flow_file_is_said_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        with loaded(audit_session=str(tmp_path)) as addon:
            addon.running()

    asyncio.run(scenario())
    (record,) = (found for found in journal(tmp_path) if found["kind"] == "skipped")
    assert record["reason"] == NO_FLOW_FILE
    assert NO_FLOW_FILE in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [({"audit_session": "/nowhere/at/all"}, "there is no folder"), ({"audit_surface": "phone"}, "unknown surface")],
)
def test_wrong_options_end_the_start_with_an_error_in_the_log(
    options: dict[str, str], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    with loaded(lambda settings: tag, **options) as addon:
        pass
    assert message in addon.refusal
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert message in caplog.text


def test_wrong_options_are_refused_while_it_runs() -> None:
    async def scenario() -> None:
        with loaded() as addon:
            addon.running()
            with pytest.raises(OptionsError, match="unknown surface"):
                ctx.options.update(audit_surface="phone")  # type: ignore[no-untyped-call]

    asyncio.run(scenario())


def test_a_fault_in_the_catalog_ends_the_start_too() -> None:
    def prepare(settings: AddonSettings) -> Tag:
        raise UsageError("no such register", fix="known: o2nails-1.1")

    with loaded(prepare) as addon:
        pass
    assert addon.refusal == "no such register (known: o2nails-1.1)"


def test_a_change_of_other_options_does_not_load_everything_again() -> None:
    calls: list[AddonSettings] = []

    def prepare(settings: AddonSettings) -> Tag:
        calls.append(settings)
        return tag

    with loaded(prepare) as addon:
        addon.configure({"ssl_insecure"})
    assert len(calls) == 1


def test_a_flow_read_from_a_file_keeps_its_phase() -> None:
    flow: mitm_flow.Flow = tflow.tflow()
    flow.metadata["audit_phase"] = "print"
    flow.metadata["audit_recipient"] = "old"
    flow.comment = "old unknown print: old"
    with loaded() as addon:
        addon.error(flow)
    assert flow.comment == "alibaba_cloud declared print: Alibaba Cloud OSS"
