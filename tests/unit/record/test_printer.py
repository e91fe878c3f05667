import os
from pathlib import Path
from threading import Event

import pytest

from auditor.errors import UsageError
from auditor.record import printer
from auditor.record.kernel_filter import Target
from auditor.record.printer import ENGINES, record_printer, rights_note
from auditor.record.tap import NoRightError, Tap


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown engine 'scapy' \(known: socket, dumpcap, libpcap\)"):
        record_printer("lo", str(tmp_path / "x"), stop=Event(), engine="scapy")
    assert not (tmp_path / "x").exists()


def test_a_printer_that_is_no_address_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a MAC nor an IP address"):
        record_printer("lo", str(tmp_path / "x"), printer="02:00:5e:10:00", stop=Event())
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("engine", list(ENGINES))
def test_an_interface_that_is_not_there_is_refused(tmp_path: Path, engine: str) -> None:
    with pytest.raises(UsageError, match=r"wlan77|not installed"):
        record_printer("wlan77", str(tmp_path / "x"), stop=Event(), engine=engine)
    assert not (tmp_path / "x").exists()


def test_without_the_right_the_command_to_type_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(interface: str, target: Target | None) -> Tap:
        raise NoRightError(f"may not capture on {interface}")

    monkeypatch.setitem(printer.ENGINES, "socket", refuse)
    with pytest.raises(UsageError) as caught:
        record_printer("wlan0", "a b", printer="192.0.2.9", stop=Event())
    command = "-m auditor record printer --interface wlan0 --out 'a b' --printer 192.0.2.9)"
    assert str(caught.value).startswith("may not capture on wlan0 (type: sudo /")
    assert str(caught.value).endswith(command)


def test_the_command_to_type_is_the_one_that_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(interface: str, target: Target | None) -> Tap:
        raise NoRightError("may not capture")

    monkeypatch.setitem(printer.ENGINES, "socket", refuse)
    words = ["record", "session", "-i", "wlan0", "--file-size", "100M", "--printer", "my printer"]
    with pytest.raises(UsageError) as caught:
        record_printer("wlan0", "x", stop=Event(), typed=words)
    assert str(caught.value).endswith("-m auditor record session -i wlan0 --file-size 100M --printer 'my printer')")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps rights")
def test_root_without_sudo_is_said_to_stay_root() -> None:
    assert "stays root" in (rights_note({}) or "")
    assert rights_note({"SUDO_UID": "65534"}) is None
