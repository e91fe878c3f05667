"""The disk, and a printer that is there or not, in network namespaces where those can be made."""

import os
import subprocess
from pathlib import Path

import pytest

from auditor.doctor import machine
from auditor.doctor.leg import Outcome, Setup
from tests.lab.network import Device, LabError, entered, lan

TABLE = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.50.40    0x1         0x2         00:00:5e:00:53:a7     *        lan0
192.168.50.41    0x1         0x0         00:00:00:00:00:00     *        lan0
cut short
"""
PRINTER = Device(name="printer", address="192.168.50.40", mac="00:00:5e:00:53:a7")


def test_neighbours_that_never_answered_are_none() -> None:
    assert machine.neighbours(TABLE) == (("192.168.50.40", "00:00:5e:00:53:a7"),)
    assert machine.neighbours("") == ()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        checked = machine.check_disk(Setup(session=disk / "captures" / "today"))
        assert (checked.outcome, checked.key, checked.facts["free"]) == (Outcome.FAILED, "disk_full", "1 MiB")
        assert machine.check_disk(Setup(session=disk, least_free=1000)).outcome is Outcome.OK
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    ("printer", "key"),
    [
        (None, "name_the_printer"),
        ("V11DEMO", "printer_name"),
        ("fd00::1", "printer_name"),
        ("00:00:5e:00:53:99", "printer_mac_unseen"),
    ],
)
def test_a_printer_that_cannot_be_looked_for(printer: str | None, key: str) -> None:
    assert machine.check_printer(Setup(printer=printer)).key == key


def test_a_printer_is_there_or_it_is_not() -> None:
    try:
        with lan((PRINTER,)) as network, entered(network.world):
            found = machine.check_printer(Setup(printer=PRINTER.address))
            by_mac = machine.check_printer(Setup(printer="00-00-5E-00-53-A7"))
            nobody = machine.check_printer(Setup(printer="192.168.50.99"))
    except LabError as error:
        pytest.skip(str(error))
    assert (found.key, found.facts["vendor"]) == ("printer_there", "00:00:5e:••:••:••")
    assert by_mac.facts["address"] == PRINTER.address
    assert (nobody.outcome, nobody.key) == (Outcome.FAILED, "printer_silent")
