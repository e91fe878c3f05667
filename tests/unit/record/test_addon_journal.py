"""The addon's pen: nothing without a session, everything with one, once."""

import json
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.addon_equipment import Equipment
from auditor.record.addon_journal import AddonJournal
from auditor.record.flow_book import Counts
from auditor.record.journal import Kind
from auditor.record.ledger import ConnectionFact, Insight
from auditor.session.journal import read_journal
from tests.unit.record.attributions import UNKNOWN

EQUIPMENT = Equipment(
    tag=lambda endpoint: UNKNOWN, mask=lambda text: text.replace("354", "•••"), catalog_sha256="c" * 64, planted=3
)
FACT = ConnectionFact(
    client="192.0.2.1:5000",
    hosts=("354.example:443",),
    sni="354.example",
    insight=Insight.REFUSED,
    reason="no trust",
    transport="tcp",
    is_tls=True,
    requests=0,
    messages=0,
    bytes_up=517,
    bytes_down=1200,
    started=0,
    ended=1,
    tls_version=None,
    alpn=None,
    still_open=False,
)


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.ndjson").read_bytes().splitlines()]


def test_without_a_session_nothing_is_kept_and_nothing_fails() -> None:
    pen = AddonJournal()
    assert not pen.open(None, "app", EQUIPMENT)
    pen.tell(Kind.NOTE, text="a")
    pen.tell_connection(FACT)
    pen.check()
    pen.close(reason="user")
    assert not pen.is_open
    assert dict(pen.insights) == {"refused": 1}


def test_a_session_is_opened_once_and_closed_with_the_ledgers_sums(tmp_path: Path) -> None:
    pen = AddonJournal()
    assert pen.open(tmp_path, "app", EQUIPMENT, file="app.mitm")
    assert not pen.open(tmp_path, "app", EQUIPMENT, file="app.mitm")
    pen.tell_connection(FACT)
    pen.close(reason="user")
    started, connection, ended = records(tmp_path)
    assert (started["catalog"], started["planted"], started["file"]) == ("c" * 64, 3, "app.mitm")
    assert (connection["hosts"], connection["sni"], connection["bytes_up"]) == (["•••.example:443"], "•••.example", 517)
    assert ended["insights"] == {"refused": 1}
    assert read_journal((tmp_path / "journal.ndjson").read_bytes()).unfinished == ()


def test_counters_are_told_when_one_of_them_changed(tmp_path: Path) -> None:
    pen = AddonJournal()
    pen.open(tmp_path, "app", EQUIPMENT)
    counts = Counts()
    pen.tell_counts(counts)
    counts.flows = 2
    pen.tell_counts(counts)
    pen.tell_counts(counts)
    pen.close(reason="user")
    assert [record["flows"] for record in records(tmp_path) if record["kind"] == "counters"] == [2]


def test_a_second_recorder_of_the_phone_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    first, second = AddonJournal(), AddonJournal()
    first.open(tmp_path, "app", EQUIPMENT)
    with pytest.raises(UsageError, match="recorded into it already"):
        second.open(tmp_path, "app", EQUIPMENT)
    first.close(reason="user")
    assert second.open(tmp_path, "app", EQUIPMENT)
    second.close(reason="user")
