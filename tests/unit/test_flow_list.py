"""Flows without a verdict: the rows that an audit attributes too, made without judge and policy."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from auditor import flow_list, knowledge
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from tests.unit.capture.flow_files import asked, flow_file

PHONE = "4915123456789"


def test_flows_are_attributed_and_masked(tmp_path: Path) -> None:
    path = tmp_path / "a.mitm"
    path.write_bytes(
        flow_file([asked("regular", "oss-cn-hangzhou.aliyuncs.com", id="1"), asked("regular", f"{PHONE}.example", id="2")])
    )
    session = Session(name="s", folder=None, captures=(CaptureFile(path=str(path), name="a.mitm", surface=None),))
    planted = PlantedValue(label="phone", kind="phone", value=PHONE, owner="persona")
    known = knowledge.load_for_flows("o2nails-1.1")
    (table,), (read,) = flow_list.flows(session, Subjects(identifiers=(planted,)), lambda: known, key=bytes(32))
    assert read.sha256 is None  # files are hashed only where digests are published
    rows = {row["flow_id"]: row for row in table.to_pylist()}
    assert rows["1"]["group"] == "Alibaba Group"
    assert PHONE not in str(rows["2"])


def test_many_flows_come_in_parts_in_the_order_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mitm"
    hosts = [f"h{number % 7}.example" for number in range(40)]
    path.write_bytes(flow_file([asked("regular", host, id=str(number)) for number, host in enumerate(hosts)]))
    session = Session(name="s", folder=None, captures=(CaptureFile(path=str(path), name="a.mitm", surface=None),))

    def listed() -> list[pa.Table]:
        known = lambda: knowledge.load_for_flows("o2nails-1.1")  # noqa: E731
        return list(flow_list.flows(session, Subjects(), known, key=bytes(32))[0])

    (whole,) = listed()
    monkeypatch.setattr(flow_list, "AT_ONCE", 9)
    parts = listed()
    assert [len(part) for part in parts] == [9, 9, 9, 9, 4]
    assert pa.concat_tables(parts).equals(whole)


def test_no_verdict_is_imported() -> None:
    unneeded = (
        "auditor.policy",
        "auditor.pipeline",
        "auditor.judge.verdict",
        "auditor.judge.rules",
        "auditor.decode",
        "pandas",
        "pydantic",
    )
    code = f"import sys, auditor.flow_list; print([name for name in {unneeded} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.strip() == "[]"
