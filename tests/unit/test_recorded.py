"""Journal and flow file side by side: what agrees, what differs, and what only the journal saw."""

import json
from pathlib import Path

import pandas as pd
import pytest

from auditor.model.journal import FIRST_LINK, seal
from auditor.model.vocabulary import Outcome
from auditor.observe import observe
from auditor.recorded import Agreement, blind_flows, compare, killed_files, ladder
from auditor.session.folder import open_sessions
from auditor.session.journal import JournalFacts, read_journal
from tests.unit.capture.flow_files import flow_file, http_state
from tests.unit.capture.test_mitm_spill import put, spilled, stream_bytes

AT = "2026-11-22T11:20:11.810030111Z"
STARTED: dict[str, object] = {"kind": "started", "file": "app.mitm", "engine": "mitmproxy", "options": {}}
ENDED: dict[str, object] = {"kind": "ended", "hook_errors": 0}
CONNECTION: dict[str, object] = {
    "kind": "connection",
    "client": "192.0.2.1:5000",
    "hosts": ["pinned.example:443", "203.0.113.9:443"],
    "sni": "pinned.example",
    "insight": "refused",
    "reason": "no trust",
    "bytes_up": 517,
    "bytes_down": 1400,
    "started": AT,
    "ended": AT,
}


def told(flow: str, state: str = "ended", up: int | None = 10, down: int | None = 20) -> dict[str, object]:
    return {"kind": "flow", "flow_id": flow, "state": state, "host": "a.example", "bytes_up": up, "bytes_down": down}


def journal(*records: dict[str, object]) -> bytes:
    link, lines = FIRST_LINK, []
    for record in records:
        line, link = seal(json.dumps({"recorder": "app-1", "at": AT, **record}, separators=(",", ":")).encode(), link)
        lines.append(line + b"\n")
    return b"".join(lines)


def facts(*records: dict[str, object]) -> JournalFacts:
    return read_journal(journal(*records))


def test_what_says_the_same_leaves_no_remark() -> None:
    said = facts(STARTED, told("a"), told("b", up=None), ENDED)
    assert compare("app.mitm", said, {"a": (10, 20), "b": (5, 20)}) == Agreement()


@pytest.mark.parametrize(
    ("flows", "what"),
    [
        ({}, "ended in the journal (a.example) but is not in the flow file"),
        ({"a": (10, 21)}, "the journal says 10 bytes up and 20 down, the flow file 10 bytes up and 21 down"),
        ({"a": (10, 20), "b": (1, 1)}, "is in the flow file but not in the journal"),
    ],
)
def test_a_difference_is_damage_where_the_recorder_ended_in_order_else_a_note(
    flows: dict[str, tuple[int | None, int | None]], what: str
) -> None:
    (damage,) = compare("app.mitm", facts(STARTED, told("a"), ENDED), flows).damage
    assert damage.what == what
    killed = compare("app.mitm", facts(STARTED, told("a")), flows)
    assert (killed.damage, [note.partition(": ")[2] for note in killed.notes]) == ((), [what])


def test_a_flow_that_was_open_when_the_recorder_was_killed_is_named() -> None:
    (note,) = compare("app.mitm", facts(STARTED, told("a", "begun")), {}).notes
    assert (
        note == "flow a: began and was open when the recording was cut off in the journal (a.example) but is not in the flow file"
    )


def test_a_stream_that_was_changed_is_damage_and_one_that_is_not_there_is_not() -> None:
    said = facts(STARTED, {**told("a"), "stream": "streams/a.stream", "stream_sha256": "0" * 64}, ENDED)
    flows = {"a": (10, 20)}
    assert compare("app.mitm", said, flows, lambda _: "0" * 64) == Agreement()
    assert compare("app.mitm", said, flows, lambda _: None) == Agreement()
    (damage,) = compare("app.mitm", said, flows, lambda _: "1" * 64).damage
    assert damage.what == "streams/a.stream is not what the journal says: it was changed"


