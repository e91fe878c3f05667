"""Evidence cut out of the recorded demonstration: every flow of every capture, as large as the flows table says."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from auditor.cli.app import main
from auditor.evidence.cut import Cut, Wanted, cut

DEMO = Path(__file__).resolve().parents[2] / "captures" / "demo"
FORMATS = {"printer.pcapng": "pcapng", "app.mitm": "mitmproxy", "site.har": "har"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's report."""
    out = tmp_path_factory.mktemp("reports")
    assert main(["demo", "--out", str(out), "--quiet"]) == 1
    return out / "demo"


@pytest.fixture(scope="module")
def flows(report: Path) -> pd.DataFrame:
    """Its flows table."""
    return pd.read_parquet(report / "tables" / "flows.parquet", dtype_backend="pyarrow")


@pytest.fixture(scope="module")
def cuts(report: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What `auditor evidence` writes for every finding that rests on a flow; one for each of those flows."""
    folder = tmp_path_factory.mktemp("cuts")
    findings = [row for row in json.loads((report / "audit.json").read_text(encoding="utf-8"))["findings"] if row["first_flow"]]
    shown = {row["first_flow"]: row["id"] for row in findings}
    assert len(shown) > 40
    for number, finding in enumerate(shown.values()):
        out = str(folder / f"cut{number}")
        assert main(["evidence", str(report), finding, "-o", out, "--captures", str(DEMO), "--quiet"]) == 0, finding
    return sorted(folder.iterdir())


def of_kind(cuts: list[Path], suffix: str) -> list[Path]:
    found = [path for path in cuts if path.suffix == suffix]
    assert found
    return found


@pytest.mark.timeout(180)
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_opens_the_evidence_of_every_finding(cuts: list[Path]) -> None:
    """Without a word of complaint; a pcapng file may have many sections, so they are read as one."""
    whole = cuts[0].with_name("all.pcapng")
    whole.write_bytes(b"".join(path.read_bytes() for path in of_kind(cuts, ".pcapng")))
    done = subprocess.run(
        ["tshark", "-n", "-r", whole, "-T", "fields", "-e", "frame.protocols"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if "root" not in line] == []
    assert len(done.stdout.splitlines()) >= 2 * len(of_kind(cuts, ".pcapng")) - 1
    assert all("ip" in line for line in done.stdout.splitlines())


@pytest.mark.timeout(180)
def test_mitmdump_opens_the_evidence_of_every_finding(cuts: list[Path]) -> None:
    """Flow files one after the other are a flow file."""
    from mitmproxy.io import FlowReader

    for path in of_kind(cuts, ".har"):
        with path.open("rb") as file:
            assert len(list(FlowReader(file).stream())) == 1
    whole = cuts[0].with_name("all.mitm")
    whole.write_bytes(b"".join(path.read_bytes() for path in of_kind(cuts, ".mitm")))
    tool = Path(sys.executable).with_name("mitmdump")
    done = subprocess.run(
        [tool, "--no-server", "--rfile", whole, "--set", "flow_detail=1"], capture_output=True, text=True, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rror" not in done.stderr
    assert len(done.stdout.splitlines()) >= len(of_kind(cuts, ".mitm"))


def cut_out(flows: pd.DataFrame, capture: str, flow_id: str) -> Cut:
    return cut(str(DEMO / capture), FORMATS[capture], Wanted.find(flows, f"{capture}#{flow_id}"))


def test_every_conversation_of_the_printer_has_exactly_its_packets(flows: pd.DataFrame) -> None:
    printer = flows[flows["capture"] == "printer.pcapng"]
    assert len(printer)
    packets = printer["packets_up"] + printer["packets_down"]
    for flow_id, count in zip(printer["flow_id"], packets, strict=True):
        assert cut_out(flows, "printer.pcapng", flow_id).kept == count, flow_id


@pytest.mark.parametrize("capture", ["app.mitm", "site.har"])
def test_every_flow_of_app_and_site_is_found_once(flows: pd.DataFrame, capture: str) -> None:
    for flow_id in flows[flows["capture"] == capture]["flow_id"]:
        assert cut_out(flows, capture, flow_id).kept == 1
