"""Names behind addresses: by client, while the answer holds, the latest first."""

import struct
from pathlib import Path

import pytest

from auditor.capture.dns import DnsMessage, read_dns
from auditor.capture.naming import ANYONE, MAX_ANSWERS, SECOND, Names
from auditor.capture.story import Resolved
from auditor.model.vocabulary import HostSource
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.wire import CLIENT, RESOLVER, SERVER, Wire, dns_message, dns_name, packed

OTHER = "192.168.50.41"


def _names(*answers: tuple[str, str, int, int]) -> Names:
    names = Names()
    for client, name, at, ttl in answers:
        names.learn(client, SERVER, Resolved(name, HostSource.DNS_ANSWER, ()), at * SECOND, ttl)
    return names


def _found(names: Names, at: int, client: str = CLIENT) -> str | None:
    resolved = names.find(client, SERVER, at * SECOND)
    return resolved.name if resolved else None


def test_an_answer_holds_from_when_it_came_until_its_time_is_over() -> None:
    names = _names((CLIENT, "a.example", 100, 60))
    assert [_found(names, at) for at in (99, 100, 160, 161)] == [None, "a.example", "a.example", None]


def test_a_short_lived_answer_holds_ten_seconds() -> None:
    names = _names((CLIENT, "a.example", 100, 0))
    assert [_found(names, at) for at in (110, 111)] == ["a.example", None]


def test_another_client_was_not_told() -> None:
    assert _found(_names((CLIENT, "a.example", 100, 60)), 120, OTHER) is None


def test_what_everyone_was_told_holds_for_all() -> None:
    assert _found(_names((ANYONE, "printer.local", 100, 60)), 120, OTHER) == "printer.local"


def test_the_latest_answer_wins_and_an_older_one_that_still_holds_follows() -> None:
    names = _names((CLIENT, "old.example", 100, 600), (CLIENT, "new.example", 110, 20))
    assert [_found(names, at) for at in (105, 115, 140)] == ["old.example", "new.example", "old.example"]


def test_answers_out_of_order_are_put_in_order() -> None:
    names = _names((CLIENT, "late.example", 200, 60), (CLIENT, "early.example", 100, 60))
    assert [_found(names, at) for at in (150, 210)] == ["early.example", "late.example"]


def test_a_chain_is_known_for_the_name_that_was_asked() -> None:
    names = Names()
    message = read_dns(dns_message("a.example", SERVER, chain=("b.example", "c.example")))
    assert message is not None
    names.learn_message(CLIENT, message, SECOND)
    assert _found(names, 2) == "a.example"
    assert names.chain(CLIENT, "a.example") == ("b.example", "c.example")
    assert names.chain(OTHER, "a.example") == ()


def test_memory_is_bounded() -> None:
    names = _names((CLIENT, "a.example", 1, 60))
    names._count = MAX_ANSWERS
    names.learn(CLIENT, SERVER, Resolved("b.example", HostSource.DNS_ANSWER, ()), 2 * SECOND, 60)
    assert _found(names, 3) == "a.example"


def _message(*records: bytes) -> DnsMessage:
    """An answer of these records."""
    message = read_dns(_raw(*records))
    assert message is not None
    return message


def _record(name: str, kind: int, value: bytes, ttl: int, class_: int = 1) -> bytes:
    return dns_name(name) + struct.pack(">HHIH", kind, class_, ttl, len(value)) + value


ALIAS = _record("a.example", 5, dns_name("b.example"), 20)
ADDRESS = _record("b.example", 1, packed(SERVER), 3_600)
HINTS = b"\0\1\0" + struct.pack(">HH", 1, 3) + b"\2h3" + struct.pack(">HH", 4, 4) + packed(SERVER)
LIFETIMES = {
    "the address's own": ([_record("a.example", 1, packed(SERVER), 60)], 60),
    "the alias's, which is shorter": ([ALIAS, ADDRESS], 20),
    "a HTTPS record's hint": ([_record("a.example", 65, HINTS, 40)], 40),
    "none of another class": ([_record("a.example", 1, packed(SERVER), 60, 3)], None),
    "none of another name": ([_record("c.example", 1, packed(SERVER), 60)], None),
}


@pytest.mark.parametrize("name", LIFETIMES)
def test_how_long_an_answer_holds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In small captures and in large ones."""
    records, seconds = LIFETIMES[name]
    names = Names()
    names.learn_message(CLIENT, _message(*records), 100 * SECOND)
    ends = [_found(names, 100 + (seconds or 0) + late) for late in (0, 1)]
    assert ends == ["a.example" if seconds else None, None]
    for late, host in ((0, ends[0]), (1, None)):
        wire = Wire()
        wire.udp(RESOLVER, 53, CLIENT, 40_000, _raw(*records))
        wire.now += ((seconds or 0) + late) * SECOND - SECOND // 2
        wire.connect(port=9_000).open()
        flows = both_ways(wire.pcap(), tmp_path, monkeypatch)
        assert [flow["host"] for flow in flows if flow["transport"] == "tcp"] == [host]


SERVICE = _record("a.example", 33, struct.pack(">HHH", 0, 0, 1_883) + dns_name("host.example"), 60)
HOST = _record("host.example", 1, packed(SERVER), 60)


@pytest.mark.parametrize(
    ("records", "host"),
    [
        ([SERVICE, HOST], "host.example"),
        ([ALIAS, _record("b.example", 33, SERVICE[-20:], 60), HOST], "host.example"),
        ([_record("other.example", 33, SERVICE[-20:], 60), HOST], None),
        ([HOST], None),
        ([SERVICE, HOST, _record("a.example", 1, packed(SERVER), 60)], "a.example"),
    ],
    ids=["a service's host", "behind an alias", "of another service", "a host that nobody asked for", "asked for as well"],
)
def test_the_hosts_of_a_service_come_with_their_addresses(
    records: list[bytes], host: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 2782: whoever asked for the service connects without asking again."""
    wire = Wire()
    wire.udp(RESOLVER, 53, CLIENT, 40_000, _raw(*records))
    wire.connect(port=1_884).open()
    flows = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert [flow["host"] for flow in flows if flow["transport"] == "tcp"] == [host]


def test_everyone_is_told_all_names_of_an_answer_over_multicast() -> None:
    """Also where the question stands in it (RFC 6762 section 6.7): a printer is asked for by its service."""
    names = Names()
    names.learn_message(ANYONE, _message(SERVICE, HOST), SECOND)
    assert _found(names, 2) == "host.example"


def _raw(*records: bytes) -> bytes:
    head = struct.pack(">HHHHHH", 7, 0x8180, 1, len(records), 0, 0) + dns_name("a.example") + struct.pack(">HH", 1, 1)
    return head + b"".join(records)


def test_a_record_that_says_goodbye_ends_a_second_later() -> None:
    """RFC 6762 section 10.1; a unicast answer without a lifetime is still for the connection that follows it."""
    names = _names((ANYONE, "a.example", 100, 120))
    names.learn_message(ANYONE, _message(_record("a.example", 1, packed(SERVER), 0, 0x8001)), 110 * SECOND)
    assert [_found(names, at) for at in (109, 111, 112)] == ["a.example", "a.example", None]
