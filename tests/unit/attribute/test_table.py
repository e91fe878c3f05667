"""Whole tables at once."""

import time
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from auditor.attribute.ladder import Ladder
from auditor.attribute.table import COLUMNS, ENDPOINTS, attribute_flows
from auditor.catalog.destination_rules import assemble
from auditor.model.arrow import from_arrow, saying
from auditor.model.destination import Catalog
from auditor.model.register import Register
from auditor.model.tables import FLOWS, OBSERVED

from .test_index import TEXT

DAY = 86_400_000_000_000


def observed(*rows: dict[str, Any]) -> pa.Table:
    """Observed flows of the app."""
    usual = {"host_source": "tls_sni", "transport": "tcp", "server_port": 443, "names": [], "cnames": []}
    table = OBSERVED.of_rows({"flow_id": str(number), **usual, **row} for number, row in enumerate(rows))
    return saying(table, {"surface": pa.array([row.get("surface", "app") for row in rows], pa.string())})


def attributed(observed: pa.Table, ladder: Ladder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Flows and endpoints as frames."""
    found = attribute_flows(observed, ladder)
    return from_arrow(found.flows), from_arrow(found.endpoints)


def test_every_flow_gets_its_columns(ladder: Ladder) -> None:
    """Rows keep their order; equal endpoints share an answer; nothing known is null."""
    frame = observed({"host": "hm.baidu.com"}, {"host": None, "server_ip": "203.0.113.9"}, {"host": "hm.baidu.com"})
    flows, endpoints = attributed(frame, ladder)
    assert flows["party"].tolist()[0] == "baidu"
    assert flows["recipient"].tolist() == ["baidu", "203.0.113.9", "baidu"]
    assert pd.isna(flows["party"][1])
    assert flows["endpoint"].tolist() == [0, 1, 0]
    assert len(endpoints) == 2
    assert set(COLUMNS) <= set(FLOWS.names)


def test_the_endpoints_table(ladder: Ladder) -> None:
    """What rules need beside the flows: Chinese name, purposes, vantage and the four comparisons."""
    found = attributed(observed({"host": "sms.tencentcloudapi.com"}), ladder)[1]
    assert list(found.columns) == list(ENDPOINTS.names)
    row = found.iloc[0]
    assert row["entity_zh"] == "腾讯云计算(北京)有限责任公司"
    assert (list(row["purposes"]), list(row["vantage"])) == (["sms"], ["server"])
    assert (row["entity_match"], row["compared_party"]) == ("exact", "tencent_cloud")
    assert (row["service_declared"], row["purpose_declared"], row["surface_declared"]) == (True, True, True)


def test_what_makes_endpoints_differ(ladder: Ladder) -> None:
    """Surface, names and chains make other endpoints; packets and times do not."""
    frame = observed(
        {"host": "hm.baidu.com", "packets_up": 1, "started": DAY},
        {"host": "hm.baidu.com", "packets_up": 2, "started": 3 * DAY},
        {"host": "hm.baidu.com", "surface": "site"},
        {"host": "hm.baidu.com", "names": ["hm.baidu.com", "api.nexmo.com"]},
        {"host": "hm.baidu.com", "cnames": ["hm.a.shifen.com"]},
    )
    flows, _ = attributed(frame, ladder)
    assert flows["endpoint"].tolist() == [0, 0, 1, 2, 3]
    assert flows["relation"].tolist() == ["other_surface", "other_surface", "declared", "other_surface", "other_surface"]
    assert flows["step"].tolist() == ["exact", "exact", "exact", "conflict", "exact"]


def test_the_day_counts_where_rules_are_dated(register: Register) -> None:
    """With a rule that ended, a flow is judged by the rule of its day."""
    ladder = Ladder(assemble([("acme.toml", TEXT.encode())]), register)
    frame = observed(
        {"host": "push.acme.example", "started": 20_000 * DAY},
        {"host": "push.acme.example", "started": 20_500 * DAY},
        {"host": "push.acme.example"},
    )
    services = attributed(frame, ladder)[0]["service"].tolist()
    assert services == ["Old push", "New push", "New push"]


def test_an_empty_table(ladder: Ladder) -> None:
    """No flows, no endpoints, all columns."""
    found = attribute_flows(observed(), ladder)
    assert len(found.flows) == len(found.endpoints) == 0
    assert set(COLUMNS) <= set(found.flows.column_names)


def test_a_table_without_surface_is_a_mistake(ladder: Ladder) -> None:
    """Attribution depends on whose traffic it is."""
    with pytest.raises(KeyError):
        attribute_flows(observed({"host": "x.example"}).drop_columns("surface"), ladder)


def test_time_depends_on_endpoints(catalog: Catalog, register: Register) -> None:
    """A million flows with 5,000 hosts take about a second and a half; here 200,000 do, with room for a busy machine."""
    hosts = [f"h{number}.{'umeng.com' if number % 2 else 'unknown.example'}" for number in range(5000)]
    spread = pa.array([number * 7919 % 5000 for number in range(200_000)])
    columns: dict[str, pa.Array] = {
        "host": pa.array(hosts).take(spread),
        "names": pa.array([[host] for host in hosts]).take(spread),
        "host_source": pa.array(["tls_sni"] * len(spread)),
        "surface": pa.array(["app"] * len(spread)),
    }
    frame = pa.table(columns)
    begun = time.process_time()
    found = attribute_flows(frame, Ladder(catalog, register))
    assert time.process_time() - begun < 4
    assert len(found.endpoints) == 5000


def test_what_was_observed_stays_and_a_second_look_changes_nothing(ladder: Ladder) -> None:
    """Each observed column is there once, as it came in; an earlier answer does not stand beside the new one."""
    frame = observed({"host": "hm.baidu.com", "packets_up": 3}, {"host": None, "server_ip": "203.0.113.9", "bytes_down": 7})
    once = attribute_flows(frame, ladder).flows
    kept = [name for name in frame.column_names if name not in COLUMNS]
    assert once.select(kept).equals(frame.select(kept))
    again = attribute_flows(once, ladder).flows
    assert again.equals(once)
    assert len(set(again.column_names)) == len(again.column_names)
