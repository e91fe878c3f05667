"""What does not need a client; the rest is in the end-to-end tests."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from auditor.errors import ConfigError, ExitCode, Fault, Source, UsageError
from auditor.record.addon_equipment import Equipment
from auditor.record.addon_options import AddonSettings
from auditor.record.app import ProxyPlan, record_app
from tests.unit.closed_files import closed, give_away, open_folder
from tests.unit.record.attributions import UNKNOWN


def equip(settings: AddonSettings) -> Equipment:
    return Equipment(tag=lambda endpoint: UNKNOWN)


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[ProxyPlan]:
    yield ProxyPlan(equip=equip, listen_host="127.0.0.1", port=0, confdir=str(tmp_path / "conf"))


def test_a_recording_without_traffic_is_whole(tmp_path: Path, plan: ProxyPlan) -> None:
    stop, found = Event(), list[tuple[str, ...]]()

    def ready(addresses: tuple[str, ...]) -> None:
        found.append(addresses)
        stop.set()

    result = record_app(str(tmp_path / "s"), plan, stop=stop, ready=ready)
    assert (result.exit, result.reason) == (ExitCode.PASS, "0 flows recorded")
    ((address,),) = found
    assert address.startswith("127.0.0.1:")


def test_a_fault_in_the_session_ends_the_start_and_leaves_no_file(tmp_path: Path, plan: ProxyPlan) -> None:
    def broken(settings: AddonSettings) -> Equipment:
        raise ConfigError((Fault(Source("session.toml", "line 3"), "unknown key 'nmae'"),))

    wrong = ProxyPlan(equip=broken, listen_host="127.0.0.1", port=0, confdir=plan.confdir)
    with pytest.raises(UsageError, match=r"session\.toml: line 3: unknown key 'nmae'"):
        record_app(str(tmp_path / "s"), wrong, stop=Event())
    assert not (tmp_path / "s" / "app.mitm").exists()


def test_where_nothing_was_recorded_there_is_no_empty_file(tmp_path: Path, plan: ProxyPlan) -> None:
    stop = Event()
    stop.set()
    assert record_app(str(tmp_path / "s"), plan, stop=stop).files == ()
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["journal.ndjson", "session.toml"]
    assert "capture" not in (tmp_path / "s" / "session.toml").read_text()


def test_a_folder_that_cannot_be_written_is_named_in_the_words_of_every_command(plan: ProxyPlan) -> None:
    with open_folder() as folder:
        (folder / "conf").mkdir()
        (folder / "s").mkdir()
        for name in ("session.toml", "subjects.toml", "waivers.toml", ".gitignore"):
            (folder / "s" / name).write_text("schema = 1\n")
        (folder / "s").chmod(0o555)
        give_away(folder)
        made = ProxyPlan(equip=plan.equip, listen_host="127.0.0.1", port=0, confdir=str(folder / "conf"))
        with closed(), pytest.raises(UsageError) as raised:
            record_app(str(folder / "s"), made, stop=Event())
        assert raised.value.what.endswith(": Permission denied")
        assert raised.value.source is not None
        assert raised.value.source.path.startswith(str(folder / "s"))
