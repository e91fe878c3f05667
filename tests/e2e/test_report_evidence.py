"""Evidence cut out of the recorded demonstration: every flow of every capture, as large as the flows table says."""

from pathlib import Path

import pandas as pd
import pytest

from auditor.cli.app import main
from auditor.evidence.cut import Cut, Wanted, cut

DEMO = Path(__file__).resolve().parents[2] / "captures" / "demo"
FORMATS = {"printer.pcapng": "pcapng", "app.mitm": "mitmproxy", "site.har": "har"}


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The demonstration's flows table."""
    out = tmp_path_factory.mktemp("reports")
    assert main(["demo", "--out", str(out), "--quiet"]) == 1
    return pd.read_parquet(out / "demo" / "tables" / "flows.parquet", dtype_backend="pyarrow")


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
