"""The check of a result: a value that is left is found in any file, and each finding that differs is named."""

import gzip
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from auditor import knowledge
from auditor.model.session import CaptureFile, Session, Subjects
from auditor.redact.proof import Audits, Search, differences
from auditor.session.folder import OpenedSession
from tests.unit.capture.wire import CLIENT, SERVER, Wire
from tests.unit.redact.people import VALUES, subjects
from tests.unit.report import sample_audit

PLANTED = subjects()
KNOWN = knowledge.load("o2nails-1.1")


@pytest.mark.parametrize("data", [VALUES["imei"].encode(), gzip.compress(b'{"imei":"%s"}' % VALUES["imei"].encode())])
def test_a_value_that_is_left_is_named_by_its_label(tmp_path: Path, data: bytes) -> None:
    """As it stands, and behind an encoding, while an audit reads the capture."""
    wire = Wire()
    wire.udp(CLIENT, 40_000, SERVER, 9_999, data)
    (tmp_path / "a.pcap").write_bytes(wire.pcap())
    captures = (CaptureFile(path=str(tmp_path / "a.pcap"), name="a.pcap", surface=None),)
    search = Search(PLANTED, KNOWN.identifiers)
    audits = Audits(known=KNOWN, as_of="2026-11-20", key=bytes(32))
    session = Session(name="s", folder=None, captures=captures)
    audits.of(OpenedSession(session=session, subjects=Subjects(), waivers=(), warnings=(), errors=()), search.look)
    assert search.found == {"udp-0: imei"}


def test_a_value_in_any_other_file_is_found() -> None:
    """A session file, a report, a name."""
    search = Search(PLANTED, KNOWN.identifiers)
    search.files({"session.toml": b'name = "somebody"'})
    assert search.found == set()
    search.files({"session.toml": b'name = "demo_mei_nails"'})
    assert search.found == {"session.toml: nickname"}


def test_findings_that_differ_are_named() -> None:
    """Gone and new; a masked host may differ, for it holds a value or a pseudonym."""
    audit = sample_audit.audit()
    first, *others = audit.findings
    assert differences(audit, audit) == ((), ())
    assert differences(audit, replace(audit, findings=tuple(others)))[0][0].startswith(first.rule)
    assert differences(replace(audit, findings=tuple(others)), audit)[1][0].startswith(first.rule)
    masked = [
        replace(audit, findings=(msgspec.structs.replace(first, host=host), *others))
        for host in ("ab••yz.example", "cd••wx.example")
    ]
    assert differences(masked[0], masked[1]) == ((), ())


def test_a_name_that_the_result_does_not_have_is_not_said() -> None:
    """It may hold a value that has a pseudonym there, and what is said goes along with the result."""
    audit = sample_audit.audit()
    first, *others = audit.findings
    old, new = (
        replace(audit, findings=(msgspec.structs.replace(first, host=host), *others))
        for host in ("460006974166780.d.example", "460006112358132.d.example")
    )
    (lost,), (made,) = differences(old, new)
    assert first.rule in lost
    assert "460006974166780" not in lost
    assert "460006112358132" in made