@pytest.mark.parametrize("stream", ["../a.stream", "streams/b.stream", "/etc/passwd", "streams/../a.stream"])
def test_a_journal_cannot_have_another_file_read(stream: str) -> None:
    """Only the stream that has the flow's own name below the folder of streams is opened, and a name with a slash is none."""
    opened: list[str] = []

    def digest(path: str) -> str:
        opened.append(path)
        return "1" * 64

    lying = [{**told("a"), "stream": stream, "stream_sha256": "0" * 64}]
    outside = {**told("../a"), "stream": "streams/../a.stream", "stream_sha256": "0" * 64}
    unnamed = {**told("c"), "stream": "streams/c.stream"}
    said = facts(STARTED, *lying, outside, unnamed, ENDED)
    assert compare("app.mitm", said, {"a": (10, 20), "../a": (10, 20), "c": (10, 20)}, digest) == Agreement()
    assert opened == []


def test_many_differences_are_counted() -> None:
    said = facts(STARTED, *(told(str(number)) for number in range(50)), ENDED)
    found = compare("app.mitm", said, {}).damage
    assert (len(found), found[-1].what) == (21, "and 30 more flows differ")
    assert (found[0].where, found[-1].where) == ("flow 0", "journal")


@pytest.mark.parametrize(
    "said",
    [
        facts(),
        facts({**STARTED, "file": "app-2.mitm"}, ENDED),
        facts({**STARTED, "engine": "socket"}, ENDED),
    ],
)
def test_a_file_without_such_a_recorder_is_not_compared(said: JournalFacts) -> None:
    assert compare("app.mitm", said, {"a": (1, 1)}) == Agreement()


def test_a_filter_is_a_reason_not_to_compare_and_is_told() -> None:
    said = facts({**STARTED, "options": {"save_stream_filter": "~d a"}}, told("a"), ENDED)
    assert "a filter left flows out" in compare("app.mitm", said, {}).notes[0]


def test_several_recorders_of_one_file_are_one() -> None:
    second = [{"recorder": "app-2", **record} for record in (STARTED, told("b"), ENDED)]
    said = read_journal(journal(STARTED, told("a"), ENDED) + journal(*second))
    assert compare("app.mitm", said, {"a": (10, 20), "b": (10, 20)}) == Agreement()


def test_a_blind_connection_is_an_opaque_flow_unless_a_capture_has_it() -> None:
    said = facts(STARTED, CONNECTION, {**CONNECTION, "client": "192.0.2.1:5001", "insight": "inspected"}, ENDED)
    (row,) = blind_flows(said, frozenset()).to_dict("records")
    assert (row["flow_id"], row["host"], row["host_source"], row["server_ip"], row["server_port"]) == (
        "connection-0",
        "pinned.example",
        "connect",
        "203.0.113.9",
        443,
    )
    assert (row["visibility"], row["bytes_up"], row["client_port"]) == ("opaque", 517, 5000)
    assert blind_flows(said, frozenset({("192.0.2.1", 5000)})).empty


def test_everything_that_the_ledger_knows_is_in_the_flow() -> None:
    """Each column, and none besides: what the ledger does not know is null."""
    later = "2026-11-22T11:20:12.000000000Z"
    hosts = ["broker.example:8883", "203.0.113.9:8883", "203.0.113.10:443"]
    entry = {**CONNECTION, "hosts": hosts, "tls_version": "TLSv1.2", "alpn": "mqtt", "ended": later}
    (row,) = blind_flows(facts(STARTED, {**CONNECTION, "insight": "inspected"}, entry, ENDED), frozenset()).to_dict("records")
    known = {name: value for name, value in row.items() if isinstance(value, list) or not pd.isna(value)}
    assert known.pop("names") == ["broker.example", "pinned.example"]
    assert (known.pop("started").isoformat(), known.pop("ended").isoformat()) == (
        "2026-11-22T11:20:11.810030111+00:00",
        "2026-11-22T11:20:12+00:00",
    )
    assert {name: value for name, value in known.items() if value not in ([], 0)} == {
        "flow_id": "connection-1",
        "client_ip": "192.0.2.1",
        "client_port": 5000,
        "server_ip": "203.0.113.9",
        "server_port": 8883,
        "transport": "tcp",
        "application": "tls",
        "host": "broker.example",
        "host_source": "connect",
        "bytes_up": 517,
        "bytes_down": 1400,
        "visibility": "opaque",
        "tls_version": "TLSv1.2",
        "alpn": "mqtt",
    }


