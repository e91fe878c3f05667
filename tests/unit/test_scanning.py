"""The live scan: what it finds in frames as the proxy writes them, what it leaves out, and how it ends."""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

from auditor.model.session import PlantedValue, Subjects
from auditor.scanning import FIRST_FLOWS, LiveScan, give_back

IMEI = "356938035643809"
SUBJECTS = Subjects(identifiers=(PlantedValue(label="phone", kind="imei", value=IMEI, owner="phone"),))


@pytest.fixture(scope="module")
def scan() -> LiveScan:
    return LiveScan(SUBJECTS)


def frame(body: bytes, *, path: bytes = b"/v1/a", coding: bytes = b"") -> bytes:
    headers = ((b"content-type", b"application/json"), *(((b"Content-Encoding", coding),) if coding else ()))
    flow = tflow.tflow(req=tutils.treq(content=body, path=path, headers=headers), resp=tutils.tresp(content=b"ok"))
    flow.metadata = {"audit_recipient": "jiguang", "audit_relation": "undeclared", "audit_phase": "print"}
    data = io.BytesIO()
    FlowWriter(data).add(flow)  # type: ignore[no-untyped-call]
    return data.getvalue().partition(b":")[2][:-1]


BODIES = {
    "plain": frame(b'{"device":{"imei":"%s"}}' % IMEI.encode()),
    "gzip": frame(gzip.compress(b'{"device":{"imei":"%s"}}' % IMEI.encode()), coding=b"gzip"),
    "large": frame(b'{"device":{"imei":"%s"},"x":"%s"}' % (IMEI.encode(), b"y" * 300_000)),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_planted_value_is_found_in_each_flow_that_carries_it(name: str, scan: LiveScan) -> None:
    for _ in range(FIRST_FLOWS + 2):
        (line,) = scan.frame(BODIES[name])
        assert (line["identifier"], line["identifier_kind"], line["part"], line["path"]) == (
            "phone",
            "imei",
            "body",
            "$.device.imei",
        )
        assert (line["recipient"], line["relation"], line["phase"], line["direction"]) == ("jiguang", "undeclared", "print", "up")
        assert IMEI not in json.dumps(line)


def test_what_is_nested_deep_is_opened_for_the_first_flows_of_a_kind(scan: LiveScan) -> None:
    import base64
    import zlib

    nested = base64.b64encode(zlib.compress(b'{"imei":"%s"}' % IMEI.encode()))
    found = [bool(scan.frame(frame(nested, path=b"/deep/%d" % number))) for number in range(FIRST_FLOWS + 2)]
    assert found == [True] * FIRST_FLOWS + [False] * 2


@pytest.mark.parametrize("data", [b"", b"7:version;2:21#", b"garbage", b"\xff" * 300])
def test_what_is_no_flow_has_no_sightings(data: bytes, scan: LiveScan) -> None:
    assert scan.frame(data) == []


def test_the_process_scans_to_the_end_of_the_file_when_the_recorder_ends(tmp_path: Path) -> None:
    (tmp_path / "subjects.toml").write_text(
        f'schema = 1\n[[identifier]]\nlabel = "phone"\nkind = "imei"\nvalue = "{IMEI}"\nowner = "phone"\n'
    )
    path = tmp_path / "app.mitm"
    path.write_bytes(b"".join(b"%d:%s}" % (len(data), data) for data in BODIES.values()))
    command = [sys.executable, "-m", "auditor.scanning", str(tmp_path), str(path), "0"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["record"] for line in lines] == ["sighting"] * 3


def test_the_process_says_in_a_line_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "subjects.toml").write_text("schema = 1\nnosuch = 2\n")
    command = [sys.executable, "-m", "auditor.scanning", str(tmp_path), str(tmp_path / "a"), "0"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith(b"live scan: ")
    assert b"Traceback" not in done.stderr


def test_memory_that_is_free_is_given_back_without_a_word_where_the_c_library_can() -> None:
    give_back()
