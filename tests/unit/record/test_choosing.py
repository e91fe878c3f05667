"""A printer by name: who is meant, what of its packets is kept, and how they are counted."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from auditor.errors import UsageError
from auditor.record.choosing import Ask, Chosen, choose
from auditor.record.counters import Counters
from auditor.record.kernel_filter import Target
from auditor.record.pcapng_blocks import enhanced_packet, interface_description, section_header
from tests.unit.devices.lan import MACS, PHONE, PRINTER, Lan, dhcp_request, mdns_answer
from tests.unit.record.test_sifted_tap import ListTap

HEAD = (section_header("test", "test"), interface_description(1, "mem0", "", "test"))


class Narrowing(ListTap):
    """Can change its filter, as a packet socket can."""

    def narrow(self, target: Target) -> bool:
        self.filter_text = str(target)
        return True


class Rigid(ListTap):
    """Cannot, like dumpcap."""

    def narrow(self, target: Target) -> bool:
        return False


def given(*names: str) -> list[bytes]:
    """The printer and the phone ask for addresses under names; the printer sends two more packets."""
    lan = Lan()
    for address, name in zip((PRINTER, PHONE), names, strict=False):
        lan.udp(address, 68, "255.255.255.255", 67, dhcp_request(MACS[address], name.encode()))
    lan.udp(PRINTER, 5353, "224.0.0.251", 5353, mdns_answer(("v11.local", 1, b"\xc0\xa8\x32\x28")))
    lan.udp(PRINTER, 5000, PHONE, 5001, b"x")
    return [enhanced_packet(at, frame, len(frame)) for at, frame in lan.frames]


def chosen(name: str, tap: ListTap, ask: Ask | None = None, seconds: float = 2.0) -> Chosen:
    return choose(name, tap, HEAD, Event(), ask, seconds)


@pytest.mark.parametrize("kind", [Narrowing, Rigid])
def test_an_exact_name_is_recorded_from_its_first_packet(kind: type[ListTap]) -> None:
    tap = kind(given("nail-printer-42", "pixel-8"))
    found = chosen("nail-printer-42", tap, seconds=20)
    assert found.tap.filter_text == f"ether host {MACS[PRINTER].hex(':')}"
    assert len(found.blocks) == 3
    assert found.tap.read_counters() == Counters(received=3, dropped=0, delivered=3)


def test_a_part_of_a_name_or_a_maker_is_enough_where_it_means_one_device() -> None:
    for name in ("nail", "Espressif", "v11"):
        assert len(chosen(name, Narrowing(given("nail-printer-42", "pixel-8"))).blocks) == 3


def test_of_several_somebody_is_asked_or_told() -> None:
    shown: list[Sequence[str]] = []
    with pytest.raises(UsageError, match="may be each of 2 devices"):
        chosen("print", Narrowing(given("print-a", "print-b")), Ask(shown.append, answers=False))
    assert [line.split()[0] for line in shown[0]] == [MACS[PRINTER].hex(":"), MACS[PHONE].hex(":")]


def test_a_number_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(read) as answers:
        monkeypatch.setattr("sys.stdin", answers)
        os.write(write, b"9\nwhat\n2\n")
        os.close(write)
        found = chosen("print", Narrowing(given("print-a", "print-b")), Ask(lambda _: None, answers=True))
    assert found.tap.filter_text == f"ether host {MACS[PHONE].hex(':')}"


def test_no_answer_is_no_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with (tmp_path / "empty").open() as answers:
        monkeypatch.setattr("sys.stdin", answers)
        with pytest.raises(UsageError, match="no device was chosen"):
            chosen("print", Narrowing(given("print-a", "print-b")), Ask(lambda _: None, answers=True))


def test_who_is_not_there_is_said_with_who_is() -> None:
    with pytest.raises(UsageError, match="is none of the 2 devices"):
        chosen("laserjet", Narrowing(given("nail-printer-42", "pixel-8")), Ask(lambda _: None, answers=False))
    with pytest.raises(UsageError, match="no device was heard on mem0"):
        chosen("laserjet", Narrowing([]), seconds=0.5)


def test_a_wish_to_stop_ends_the_listening() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(KeyboardInterrupt):
        choose("nail", Narrowing([]), HEAD, stop, None)


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    chosen("nail-printer-42", Narrowing(given("nail-printer-42")))
    assert list(tmp_path.iterdir()) == []


def test_an_interface_that_is_unplugged_while_it_listens_is_said() -> None:
    tap = Narrowing(given("nail-printer-42"))

    def gone(sink: list[bytes], most: int) -> int:
        raise OSError(errno.ENODEV, "No such device")

    tap.drain = gone  # type: ignore[method-assign]
    with pytest.raises(UsageError, match="cannot listen on mem0 for 'nail': No such device"):
        chosen("nail", tap)
