"""Sightings without a verdict: the rows that an audit has too, made without judge and policy."""

import gzip
import subprocess
import sys
from pathlib import Path

from auditor import knowledge, pipeline, sighting_list
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from tests.unit.capture.flow_files import asked, flow_file

PHONE = "4915123456789"
KEY = bytes(32)
COMMAND = """
import sys
from auditor.cli.app import main
code = main(["sightings", sys.argv[1], "--format", "ndjson", "-o", sys.argv[2], "--quiet"], alone=True)
print(code, [name for name in ("auditor.policy", "auditor.pipeline", "auditor.judge.verdict", "pandas") if name in sys.modules])
"""


def session(path: Path) -> Session:
    """A request that tells the phone's number."""
    path.write_bytes(flow_file([asked("regular", "oss-cn-hangzhou.aliyuncs.com", id="1", request__content=PHONE.encode())]))
    return Session(name="s", folder=None, captures=(CaptureFile(path=str(path), name="a.mitm", surface=None),))


def test_sightings_are_those_of_an_audit(tmp_path: Path) -> None:
    """Attributed and masked, every row as `pipeline` has it."""
    captured = session(tmp_path / "a.mitm")
    planted = Subjects(identifiers=(PlantedValue(label="phone", kind="phone", value=PHONE, owner="persona"),))
    table, (read,), over = sighting_list.sightings(captured, planted, lambda: knowledge.load_for_flows("o2nails-1.1"), key=KEY)
    assert (read.error, over) == (None, ())
    assert [(row["identifier"], row["recipient"]) for row in table.to_pylist()] == [("phone", "alibaba_cloud")]
    assert PHONE not in str(table.to_pylist())
    options = pipeline.Options(as_of="2026-11-22", key=KEY)
    audited = pipeline.audit(captured, planted, (), knowledge.load("o2nails-1.1"), options)
    assert table.equals(audited.tables.sightings)


def test_no_verdict_and_no_frame_are_imported(tmp_path: Path) -> None:
    """Judge, policy and pandas cost more to load than a short capture to look through."""
    session(tmp_path / "a.mitm")
    line = [sys.executable, "-c", COMMAND, str(tmp_path / "a.mitm"), str(tmp_path / "rows.ndjson")]
    done = subprocess.run(line, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "0 []", done.stderr


def test_a_body_over_a_limit_is_named_without_what_it_holds(tmp_path: Path) -> None:
    """The flow's number is a planted value here."""
    path = tmp_path / "a.mitm"
    bomb = gzip.compress(bytes(70 << 20), mtime=0)
    flow = asked("regular", "a.example", id=PHONE, request__content=bomb, request__headers=((b"content-encoding", b"gzip"),))
    path.write_bytes(flow_file([flow]))
    captured = Session(name="s", folder=None, captures=(CaptureFile(path=str(path), name="a.mitm", surface=None),))
    planted = Subjects(identifiers=(PlantedValue(label="phone", kind="phone", value=PHONE, owner="persona"),))
    _, _, (over,) = sighting_list.sightings(captured, planted, lambda: knowledge.load_for_flows("o2nails-1.1"), key=KEY)
    assert over.startswith("a.mitm#")
    assert " request body: content-encoding gzip grows past the limit after " in over
    assert PHONE not in over
