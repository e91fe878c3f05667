"""What a recording tells while it runs: planted values as they leave, streams as they flow; and what a killed one leaves."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from auditor.capture.mitm import READER
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message
from tests.lab import mqtt
from tests.lab.bodies import json_body, text_body
from tests.lab.persona import IDENTIFIERS
from tests.lab.recording import Recording, World, recording
from tests.lab.truth import plant, sealed_json
from tests.lab.world import routes

INSIDE = "https://stats.jpush.cn/v3/report"


def wait_until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sightings(made: Recording) -> dict[tuple[object, ...], dict[str, object]]:
    return {(record["identifier"], record["part"], record["path"]): record for record in made.journal("sighting")}


def test_planted_values_are_told_while_the_recording_runs_and_never_in_the_clear(world: World, session: Path) -> None:
    with recording(world, session) as made:
        (session / ".phase").write_text("register")
        time.sleep(0.3)
        made.phone.post(INSIDE, json_body({"device": {"imei": plant("phone-imei")}}))
        made.phone.post(INSIDE, json_body({"id": plant("phone-android-id", "md5")}, "gzip"))
        made.phone.post(INSIDE, text_body(sealed_json({"header": {"oaid": plant("phone-oaid")}}, "base64", "zlib")))
        wait_until(lambda: len(made.journal("sighting")) >= 3)
        made.phone.close()
        result = made.end()
    assert not result.detail, result
    found = sightings(made)
    assert {key[0] for key in found} == {"phone-imei", "phone-android-id", "phone-oaid"}
    imei = found["phone-imei", "body", "$.device.imei"]
    assert (imei["host"], imei["recipient"], imei["relation"], imei["phase"]) == (
        "stats.jpush.cn",
        "jiguang",
        "undeclared",
        "register",
    )
    assert imei["flow_id"] in {flow.id for flow in made.flows()}
    text = (session / "journal.ndjson").read_text()
    assert not [each.label for each in IDENTIFIERS if len(each.value) > 5 and each.value in text]
    assert made.journal("counters")[-1]["sightings"] == len(found)


def test_a_websocket_and_mqtt_are_told_message_by_message_and_are_on_the_disk(world: World, session: Path) -> None:
    host, _, port = next(place for place in routes() if place.endswith(":1883")).rpartition(":")
    text = sealed_json({"sn": plant("printer-serial")})
    with recording(world, session) as made:
        made.phone.websocket("wss://api.o2nails.com/ws/print", [text, "second"], [])
        with made.phone.tunnel(host, int(port)) as link:
            for part in split(mqtt.connect("client-1", str(plant("phone-imei")), "word"), 7):
                link.sendall(part)
                time.sleep(0.02)
            link.recv(64)
            wait_until(lambda: len(made.journal("sighting")) >= 2)
            streams = {path.name: path.stat().st_size for path in (session / "streams").iterdir()}
            assert len(streams) == 2
        made.end()
    found = {(record["identifier"], record["part"]): record for record in made.journal("sighting")}
    assert {("printer-serial", "body"), ("phone-imei", "mqtt")} <= set(found)
    ended = {record["type"]: record for record in made.journal("flow") if record["state"] == "ended"}
    told = [record for record in made.journal("message") if record["flow_id"] == ended["http"]["flow_id"]]
    assert [(record["n"], record["direction"]) for record in told] == [(0, "up"), (1, "down"), (2, "up"), (3, "down")]
    assert ended["http"]["stream"] == f"streams/{ended['http']['flow_id']}.stream"
    messages = list[Message]()
    reading = READER.read(str(session / "app.mitm"), ReadOptions(inspect=messages.append))
    assert not reading.damage
    rows = {row["flow_id"]: row for row in reading.flows.to_dict("records")}
    for record in ended.values():
        assert (rows[record["flow_id"]]["bytes_up"], rows[record["flow_id"]]["bytes_down"]) == (
            record["bytes_up"],
            record["bytes_down"],
        )
    assert [message.number for message in messages if message.protocol == "websocket"] == [2, 3, 4, 5]
    assert next(message.protocol for message in messages if message.flow_id == ended["tcp"]["flow_id"]) == "mqtt"


def split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def test_the_clients_bytes_of_every_connection_are_counted(world: World, session: Path) -> None:
    with recording(world, session, "ignore_hosts=stats[.]jpush[.]cn") as made:
        with made.phone.tls_tunnel("stats.jpush.cn", 443, pinned=True) as link:
            link.sendall(b"GET / HTTP/1.1\r\nHost: stats.jpush.cn\r\n\r\n")
            link.recv(4096)
        time.sleep(0.3)
        made.end()
    (record,) = made.journal("connection")
    assert record["insight"] == "passed_through"
    assert int(str(record["bytes_up"])) > 200
    assert int(str(record["bytes_down"])) > 1000


def test_the_first_record_says_what_the_recording_ran_with(world: World, session: Path) -> None:
    with recording(world, session) as made:
        made.end()
    (started,) = made.journal("started")
    assert (started["file"], started["register"], started["planted"]) == ("app.mitm", "o2nails-1.1", len(IDENTIFIERS))
    assert len(str(started["catalog"])) == 64
    assert str(started["mitmproxy"]).startswith("12.")
    assert json.loads(json.dumps(started["options"]))["mode"] == "['regular']"
