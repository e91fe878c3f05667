"""Messages looked through by several processes: the same as by one, in the same order, whatever becomes of the others."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor import beside
from auditor.beside import Held, Lookers, look
from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Direction, Part

KEY = b"a key of thirty-two bytes for it"


@pytest.fixture(scope="module")
def detector() -> Detector:
    planted = (PlantedValue(label="phone", kind="imei", value="352099001761481", owner="phone"),)
    return Detector.build(Subjects(identifiers=planted), KEY, load_identifier_knowledge())


def messages() -> list[Message]:
    """Some with the value, some with a coding that nobody knows."""
    return [
        Message(
            flow_id=str(number),
            number=0,
            direction=Direction.UP,
            at=None,
            host="api.example.com",
            protocol="http",
            pieces=(
                Piece(Part.HEADER, "Content-Encoding", b"rot13" if number % 7 == 0 else b"identity"),
                Piece(Part.BODY, "", b'{"number":%d,"imei":"%s"}' % (number, b"352099001761481" if number % 3 else b"none")),
            ),
        )
        for number in range(60)
    ]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are started at once and get little at a time."""
    monkeypatch.setattr(beside, "MUCH", 1)
    monkeypatch.setattr(beside, "_BATCH", 200)
    monkeypatch.setattr(beside, "_cores", lambda: 2)


def begun(lookers: Lookers) -> tuple[list[Held], "beside._Other"]:
    """What the first message held, and the process that was made then."""
    found = list(lookers.give(messages()[0]))
    (other,) = lookers._others
    return found, other


def wait_until_warm(other: "beside._Other") -> None:
    until = time.monotonic() + 60
    while not other.is_warm and time.monotonic() < until:
        time.sleep(0.01)
    assert other.is_warm


def is_there(number: int) -> bool:
    """Whether a process of this number runs."""
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


def heard(lookers: Lookers, told: list[Message], pause: float = 0.0) -> Iterator[Held]:
    for message in told:
        yield from lookers.give(message)
        time.sleep(pause)
    yield from lookers.end()


@pytest.mark.usefixtures("small")
def test_another_process_finds_the_same_in_the_same_order(detector: Detector) -> None:
    """What passes through pipes loses nothing, and nothing is left when it is over."""
    lookers = Lookers(detector)
    found, other = begun(lookers)
    for message in messages()[1:]:
        found += lookers.give(message)
    wait_until_warm(other)
    found += lookers.end()
    assert found == [look(detector, message) for message in messages()]
    assert not is_there(other._number)


