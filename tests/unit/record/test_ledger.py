"""What was measured of mitmproxy's events, as sequences: each kind of blind connection, and what the ledger says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.record.ledger import ConnectionFact, Insight, Ledger

ALERT = "The client does not trust the proxy's certificate for api.paypal.com (tlsv1 alert unknown ca)"
LEFT = "The client disconnected during the handshake. If this happens consistently for api.paypal.com, ..."
OTHER = "The client may not trust the proxy's certificate (OpenSSL Error([('', '', 'tls alert handshake failure')]))"
HELLO = b"\x16\x03\x01\x02\x00\x01"
MQTT = b"\x10\x20\x00\x04MQTT\x04\xc2\x00<"
NOISE = bytes(range(128, 256))
ASKED = ("asked", "api.paypal.com:443")
SAID_HELLO = ("hello", "api.paypal.com")
BYTES = ("first_bytes", HELLO)
UP = ("tls_up", "TLSv1.3", b"h2")


def judge(*events: tuple[object, ...]) -> ConnectionFact | None:
    ledger = Ledger()
    ledger.opened("c", "192.168.50.21:40000", 5)
    for name, *values in events:
        getattr(ledger, str(name))("c", *values)
    return ledger.closed("c", 9)


@pytest.mark.parametrize(
    ("events", "insight", "reason"),
    [
        ([ASKED, BYTES, SAID_HELLO, UP, ("request",), ("request",)], Insight.INSPECTED, "2 requests"),
        ([("request",)], Insight.INSPECTED, "1 requests"),
        ([ASKED, BYTES, SAID_HELLO, ("tls_failed", ALERT)], Insight.REFUSED, "the app does not trust the proxy's CA"),
        ([ASKED, BYTES, SAID_HELLO, ("tls_failed", LEFT)], Insight.REFUSED, "the app left during the handshake"),
        ([ASKED, BYTES, SAID_HELLO, ("tls_failed", OTHER)], Insight.REFUSED, "tls alert handshake failure"),
        ([ASKED, BYTES, SAID_HELLO, UP], Insight.SUSPECTED_PINNING, "nothing came in the clear"),
        ([ASKED, BYTES, SAID_HELLO, UP, ("tls_failed", ALERT)], Insight.REFUSED, "does not trust"),
        ([ASKED, BYTES, SAID_HELLO], Insight.UNFINISHED, "never finished"),
        ([ASKED, BYTES], Insight.PASSED_THROUGH, "told to let it through"),
        ([ASKED, BYTES, ("message", HELLO), ("message", b"\x17\x03")], Insight.PASSED_THROUGH, "told to let it through"),
        ([ASKED, BYTES, ("passed", "api.paypal.com")], Insight.PASSED_THROUGH, "told to let it through"),
        ([ASKED, BYTES, SAID_HELLO, UP, ("message", MQTT)], Insight.INSPECTED, "1 messages of another protocol"),
        ([ASKED, ("message", b"EHLO phone\r\n")], Insight.INSPECTED, "1 messages of another protocol"),
        ([ASKED, ("message", "发送".encode())], Insight.INSPECTED, "1 messages of another protocol"),
        (
            [ASKED, BYTES, SAID_HELLO, UP, ("message", NOISE)],
            Insight.OPAQUE_PROTOCOL,
            "1 messages of a protocol that nobody knows",
        ),
        ([ASKED, *[("message", NOISE)] * 9, ("message", b"text")], Insight.OPAQUE_PROTOCOL, "10 messages"),
        ([ASKED, ("message", b"")], Insight.OPAQUE_PROTOCOL, "1 messages"),
        ([ASKED, ("upstream_failed", "refused")], Insight.UPSTREAM_FAILED, "refused"),
        ([ASKED, BYTES, SAID_HELLO, UP, ("upstream_failed", "x")], Insight.UPSTREAM_FAILED, "x"),
        ([ASKED], Insight.UNFINISHED, "nothing was sent"),
    ],
)
def test_a_connection_is_judged_by_the_strongest_thing_seen(
    events: list[tuple[object, ...]], insight: Insight, reason: str
) -> None:
    fact = judge(*events)
    assert fact is not None
    assert fact.insight is insight
    assert reason in fact.reason


def test_a_look_whether_the_port_is_open_is_no_connection() -> None:
    assert judge() is None


def test_only_the_clients_bytes_say_what_the_protocol_is() -> None:
    ledger = Ledger()
    ledger.opened("c", "192.168.50.21:40000", 5)
    ledger.message("c", NOISE)
    ledger.message("c", b"HTTP/1.1 400 Bad Request", up=False)
    fact = ledger.closed("c", 9)
    assert fact is not None
    assert fact.insight is Insight.OPAQUE_PROTOCOL


def test_bytes_are_asked_for_at_the_end() -> None:
    ledger = Ledger()
    ledger.opened("c", "192.168.50.21:40000", 5)
    ledger.asked("c", "a.example:443")
    ledger.counted("c", lambda: (517, 1400))
    fact = ledger.closed("c", 9)
    assert fact is not None
    assert (fact.bytes_up, fact.bytes_down) == (517, 1400)


def test_hosts_are_told_in_order_each_once() -> None:
    fact = judge(ASKED, ("asked", "b.example:80"), ASKED, ("request",))
    assert fact is not None
    assert fact.hosts == ("api.paypal.com:443", "b.example:80")


def test_what_a_peer_writes_cannot_steer_a_terminal_or_fill_the_journal() -> None:
    fact = judge(("asked", "a\x1b[2J:1"), SAID_HELLO, ("tls_failed", "\x07" * 5000))
    assert fact is not None
    assert fact.hosts == ("a\\x1b[2J:1",)
    assert fact.reason.isprintable()
    assert len(fact.reason) < 300


def test_what_is_open_at_the_end_is_told_as_that() -> None:
    ledger = Ledger()
    for name in "ab":
        ledger.opened(name, "192.168.50.21:1", 1)
        ledger.asked(name, "api.example:443")
    facts = ledger.close_all(9)
    assert [(fact.still_open, fact.insight, fact.ended) for fact in facts] == [(True, Insight.UNFINISHED, 9)] * 2
    assert ledger.close_all(10) == ()


EVENTS = st.sampled_from(
    [ASKED, BYTES, SAID_HELLO, UP, ("request",), ("message", b"x"), ("message", HELLO), ("tls_failed", ALERT), ("passed", None)]
)


@given(st.lists(EVENTS))
def test_any_order_of_events_is_judged_and_only_readable_content_is_inspected(events: list[tuple[object, ...]]) -> None:
    fact = judge(*events)
    assert (fact is None) == (not events)
    if fact is not None and fact.insight is Insight.INSPECTED:
        assert {event[0] for event in events} & {"request", "message"}


@given(EVENTS)
def test_events_of_a_connection_that_is_not_known_change_nothing(event: tuple[object, ...]) -> None:
    ledger = Ledger()
    name, *values = event
    getattr(ledger, str(name))("gone", *values)
    assert ledger.closed("gone", 1) is None
