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
        ([ASKED, BYTES, SAID_HELLO, UP], Insight.SUSPECTED_PINNING, "no request came in the clear"),
        ([ASKED, BYTES, SAID_HELLO, (*UP[:2], None)], Insight.SUSPECTED_PINNING, "nothing came in the clear"),
        ([ASKED, BYTES, SAID_HELLO, UP, ("tls_failed", ALERT)], Insight.REFUSED, "does not trust"),
        ([ASKED, BYTES, SAID_HELLO], Insight.UNFINISHED, "never finished"),
        ([ASKED, BYTES], Insight.UNFINISHED, "never finished"),
        ([ASKED, BYTES, ("tls_failed", LEFT)], Insight.UNFINISHED, "never begun in full"),
        ([ASKED, BYTES, ("message", HELLO), ("message", b"\x17\x03")], Insight.PASSED_THROUGH, "did not open"),
        ([ASKED, ("first_bytes", b"GET / HTTP/1.1\r\n"), ("passed", None)], Insight.PASSED_THROUGH, "told to let it through"),
        (
            [ASKED, ("first_bytes", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab")],
            Insight.UNFINISHED,
            "no request was finished",
        ),
        ([("first_bytes", b"GET http://api.o2na")], Insight.UNFINISHED, "no request was finished"),
        ([ASKED, ("first_bytes", b"abc foo bar\r\n")], Insight.OPAQUE_PROTOCOL, "not recorded"),
        ([ASKED, BYTES, SAID_HELLO, UP, ("first_bytes", NOISE)], Insight.OPAQUE_PROTOCOL, "not recorded"),
        ([ASKED, ("first_bytes", b"CONNECT a:443 HTTP/1.1\r\n\r\n")], Insight.UNFINISHED, "nothing was sent"),
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


def test_a_fact_holds_all_that_was_seen() -> None:
    """Every field of it, in the order in which a connection lives."""
    ledger = Ledger()
    ledger.opened("c", "192.168.50.21:40000", 5, "udp")
    ledger.asked("c", "api.paypal.com:443")
    ledger.hello("c", "api.paypal.com")
    ledger.tls_up("c", "TLSv1.3", b"h2")
    ledger.counted("c", lambda: (517, 1400))
    ledger.request("c")
    ledger.message("c", b"a")
    ledger.message("c", b"b", up=False)
    assert ledger.closed("c", 9) == ConnectionFact(
        client="192.168.50.21:40000",
        hosts=("api.paypal.com:443",),
        sni="api.paypal.com",
        insight=Insight.INSPECTED,
        reason="1 requests",
        transport="udp",
        is_tls=True,
        requests=1,
        messages=2,
        bytes_up=517,
        bytes_down=1400,
        started=5,
        ended=9,
        tls_version="TLSv1.3",
        alpn="h2",
        still_open=False,
    )


@pytest.mark.parametrize(
    ("events", "sni"),
    [
        ([("hello", "a.example"), ("hello", None)], "a.example"),
        ([("passed", "a.example")], "a.example"),
        ([("hello", "a.example"), ("passed", None)], "a.example"),
        ([("hello", "a\x1b.example")], "a\\x1b.example"),
    ],
)
def test_a_name_stays_when_a_later_word_has_none(events: list[tuple[object, ...]], sni: str) -> None:
    fact = judge(*events)
    assert fact is not None
    assert fact.sni == sni


@pytest.mark.parametrize(("offered", "told"), [(b"h2", "h2"), (None, None), (b"", None), (b"\xff\x1b", "\\xff\\x1b")])
def test_the_protocol_that_was_agreed_is_told_as_text(offered: bytes | None, told: str | None) -> None:
    fact = judge(SAID_HELLO, ("tls_up", "TLSv1.2", offered))
    assert fact is not None
    assert fact.alpn == told


@pytest.mark.parametrize(
    ("messages", "insight", "is_tls"),
    [
        ([(b"EHLO a\r\n", True), (HELLO, True)], Insight.INSPECTED, True),
        ([(NOISE, True), (NOISE, False), (b"500 what?", False)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"220 ready\r\n", False), (NOISE, True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"220 ready\r\n", False), (NOISE, True), (b"text", True)], Insight.INSPECTED, False),
        ([*[(NOISE, True)] * 3, (b"text", True)], Insight.INSPECTED, False),
        ([*[(NOISE, True)] * 4, (b"text", True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"\x10" + NOISE, True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"\x10\x20\x00\x06MQIsdp\x03\xc2" + NOISE, True)], Insight.INSPECTED, False),
        ([(NOISE[:12] + b"MQTT", True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"\x10" + NOISE[:9] + b"MQTT", True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"\x10" + NOISE[:6] + b"MQIsdp" + NOISE, True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"a" * 19 + b"\x80", True)], Insight.INSPECTED, False),
        ([(b"a" * 18 + b"\x80", True)], Insight.OPAQUE_PROTOCOL, False),
        ([(b"\r\n\tXXXX" + b"\x00", True)], Insight.OPAQUE_PROTOCOL, False),
    ],
)
def test_what_a_protocol_is_the_clients_first_messages_say(
    messages: list[tuple[bytes, bool]], insight: Insight, is_tls: bool
) -> None:
    ledger = Ledger()
    ledger.opened("c", "192.168.50.21:40000", 5)
    for content, up in messages:
        ledger.message("c", content, up=up)
    fact = ledger.closed("c", 9)
    assert fact is not None
    assert (fact.insight, fact.is_tls, fact.messages) == (insight, is_tls, len(messages))


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([ASKED, SAID_HELLO, ("tls_failed", LEFT)], "the app left during the handshake"),
        ([ASKED, SAID_HELLO, UP], "the handshake was done, then no request came in the clear"),
        ([ASKED, SAID_HELLO], "the handshake was never finished"),
        ([ASKED, ("passed", None)], "the proxy was told to let it through"),
        ([ASKED], "nothing was sent"),
    ],
)
def test_a_reason_is_these_words(events: list[tuple[object, ...]], reason: str) -> None:
    """They stand in the report, beside the host that nobody could look into."""
    fact = judge(*events)
    assert fact is not None
    assert fact.reason == reason


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
