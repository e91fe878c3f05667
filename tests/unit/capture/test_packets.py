"""The readers of packets and of tables about them: no file is claimed by two."""

from auditor.capture.packets import READERS
from tests.unit.capture.test_imported import FILES
from tests.unit.capture.wire import pcap, pcapng


def test_every_format_is_claimed_by_one_reader() -> None:
    heads = {"pcap": pcap([]), "pcapng": pcapng([]), **{name: text.encode() for name, text in FILES.items()}}
    for name, head in heads.items():
        assert [reader.name for reader in READERS if reader.recognises(head)] == [name]


def test_every_reader_survives_any_head() -> None:
    for head in (b"", b"\0", b"{", b"\xff" * 70_000, b"\x0a\x0d\x0d\x0a", b"a,b\n"):
        assert not any(reader.recognises(head) for reader in READERS)
