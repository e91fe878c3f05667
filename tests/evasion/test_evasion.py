"""Every way to hide is found or told, through the command line, with no exception; what is readable is never said to be unread."""

from collections import Counter

import pandas as pd
import pytest

from auditor.cli.app import main
from tests.evasion.codings import codings
from tests.evasion.corners import corners
from tests.evasion.exports import exports
from tests.evasion.hidden import hidden
from tests.evasion.recordings import recordings
from tests.evasion.texts import charsets, documents, parameters, parts
from tests.evasion.ways import IMEI, Outcome, Way
from tests.evasion.wires import frames, http1, network

WAYS = (
    *codings(), *charsets(), *documents(), *parameters(), *parts(), *http1(), *network(), *frames(), *exports(), *corners(),
    *hidden(), *recordings(),
)  # fmt: skip
SUBJECTS = f'schema = 1\n[[identifier]]\nlabel = "phone"\nkind = "imei"\nvalue = "{IMEI}"\nowner = "phone"\n'


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Flows and sightings of a session with one capture for each way, audited by the command line."""
    folder = tmp_path_factory.mktemp("ways")
    session = folder / "session"
    session.mkdir()
    (session / "subjects.toml").write_text(SUBJECTS)
    (session / "session.toml").write_text('schema = 1\n[session]\nname = "ways"\nproduct = "test"\n')
    for number, way in enumerate(WAYS):
        (session / f"w{number:03}.{way.ending}").write_bytes(way.capture)
    main(["audit", str(session), "--out", str(folder / "out"), "--as-of", "2026-11-22", "--quiet"])
    report = folder / "out" / "ways"
    return pd.read_parquet(report / "tables" / "flows.parquet"), pd.read_parquet(report / "tables" / "sightings.parquet")


def name_of(number: int) -> str:
    """The capture of a way."""
    return f"w{number:03}.{WAYS[number].ending}"


@pytest.mark.parametrize("number", range(len(WAYS)), ids=[way.name for way in WAYS])
def test_way(number: int, tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Found, or among what the flow says was not read, as the way says."""
    flows, sightings = (table[table["capture"] == name_of(number)] for table in tables)
    found = bool((sightings["identifier"] == "phone").any())
    unread = [reason for reasons in flows["unread"] for reason in reasons]
    assert len(flows)
    match WAYS[number].outcome:
        case Outcome.FOUND:
            assert found
            assert unread == []
        case Outcome.UNREAD:
            assert unread
        case Outcome.EITHER:
            assert found or unread


def test_there_are_enough_ways() -> None:
    """At least sixty, under names of their own, of which most can be read."""
    counts = Counter(way.outcome for way in WAYS)
    assert len({way.name for way in WAYS}) == len(WAYS) >= 60
    assert counts[Outcome.FOUND] > 60
    assert counts[Outcome.UNREAD] >= 15


def test_no_way_is_silent(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """None of all ways is both missed and untold: 100 %."""
    flows, sightings = tables
    seen = set(sightings.loc[sightings["identifier"] == "phone", "capture"])
    told = set(flows.loc[flows["unread"].map(len) > 0, "capture"])
    silent: list[Way] = [way for number, way in enumerate(WAYS) if name_of(number) not in seen | told]
    assert [way.name for way in silent] == []
