"""Flows and sightings find who received them: one row for each host asked, and each sighting at the host of its own request."""

from typing import Any

import pyarrow as pa
import pytest

from auditor.attribute.ladder import Ladder
from auditor.catalog import destination_rules, register_file
from auditor.judge.facts import Facts
from auditor.model.arrow import from_arrow, saying
from auditor.model.session import Session
from auditor.model.tables import OBSERVED, SIGHTINGS
from auditor.recipients import (
    LONGEST_BESIDE,
    MOST_BESIDE,
    Attributed,
    attribute,
    attribute_sightings,
    masked_flows,
    masked_sightings,
    recipients_table,
)

START = 1_795_342_500_000_000_000


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    register = register_file.load("o2nails-1.1")
    return Ladder(destination_rules.load(()), register, register.controller.domains, (), None)


def _flows(*rows: dict[str, Any]) -> pa.Table:
    made = []
    for number, row in enumerate(rows):
        host = row.get("host")
        base = {"flow_id": str(number), "application": "http", "transport": "tcp", "server_port": 443, "host_source": "tls_sni"}
        made.append(base | {"names": [host] if host else [], "started": START + number, "unread": [], "bytes_up": 10} | row)
    texts = {"capture": "x.mitm", "surface": "app", "phase": None}
    beside = {name: pa.array([text] * len(made), pa.string()) for name, text in texts.items()}
    return saying(OBSERVED.of_rows(made), {**beside, "background": pa.array([False] * len(made))})


def _sightings(*rows: dict[str, Any]) -> pa.Table:
    base = {"capture": "x.mitm", "surface": "app", "direction": "up", "kind": "imei", "match": "planted", "confidence": "high"}
    return SIGHTINGS.of_rows(
        [base | {"flow_id": "0", "at": START, "masked": "49…18", "digest": "d", "path": "$"} | row for row in rows]
    )


def _attributed(ladder: Ladder, *rows: dict[str, Any]) -> Attributed:
    return attribute(_flows(*rows), ladder)


def test_a_flow_that_asked_one_host_is_one_pair(ladder: Ladder) -> None:
    pairs = _attributed(ladder, {"host": "api.o2nails.com"}, {"host": "www.baidu.com"}).pairs
    assert pairs["flow"].to_pylist() == ["x.mitm#0", "x.mitm#1"]
    assert pairs["recipient"].to_pylist() == ["first_party", "baidu"]


def test_a_conversation_that_asked_several_hosts_is_a_pair_for_each_its_own_first(ladder: Ladder) -> None:
    names = ["api.o2nails.com", "www.baidu.com", "api.o2nails.com"]
    pairs = _attributed(ladder, {"host": "api.o2nails.com", "names": names}).pairs
    assert pairs["host"].to_pylist() == ["api.o2nails.com", "www.baidu.com"]
    assert len(pairs["flow"].unique()) == 1
    assert pairs["host_source"].to_pylist() == ["tls_sni", "http_host"]


def test_a_conversation_that_asked_many_hosts_repeats_little_for_each(ladder: Ladder) -> None:
    """All names in each row were 225 million for 15,000 hosts, more than a column holds."""
    names = [f"h{number}.example" for number in range(1_000)]
    url = "http://h0.example/" + "x" * 5_000
    pairs = _attributed(ladder, {"host": names[0], "names": names, "url": url}).pairs
    assert pairs["host"].to_pylist() == names
    assert pairs["url"].to_pylist() == [url, *[url[:LONGEST_BESIDE]] * 999]
    assert pairs["names"].to_pylist() == [names, *[names[:MOST_BESIDE]] * 999]


@pytest.mark.parametrize("application", ["dns", "tls", "quic", None])
def test_names_of_other_protocols_are_no_hosts_that_were_asked(application: str | None, ladder: Ladder) -> None:
    flow = {"host": None, "names": ["a.example", "b.example"], "application": application, "server_ip": "203.0.113.5"}
    assert len(_attributed(ladder, flow).pairs) == 1


def test_a_sighting_belongs_to_the_host_of_its_own_request(ladder: Ladder) -> None:
    attributed = _attributed(ladder, {"host": "api.o2nails.com", "names": ["api.o2nails.com", "www.baidu.com"]})
    seen = attribute_sightings(_sightings({"host": "www.baidu.com"}, {"host": "api.o2nails.com"}), attributed)
    assert dict(zip(seen["host"].to_pylist(), seen["recipient"].to_pylist(), strict=True)) == {
        "www.baidu.com": "baidu",
        "api.o2nails.com": "first_party",
    }


@pytest.mark.parametrize("host", [None, "never.seen.example"])
def test_a_sighting_without_a_known_host_belongs_to_its_flow(host: str | None, ladder: Ladder) -> None:
    seen = attribute_sightings(_sightings({"host": host}), _attributed(ladder, {"host": "www.baidu.com"}))
    assert (seen["recipient"].to_pylist(), seen["host"].to_pylist()) == (["baidu"], ["www.baidu.com"])


def test_flows_without_sightings_and_no_flows_at_all_are_attributed(ladder: Ladder) -> None:
    for attributed in (_attributed(ladder, {"host": "www.baidu.com"}), _attributed(ladder)):
        seen = attribute_sightings(_sightings(), attributed)
        assert len(seen) == 0
        assert {"recipient", "relation", "purposes", "flow"} <= set(seen.column_names)