def test_a_connection_without_hosts_is_named_by_what_its_client_asked_for() -> None:
    entry = {**CONNECTION, "hosts": [], "client": "[2001:db8::1]:5000"}
    (row,) = blind_flows(facts(STARTED, entry, ENDED), frozenset()).to_dict("records")
    assert (row["host"], row["host_source"]) == ("pinned.example", "tls_sni")
    assert pd.isna(row["server_ip"])
    assert pd.isna(row["server_port"])


def test_hostile_entries_of_the_ledger_do_no_harm() -> None:
    odd = {**CONNECTION, "client": ":::", "hosts": [":", "a:99999999", ""], "sni": None, "started": "x", "ended": "\u202e"}
    (row,) = blind_flows(facts(STARTED, odd, ENDED), frozenset()).to_dict("records")
    assert row["flow_id"] == "connection-0"


def test_the_ladder_counts_each_hosts_way() -> None:
    said = facts(STARTED, CONNECTION, CONNECTION, {**CONNECTION, "sni": "open.example", "insight": "inspected"}, ENDED)
    assert ladder(said) == ("pinned.example: 2 refused",)


def test_the_ladder_names_each_rung_and_who_has_no_name() -> None:
    nameless = {**CONNECTION, "sni": None, "hosts": [], "insight": "passed_through"}
    by_host = {**CONNECTION, "sni": None, "hosts": ["b.example:443"]}
    said = facts(
        STARTED,
        CONNECTION,
        {**CONNECTION, "insight": "inspected"},
        {**CONNECTION, "insight": "passed_through"},
        nameless,
        by_host,
    )
    assert ladder(said) == (
        "b.example: 1 refused",
        "no host: 1 passed through",
        "pinned.example: 1 inspected, 1 passed through, 1 refused",
    )


def test_a_size_that_is_not_known_is_shown_as_that() -> None:
    said = facts(STARTED, told("a", up=None, down=5), ENDED)
    assert compare("app.mitm", said, {"a": (3, None)}) == Agreement()
    (found,) = compare("app.mitm", said, {"a": (None, 6)}).damage
    assert found.what == "the journal says ? bytes up and 5 down, the flow file ? bytes up and 6 down"


@pytest.mark.parametrize("sha256", ["a" * 64, None])
def test_a_file_as_its_recorder_closed_it_or_of_an_unknown_hash_is_no_difference(sha256: str | None) -> None:
    said = facts(STARTED, told("a"), ENDED | {"file_sha256": "a" * 64})
    assert compare("app.mitm", said, {"a": (10, 20)}, sha256=sha256) == Agreement()
    assert compare("app.mitm", facts(STARTED, told("a"), ENDED), {"a": (10, 20)}, sha256="b" * 64) == Agreement()


def test_a_file_whose_flows_agree_but_whose_bytes_do_not_is_damaged() -> None:
    """Flows that change places, or bodies that keep their size."""
    said = facts(STARTED, told("a"), ENDED | {"file_sha256": "a" * 64})
    (damage,) = compare("app.mitm", said, {"a": (10, 20)}, sha256="b" * 64).damage
    assert (damage.where, damage.what.partition(":")[0]) == ("file", "is not as its recorder closed it")


