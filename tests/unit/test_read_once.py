"""A capture is read once for both passes where little is heard, and twice where much is."""

from pathlib import Path

import pytest

from auditor.capture import mitm, pcap
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from auditor.model.session import CaptureFile
from auditor.read_once import ReadOnce
from tests.e2e.small_session import FLOWS, packets


def _capture(folder: Path, keylog: str | None = None) -> CaptureFile:
    path = folder / "app.mitm"
    path.write_bytes(FLOWS)
    return CaptureFile(path=str(path), name="app.mitm", surface=None, keylog=keylog)


def _nothing(_: Message) -> None:
    """Nobody learns."""


def test_what_was_heard_is_heard_again_in_order_and_once(tmp_path: Path) -> None:
    """The second pass gets the messages and the reading that the file itself would give; then they are let go."""
    capture, once = _capture(tmp_path), ReadOnce()
    first: list[Message] = []
    reading = once.first(capture, mitm.READER, first.append)
    heard = once.again(capture)
    assert heard is not None
    second: list[Message] = []
    heard.tell(second.append)
    fresh: list[Message] = []
    mitm.READER.read(capture.path, ReadOptions(inspect=fresh.append))
    assert first == second == fresh != []
    assert heard.reading is reading
    assert once.again(capture) is None


@pytest.mark.parametrize(("most", "keylog"), [(0, None), (1_500, None), (64 << 20, "keys.log")])
def test_much_is_not_kept_nor_what_a_key_log_would_open(tmp_path: Path, most: int, keylog: str | None) -> None:
    """The first pass hears all of it all the same."""
    capture, once = _capture(tmp_path, keylog), ReadOnce(most=most)
    told: list[Message] = []
    once.first(capture, mitm.READER, told.append)
    assert len(told) >= 2
    assert once.again(capture) is None


def test_the_limit_is_that_of_all_captures_together(tmp_path: Path) -> None:
    """The second of two equal captures is read again."""
    capture = _capture(tmp_path)
    sizes = []
    for most in range(1_000, 64_000, 250):
        once = ReadOnce(most=most)
        once.first(capture, mitm.READER, _nothing)
        if once.again(capture) is not None:
            sizes.append(most)
            break
    other = CaptureFile(path=str(tmp_path / "other.mitm"), name="other", surface=None)
    Path(other.path).write_bytes(FLOWS)
    once = ReadOnce(most=sizes[0] + 250)
    once.first(capture, mitm.READER, _nothing)
    once.first(other, mitm.READER, _nothing)
    assert (once.again(capture) is None, once.again(other) is None) == (False, True)


def test_reading_is_told_of(tmp_path: Path) -> None:
    """Progress counts the first pass."""
    path = tmp_path / "p.pcap"
    path.write_bytes(packets(3))
    told: list[tuple[str, int]] = []
    capture = CaptureFile(path=str(path), name="p.pcap", surface=None)
    ReadOnce(lambda name, size: told.append((name, size))).first(capture, pcap.PcapReader(), _nothing)
    assert {name for name, _ in told} == {"p.pcap"}
    assert sum(size for _, size in told) == path.stat().st_size
