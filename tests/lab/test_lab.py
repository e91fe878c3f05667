"""The lab without root: servers on free ports of 127.0.0.1, one phone, one mitmdump. No network, no Chromium."""

import json
import socket
from pathlib import Path

import httpx
import pytest
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader

from tests.lab import mqtt
from tests.lab.authority import Authority
from tests.lab.bodies import form_body, json_body, protobuf_body
from tests.lab.phone import Phone
from tests.lab.proxy import ProxyPlan, proxying
from tests.lab.servers import Binding, serving
from tests.lab.truth import Ledger, plant, sealed_json, traces_of
from tests.lab.world import routes


def test_a_planted_value_keeps_its_way_through_containers() -> None:
    envelope = sealed_json({"ids": [plant("phone-oaid", "md5")]}, "base64", "zlib")
    (trace,) = traces_of({"data": {"blob": envelope}})
    assert trace.encodings == ("base64", "zlib", "json", "md5")
    assert trace.path == "$.data.blob.ids[0]"
    assert trace.disguise == ("md5",)


def test_bodies_name_the_outermost_encoding_first() -> None:
    assert json_body({"imei": plant("phone-imei")}, "gzip").traces[0].encodings == ("gzip", "json")
    assert form_body({"to": plant("persona-phone")}).content == b"to=%2B8613900000199"
    assert protobuf_body({2: plant("phone-aaid")}).content[:2] == b"\x12\x24"


def test_mqtt_packets_come_back_from_any_split_of_the_stream() -> None:
    stream = mqtt.connect("c", "u", "p") + mqtt.publish("a/b", bytes(300)) + mqtt.PING
    buffer, kinds = bytearray(), []
    for byte in stream:
        buffer.append(byte)
        kinds += [packet.kind for packet in mqtt.split(buffer)]
    assert kinds == [mqtt.CONNECT, mqtt.PUBLISH, mqtt.PINGREQ]


def test_a_phone_reaches_the_servers_through_mitmdump_and_nothing_else(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    authority.create()
    (tmp_path / "mitmproxy").mkdir()
    with serving(authority, Binding()) as running:
        table = tmp_path / "routes.json"
        table.write_text(json.dumps(routes(running.ports)))
        plan = ProxyPlan(
            address="127.0.0.1",
            port=_free_port(),
            folder=tmp_path / "mitmproxy",
            flows=tmp_path / "app.mitm",
            routes=table,
            upstream_ca=authority.certificate,
        )
        ledger = Ledger(phase="register")
        phone = Phone(proxy=plan.url, trust=plan.ca, distrust=authority.certificate, ledger=ledger, user_agent="scripted")
        with proxying(plan):
            phone.post("https://stats.jpush.cn/v3/report", json_body({"imei": plant("phone-imei", "sha1")}))
            with pytest.raises(httpx.HTTPError):
                phone.get("https://not-in-the-table.example/")
            phone.close()
    with plan.flows.open("rb") as file:
        flows = [flow for flow in FlowReader(file).stream() if isinstance(flow, HTTPFlow)]
    assert [flow.request.pretty_host for flow in flows if flow.response] == ["stats.jpush.cn"]
    (row,) = json.loads(ledger.to_json())["planted"]
    assert (row["host"], row["disguise"], row["path"]) == ("stats.jpush.cn", ["sha1"], "$.imei")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