def test_only_recorders_without_end_left_torn_files() -> None:
    assert killed_files(facts(STARTED)) == {"app.mitm"}
    assert killed_files(facts(STARTED, ENDED | {"reason": "failed"})) == {"app.mitm"}
    assert killed_files(facts(STARTED, ENDED)) == frozenset()


def session(folder: Path, data: bytes, said: bytes) -> Path:
    (folder / "session.toml").write_text('schema = 1\n[[capture]]\npath = "app.mitm"\nsurface = "app"\n')
    (folder / "app.mitm").write_bytes(data)
    (folder / "journal.ndjson").write_bytes(said)
    return folder


def observed(folder: Path) -> dict[str, tuple[Outcome, tuple[str, ...], int]]:
    (opened,) = open_sessions((str(folder),))
    found = observe(opened.session, None)
    return {
        entry.capture.name: (entry.outcome, (*entry.notes, *(each.what for each in entry.damage)), entry.flows)
        for entry in found.inputs
    }


def test_a_cut_flow_file_is_torn_when_its_recorder_was_killed_and_damaged_otherwise(tmp_path: Path) -> None:
    state = http_state(id="a")
    data = flow_file([state, http_state(id="b")])[:-30]
    flow = told("a", up=None, down=None)
    torn = observed(session(tmp_path, data, journal(STARTED, flow)))["app.mitm"]
    assert (torn[0], torn[2]) == (Outcome.TORN, 1)
    assert "ends inside a flow (the recorder was killed)" in torn[1][0]
    assert observed(session(tmp_path, data, journal(STARTED, flow, ENDED)))["app.mitm"][0] is Outcome.DAMAGED


def test_an_empty_flow_file_of_a_killed_recorder_still_has_its_streams(tmp_path: Path) -> None:
    state, messages = spilled("tcp")
    put(tmp_path, state, stream_bytes(state, messages, ends=False))
    found = observed(session(tmp_path, b"", journal(STARTED, told(state["id"], "begun"))))
    assert (found["app.mitm"][2], found["journal.ndjson"][0]) == (1, Outcome.TORN)


def test_a_flow_that_was_taken_out_of_the_file_is_damage_that_names_it(tmp_path: Path) -> None:
    said = journal(STARTED, told("a", up=None, down=None), told("gone"), ENDED)
    outcome, words, _ = observed(session(tmp_path, flow_file([http_state(id="a")]), said))["app.mitm"]
    assert outcome is Outcome.DAMAGED
    assert "is not in the flow file" in words[0]


@pytest.mark.parametrize(
    ("client", "place"),
    [
        ("192.0.2.1:65535", ("192.0.2.1", 65535)),
        ("192.0.2.1:655350", (None, None)),
        ("2001:db8::1:443", ("2001:db8::1", 443)),
        ("192.0.2.1", ("192.0.2.1", None)),
        (":5000", (None, None)),
    ],
)
def test_a_client_is_an_address_and_a_port_of_at_most_five_digits(client: str, place: tuple[str | None, int | None]) -> None:
    (row,) = blind_flows(facts(STARTED, {**CONNECTION, "client": client}, ENDED), frozenset()).to_dict("records")
    assert tuple(None if pd.isna(row[name]) else row[name] for name in ("client_ip", "client_port")) == place


@pytest.mark.parametrize(
    ("changes", "application"),
    [
        ({}, "tls"),
        ({"transport": "udp"}, "quic"),
        ({"sni": None, "is_tls": False}, None),
        ({"transport": "udp", "is_tls": False}, None),
    ],
)
def test_a_blind_connection_shows_what_its_transport_and_handshake_were(
    changes: dict[str, object], application: str | None
) -> None:
    rows = blind_flows(
        facts(STARTED, {**CONNECTION, **changes}, {**CONNECTION, **changes, "client": "192.0.2.9:1"}, ENDED), frozenset()
    )
    shown = [None if pd.isna(row) else row for row in rows["application"]]
    assert shown == [application, application]
    assert list(rows["flow_id"]) == ["connection-0", "connection-1"]
