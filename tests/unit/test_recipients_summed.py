"""Recipients are summed up, sightings find the host of their own request, and texts are masked."""

from collections.abc import Hashable
from typing import Any

from auditor.model.arrow import from_arrow
from auditor.recipients import Attributed, attribute_sightings, masked_flows, masked_sightings, recipients_table
from tests.rules.case_facts import SECOND, START, facts


def mask(text: str) -> str:
    return text.replace("secret", "s....t")


def table(rows: list[dict[str, Any]], sightings: list[dict[str, Any]] | None = None) -> list[dict[Hashable, Any]]:
    return from_arrow(recipients_table(facts(rows, sightings))).to_dict("records")


def test_one_row_for_each_surface_and_recipient() -> None:
    """Sorted; hosts, services, purposes and kinds are sets."""
    rows = table(
        [
            {"to": "payco", "service": "Pay SDK", "purposes": "payment sdk_config"},
            {"to": "payco", "host": "a.payco.example", "service": "Pay SDK"},
            {"to": "payco", "surface": "site"},
            {"to": "stranger", "flow_id": "s"},
        ],
        [
            {"flow_id": "s", "kind": "imei"},
            {"flow_id": "s", "kind": "imei"},
            {"flow_id": "s", "kind": "mac", "direction": "down"},
        ],
    )
    assert [(row["surface"], row["recipient"]) for row in rows] == [("app", "payco"), ("app", "trackerco"), ("site", "payco")]
    first = rows[0]
    assert (list(first["hosts"]), list(first["services"])) == (["a.payco.example", "pay.payco.example"], ["Pay SDK"])
    assert (list(first["purposes"]), first["flows"], first["entity"]) == (["payment", "sdk_config"], 2, "Pay, Inc.")
    assert list(rows[1]["kinds"]) == ["imei"]


def test_a_flow_that_asks_two_hosts_of_one_recipient_counts_once() -> None:
    """Its bytes too; unknown sizes add nothing."""
    one = {"to": "payco", "flow_id": "x", "bytes_up": 100, "bytes_down": 7}
    row = table([one, {**one, "host": "b.payco.example"}, {"to": "payco", "bytes_up": "null", "bytes_down": "null"}])[0]
    assert (row["flows"], row["bytes_up"], row["bytes_down"]) == (2, 100, 7)


def test_the_first_time_is_the_earliest_and_may_be_unknown() -> None:
    """Nanoseconds are kept."""
    row = table([{"to": "payco", "started": 9}, {"to": "payco", "started": 2}])[0]
    assert row["first"].value == START + 2 * SECOND


def test_the_relation_that_says_most_against_it_counts() -> None:
    """Undeclared before declared; a null nowhere."""
    rows = [{"to": "payco"}, {"to": "payco", "relation": "undeclared"}, {"to": "payco", "relation": "other_surface"}]
    assert table(rows)[0]["relation"] == "undeclared"


def test_no_flows_make_no_recipients() -> None:
    """An empty table with its columns."""
    assert table([]) == []


def test_a_sighting_belongs_to_the_host_of_its_own_request() -> None:
    """A host that the flow does not know falls back to the flow's own."""
    pairs = facts([{"to": "payco", "flow_id": "x"}, {"to": "stranger", "flow_id": "x", "started": 0}]).pairs
    seen = facts(
        [{"to": "payco", "flow_id": "x"}],
        [{"kind": "imei"}, {"kind": "mac", "host": "log.tracker.example"}, {"kind": "oaid", "host": "null"}],
    ).sightings.select(["capture", "flow_id", "host", "kind", "recipient", "at"])
    joined = attribute_sightings(seen, Attributed(pairs))
    found = dict(zip(joined["kind"].to_pylist(), joined["recipient"].to_pylist(), strict=True))
    assert found == {"imei": "payco", "mac": "trackerco", "oaid": pairs["recipient"][0].as_py()}


def test_clear_values_are_masked_wherever_a_capture_put_them() -> None:
    """Host, URL, names, unread parts, the capture's own name; and the flow's name with it."""
    row = {
        "host": "secret.example",
        "url": "http://x/secret",
        "capture": "secret.mitm",
        "unread": ["request header secret: x"],
        "names": ["secret.example"],
    }
    given = facts([row], [{"kind": "imei", "path": "$.secret"}])
    flows, seen = masked_flows(given.pairs, mask), masked_sightings(given.sightings, mask, given.pairs)
    assert "secret" not in str([*flows.to_pylist(), *seen.to_pylist()])
    assert flows["flow"].to_pylist() == ["s....t.mitm#f1"] == seen["flow"].to_pylist()


def test_masking_changes_nothing_else() -> None:
    """Tables without a clear value stay as they are."""
    given = facts([{}, {"to": "payco"}], [{"kind": "imei"}])
    assert masked_flows(given.pairs, mask).equals(given.pairs)


def test_every_company_behind_a_recipient_is_named_with_its_country() -> None:
    """The first by name is `entity`; one without a Chinese name stands there in English; a nameless row adds none."""
    one = {"to": "payco", "entity": "Umeng Ltd", "entity_zh": "友盟", "country": "CN"}
    other = {**one, "entity": "Amap Ltd", "entity_zh": "null", "country": "SG"}
    row = table([one, other, {**one, "flow_id": "y"}, {**one, "entity": "null", "entity_zh": "null", "country": "null"}])[0]
    assert (row["entity"], row["country"]) == ("Amap Ltd", "SG")
    assert (list(row["entities"]), list(row["entities_zh"])) == (["Amap Ltd", "Umeng Ltd"], ["Amap Ltd", "友盟"])
    assert list(row["countries"]) == ["CN", "SG"]