def test_every_text_of_the_capture_is_masked_and_nothing_else(ladder: Ladder) -> None:
    names = ["490154203237518.example", "b.example"]
    pairs = _attributed(ladder, {"host": names[0], "names": names, "url": f"https://{names[0]}/", "unread": [names[0]]}).pairs
    masked = masked_flows(pairs, lambda text: text.replace("490154203237518", "49…18"))
    assert "490154203237518" not in str(masked.to_pylist())
    assert masked["names"][0].as_py() == ["49…18.example", "b.example"]
    assert masked["started"].equals(pairs["started"])
    seen = masked_sightings(
        attribute_sightings(_sightings({"host": names[0], "path": "$.490154203237518"}), Attributed(pairs)),
        lambda text: text.replace("490154203237518", "49…18"),
        pairs,
    )
    assert "490154203237518" not in str(seen.to_pylist())


def test_what_a_writer_of_flow_files_chose_is_masked(ladder: Ladder) -> None:
    """Names of flows and words about the connection; two flows whose names look alike when masked stay two."""
    imeis = ["490154203237518", "491111111111118"]
    words = dict.fromkeys(("transport", "application", "tls_version", "alpn"), imeis[0])
    pairs = _attributed(ladder, {"flow_id": imeis[0], **words}, {"flow_id": imeis[1]}, {"flow_id": "tcp-0"}).pairs

    def mask(text: str) -> str:
        return text.replace(imeis[0], "49…18").replace(imeis[1], "49…18")

    masked = masked_flows(pairs, mask)
    assert masked["flow_id"].to_pylist() == ["49…18 (1)", "49…18 (2)", "tcp-0"]
    assert masked["flow"].to_pylist() == ["x.mitm#49…18 (1)", "x.mitm#49…18 (2)", "x.mitm#tcp-0"]
    assert not any(imei in str(masked.to_pylist()) for imei in imeis)
    seen = masked_sightings(attribute_sightings(_sightings({"flow_id": imeis[1]}), Attributed(pairs)), mask, pairs)
    assert seen["flow"].to_pylist() == ["x.mitm#49…18 (2)"]
    assert seen["flow_id"].to_pylist() == ["49…18 (2)"]


def test_a_table_that_needs_no_mask_stays_as_it_is(ladder: Ladder) -> None:
    pairs = _attributed(ladder, {"host": "a.example"}, {"host": None, "server_ip": "203.0.113.5"}).pairs
    assert masked_flows(pairs, lambda text: text).equals(pairs)


def _facts(attributed: Attributed, seen: pa.Table) -> Facts:
    register = register_file.load("o2nails-1.1")
    sightings = attribute_sightings(seen, attributed)
    return Facts(
        pairs=attributed.pairs, sightings=sightings, register=register, session=Session(name="s", folder=None), surfaces=()
    )


def test_a_recipient_is_one_row_with_all_that_it_got(ladder: Ladder) -> None:
    flows = (
        {"host": "www.baidu.com", "bytes_up": 10, "bytes_down": None},
        {"host": "hm.baidu.com", "bytes_up": 5, "bytes_down": 7},
        {"host": "api.o2nails.com", "names": ["api.o2nails.com", "www.baidu.com"], "bytes_up": 100},
    )
    attributed = _attributed(ladder, *flows)
    table = recipients_table(_facts(attributed, _sightings({"host": "www.baidu.com"}, {"host": "www.baidu.com", "kind": "mac"})))
    by_name = {row["recipient"]: row for row in from_arrow(table).to_dict("records")}
    baidu = by_name["baidu"]
    assert list(baidu["hosts"]) == ["hm.baidu.com", "www.baidu.com"]
    assert (baidu["flows"], baidu["bytes_down"], list(baidu["kinds"])) == (3, 7, ["imei", "mac"])
    assert baidu["first"].value == START
    assert baidu["relation"] == "other_surface"
    assert table["recipient"].to_pylist() == sorted(by_name)


def test_no_flows_have_no_recipients(ladder: Ladder) -> None:
    assert len(recipients_table(_facts(_attributed(ladder), _sightings()))) == 0


def test_texts_are_masked_alike_alone_and_among_many(ladder: Ladder) -> None:
    """Many texts are looked through at once: what one of a thousand holds is masked, and nothing else changes."""
    hosts = [f"api{number}.example.com" for number in range(1_000)]
    hosts[700] = "490154203237518.example.com"
    pairs = _attributed(ladder, *({"host": host} for host in hosts)).pairs
    seen: list[str] = []

    def mask(text: str) -> str:
        seen.append(text)
        return text.replace("490154203237518", "49…18")

    masked = masked_flows(pairs, mask)
    assert masked["host"].to_pylist() == [mask(host) for host in hosts]
    assert masked["names"].to_pylist() == [[mask(host)] for host in hosts]
    assert masked["reason"][700].as_py() == "no rule knows 49…18.example.com"
    assert len(seen) < 3_000


def test_addresses_in_reasons_stay(ladder: Ladder) -> None:
    """The row itself holds them; a mask that hides private addresses elsewhere leaves them in the reason."""
    pairs = _attributed(ladder, {"host": None, "server_ip": "192.168.1.7"}).pairs
    masked = masked_flows(pairs, lambda text: text.replace("192.168.1.7", "19…7"))
    assert masked["reason"].to_pylist() == ["192.168.1.7 stays in the local network (private, link-local or multicast)"]
