"""What a recording's journal says about the set-up."""

from pathlib import Path

import pytest

from auditor.doctor.evidence import clients_seen, read_state, trust_seen
from auditor.record.journal import Journal, Kind


@pytest.mark.parametrize(
    ("insights", "trust", "clients"),
    [
        ([], None, None),
        (["refused", "refused"], "trust_refused", "clients_seen"),
        (["refused", "inspected"], "trust_seen", "clients_seen"),
        (["passed_through"], None, "clients_seen"),
        (["upstream_failed", "unfinished"], None, None),
    ],
)
def test_connections_tell_whether_the_ca_is_trusted(
    insights: list[str], trust: str | None, clients: str | None, tmp_path: Path
) -> None:
    with Journal(tmp_path / "journal.ndjson", recorder="app-1") as journal:
        for insight in insights:
            journal.add(Kind.CONNECTION, hosts=["h.example:443"], insight=insight)
    state = read_state(tmp_path)
    found = (trust_seen(state), clients_seen(state))
    assert tuple(checked.key if checked else None for checked in found) == (trust, clients)


def test_without_a_session_there_is_no_evidence() -> None:
    assert read_state(None).tally.records == 0
