"""Flows in, records out: each begins once, ends once, and none is kept when it has ended."""

import gc
import weakref
from typing import Any

from mitmproxy.test import tflow

from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface
from auditor.record.flow_book import FlowBook
from auditor.record.journal import Kind
from tests.unit.record.attributions import ALIBABA, UNKNOWN

ENDPOINT = Endpoint(surface=Surface.APP, host="imei-4.example", host_source=HostSource.TLS_SNI, server_port=443)


class Told:
    """What was told."""

    def __init__(self) -> None:
        self.records: list[tuple[Kind, dict[str, Any]]] = []

    def __call__(self, kind: Kind, /, **facts: object) -> None:
        self.records.append((kind, facts))


def book() -> tuple[FlowBook, Told]:
    told = Told()
    return FlowBook(told, lambda text: text.replace("4", "•"), "app"), told


def test_a_flow_begins_once_and_ends_once_with_what_was_known_last() -> None:
    made, told = book()
    flow = tflow.tflow(resp=True)
    made.open(flow)
    made.begin(flow, ENDPOINT, UNKNOWN, "print")
    made.begin(flow, ENDPOINT, ALIBABA, "print")
    made.end(flow)
    made.end(flow)
    (_, begun), (_, ended) = told.records
    assert (begun["state"], begun["relation"], begun["host"], begun["bytes_up"]) == ("begun", "unknown", "imei-•.example", None)
    assert (ended["state"], ended["relation"], ended["status"], ended["still_open"]) == ("ended", "declared", 200, False)
    assert ended["bytes_up"] > 50
    assert (made.counts.flows, made.counts.messages, made.open_flows) == (1, 2, ())


def test_messages_of_a_stream_are_numbered_and_added_up() -> None:
    made, told = book()
    flow = tflow.ttcpflow()
    made.open(flow)
    made.begin(flow, ENDPOINT, ALIBABA, None)
    for size, up in ((5, True), (7, False), (11, True)):
        made.message(flow, size, up=up)
    made.end(flow, still_open=True)
    said = [(facts["n"], facts["direction"], facts["bytes"]) for kind, facts in told.records if kind is Kind.MESSAGE]
    assert said == [(0, "up", 5), (1, "down", 7), (2, "up", 11)]
    ended = told.records[-1][1]
    assert (ended["bytes_up"], ended["bytes_down"], ended["messages"], ended["still_open"]) == (16, 7, 3, True)


def test_names_are_masked_and_escaped() -> None:
    made, told = book()
    flow = tflow.tflow()
    made.open(flow)
    made.begin(flow, Endpoint(surface=Surface.APP, host="a\x1b[2J4", host_source=HostSource.HTTP_HOST), UNKNOWN, None)
    assert told.records[0][1]["host"] == "a\\x1b[2J•"


def test_a_flow_that_ended_is_let_go() -> None:
    made, _ = book()
    flow = tflow.tflow()
    made.open(flow)
    made.begin(flow, ENDPOINT, ALIBABA, None)
    made.end(flow)
    gone = weakref.ref(flow)
    del flow
    gc.collect()
    assert gone() is None


def test_flows_with_a_mark_are_counted_once() -> None:
    made, _ = book()
    flow = tflow.tflow()
    flow.marked = ":red_circle:"
    made.open(flow)
    made.begin(flow, ENDPOINT, UNKNOWN, None)
    made.begin(flow, ENDPOINT, UNKNOWN, None)
    assert made.counts.flagged == 1
    assert set(made.counts.facts()) == {"flows", "messages", "bytes", "flagged", "sightings", "skipped", "hook_errors"}