@pytest.mark.usefixtures("small")
def test_a_large_file_is_shared_from_its_beginning(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small one has to show first that there is much to look at."""
    monkeypatch.setattr(beside, "MUCH", 1 << 20)
    for size, count in ((1 << 20, 1), (1000, 0)):
        lookers = Lookers(detector, size=size)
        assert len(lookers._others) == count
        list(lookers.give(messages()[0]))
        assert len(lookers._others) == count
        lookers.close()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("spare", [0, 500, 1 << 20])
def test_what_is_left_is_done_once_while_others_look(detector: Detector, monkeypatch: pytest.MonkeyPatch, spare: int) -> None:
    """When enough waits for them, at the end at the latest."""
    monkeypatch.setattr(beside, "_SPARE", spare)
    waiting: list[int] = []
    lookers = Lookers(detector, meanwhile=lambda: waiting.append(len(lookers._waiting)))
    found, _ = begun(lookers)
    found += heard(lookers, messages()[1:])
    assert found == [look(detector, message) for message in messages()]
    assert len(waiting) == 1
    assert waiting[0] > 0


def test_alone_nothing_is_done_meanwhile(detector: Detector) -> None:
    """Who asked for it does it behind the last message."""
    lookers = Lookers(detector, alone=True, meanwhile=lambda: pytest.fail("was called"))
    assert list(heard(lookers, messages())) == [look(detector, message) for message in messages()]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("when", ["at once", "later"])
def test_a_process_that_dies_costs_nothing(detector: Detector, when: str) -> None:
    """What it had is looked at again."""
    lookers = Lookers(detector)
    found, other = begun(lookers)
    for number, message in enumerate(messages()[1:]):
        if number == (0 if when == "at once" else 40):
            os.kill(other._number, signal.SIGKILL)
        found += lookers.give(message)
    found += lookers.end()
    assert found == [look(detector, message) for message in messages()]


@pytest.mark.usefixtures("small")
def test_a_process_that_never_answers_is_not_waited_for(detector: Detector) -> None:
    """A copy that hangs costs nothing but its time."""
    lookers = Lookers(detector)
    found, other = begun(lookers)
    os.kill(other._number, signal.SIGSTOP)
    found += heard(lookers, messages()[1:])
    assert found == [look(detector, message) for message in messages()]
    assert not is_there(other._number)


@pytest.mark.usefixtures("small")
def test_without_room_for_another_process_nothing_changes(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process looks at all messages, and none of the pipes stays open."""

    def no_room() -> int:
        raise BlockingIOError

    before = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", no_room)
    lookers = Lookers(detector)
    assert list(heard(lookers, messages())) == [look(detector, message) for message in messages()]
    assert not lookers._others
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.usefixtures("small")
def test_no_thread_but_the_first_makes_a_copy(detector: Detector) -> None:
    """Other threads may hold a lock that a copy would wait for without end; and workers are many already."""
    lookers = Lookers(detector)
    thread = threading.Thread(target=lambda: list(lookers.give(messages()[0])))
    thread.start()
    thread.join()
    assert not lookers._others


@pytest.mark.usefixtures("small")
def test_who_watches_sees_every_message_here(detector: Detector) -> None:
    """No other process gets one."""
    seen: list[str] = []
    lookers = Lookers(detector, lambda message, _: seen.append(message.flow_id))
    list(heard(lookers, messages()))
    assert seen == [message.flow_id for message in messages()]
    assert not lookers._others


@pytest.mark.usefixtures("small")
def test_a_copy_holds_nothing_open_but_its_pipes(detector: Detector) -> None:
    """Whoever reads this one's output sees its end, and a sibling its own."""
    lookers = Lookers(detector)
    _, other = begun(lookers)
    for message in messages():
        list(lookers.give(message))
    wait_until_warm(other)
    held = {number: os.readlink(f"/proc/{other._number}/fd/{number}") for number in os.listdir(f"/proc/{other._number}/fd")}
    lookers.close()
    assert sorted(held) == ["0", "1", "2"]
    assert held["2"] == os.devnull


def test_ctrl_c_while_copies_are_made_leaves_none(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any moment, whichever thread takes it, also between the start of a copy and the first line that knows of it."""
    numbers: list[int] = []
    fork = os.fork

    def interrupted() -> int:
        numbers.append(fork())
        if numbers[-1]:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)  # so that whoever takes the signal has taken it
        return numbers[-1]

    monkeypatch.setattr(os, "fork", interrupted)
    monkeypatch.setattr(beside, "_cores", lambda: 3)
    over, usual, pause = threading.Event(), signal.getsignal(signal.SIGINT), sys.getswitchinterval()
    threading.Thread(target=over.wait, daemon=True).start()  # which may take the signal
    with pytest.raises(KeyboardInterrupt):
        Lookers(detector, size=beside.MUCH)
    over.set()
    assert [is_there(number) for number in numbers] == [False] * len(numbers) != []
    assert signal.getsignal(signal.SIGINT) is usual
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
    assert sys.getswitchinterval() == pause


KILLED = """
import os, signal, sys
from tests.unit import test_beside as made
from auditor import beside
beside.MUCH, beside._BATCH, beside._cores = 1, 200, lambda: 2
planted = made.PlantedValue(label="phone", kind="imei", value="352099001761481", owner="phone")
lookers = beside.Lookers(made.Detector.build(made.Subjects(identifiers=(planted,)), made.KEY, made.load_identifier_knowledge()))
list(lookers.give(made.messages()[0]))
(other,) = lookers._others
os.kill(other._number, signal.SIGINT)
for message in made.messages():
    list(lookers.give(message))
made.wait_until_warm(other)
print(other._number, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_copy_takes_no_ctrl_c_and_ends_with_its_maker() -> None:
    """Ctrl-C is for the process that was started; where that one is killed, nothing stays behind."""
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    until = time.monotonic() + 60
    while is_there(int(done.stdout)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_there(int(done.stdout))
