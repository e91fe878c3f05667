"""First contacts: who is contacted, by what name, told once and as soon as it is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.frames import ETHERNET
from auditor.devices import contacts as module
from auditor.devices.contacts import Contact, ContactWatch
from auditor.devices.packet import read_packet
from auditor.model.vocabulary import HostSource
from tests.unit.capture.wire import ACK, FIN, RST, SECOND, SYN, client_hello, dns_message, records
from tests.unit.devices.lan import PHONE, PRINTER, ROUTER, Lan, mdns_answer, mqtt_connect, mqtt_publish

CLOUD = "198.51.100.18"


def contacts(lan: Lan, watch: ContactWatch | None = None) -> list[Contact]:
    watch = watch or ContactWatch()
    found: list[Contact] = []
    for at, frame in lan.frames:
        packet = read_packet(ETHERNET, at, frame)
        if packet is not None:
            found += watch.take(packet)
    return [*found, *watch.end()]


def hello(name: str) -> bytes:
    return records(client_hello(name))


def test_a_server_is_named_by_its_tls_hello() -> None:
    lan = Lan()
    lan.talk(PRINTER, CLOUD, 8883, hello("m1.tuyacn.com"))
    (found,) = contacts(lan)
    assert (found.host, found.host_source, found.application) == ("m1.tuyacn.com", HostSource.TLS_SNI, "tls")
    assert (found.client_ip, found.server_ip, found.server_port, found.is_local) == (PRINTER, CLOUD, 8883, False)


def test_a_hello_in_many_segments_is_put_together() -> None:
    lan = Lan()
    lan.tcp(PRINTER, 50_000, CLOUD, 443, SYN, seq=100)
    data = hello("api.o2nails.com")
    for at in range(0, len(data), 7):
        lan.tcp(PRINTER, 50_000, CLOUD, 443, ACK, data[at : at + 7], seq=101 + at)
    assert [found.host for found in contacts(lan)] == ["api.o2nails.com"]


def test_where_nothing_names_it_the_dns_answer_does() -> None:
    lan = Lan()
    lan.udp(PRINTER, 40_000, ROUTER, 53, dns_message("iot.example"))
    lan.udp(ROUTER, 53, PRINTER, 40_000, dns_message("iot.example", CLOUD))
    lan.talk(PRINTER, CLOUD, 1883, mqtt_connect(b"client-0042"))
    dns, mqtt = contacts(lan)
    assert (dns.application, dns.server_ip, dns.is_local) == ("dns", ROUTER, True)
    assert (mqtt.host, mqtt.host_source, mqtt.application) == ("iot.example", HostSource.DNS_ANSWER, "mqtt")


def test_a_host_header_names_it() -> None:
    lan = Lan()
    lan.talk(PRINTER, CLOUD, 80, b"GET /fw HTTP/1.1\r\nHost: fw.o2nails.com\r\n\r\n")
    assert [(found.host, found.host_source) for found in contacts(lan)] == [("fw.o2nails.com", HostSource.HTTP_HOST)]


def test_who_stays_silent_is_told_after_a_while() -> None:
    lan = Lan()
    lan.tcp(PRINTER, 50_000, CLOUD, 9000, SYN, seq=1)
    watch = ContactWatch()
    packet = read_packet(ETHERNET, *lan.frames[0])
    assert packet is not None
    assert list(watch.take(packet)) == []
    assert list(watch.tick(lan.now + SECOND)) == []
    assert [found.server_ip for found in watch.tick(lan.now + 3 * SECOND)] == [CLOUD]
    assert list(watch.end()) == []


def test_who_never_names_anybody_is_told_after_some_packets() -> None:
    lan = Lan()
    for _ in range(module.MAX_PATIENCE + 5):
        lan.udp(PRINTER, 40_000, CLOUD, 9000, b"\x01\x02")
    watch = ContactWatch()
    packets = [read_packet(ETHERNET, at, frame) for at, frame in lan.frames]
    told = [len(list(watch.take(packet))) for packet in packets if packet]
    assert told.index(1) == module.MAX_PATIENCE - 1
    assert sum(told) == 1
    assert packets[0] is not None
    assert watch.is_done(packets[0])


def test_a_refused_connection_is_a_contact_too() -> None:
    lan = Lan()
    lan.tcp(PRINTER, 50_000, CLOUD, 9000, SYN, seq=1)
    lan.tcp(CLOUD, 9000, PRINTER, 50_000, RST | ACK)
    assert [found.server_port for found in contacts(lan)] == [9000]


def test_each_conversation_is_told_once_and_a_new_one_again() -> None:
    lan = Lan()
    for _ in range(2):
        lan.talk(PRINTER, CLOUD, 443, hello("api.o2nails.com"), b"answer")
        lan.tcp(PRINTER, 50_000, CLOUD, 443, FIN | ACK, b"", seq=5000)
        lan.tcp(PRINTER, 50_000, CLOUD, 443, ACK, b"late", seq=6000)
    assert [found.host for found in contacts(lan)] == ["api.o2nails.com"] * 2


def test_discovery_contacts_nobody() -> None:
    lan = Lan()
    lan.udp(PRINTER, 5353, "224.0.0.251", 5353, mdns_answer(("v11.local", 1, b"\xc0\xa8\x32\x28")))
    lan.udp(PRINTER, 68, "255.255.255.255", 67, b"x" * 300)
    assert contacts(lan) == []


def test_what_the_phone_asks_of_the_printer_is_kept() -> None:
    lan = Lan()
    watch = ContactWatch()
    lan.talk(
        PHONE,
        PRINTER,
        80,
        b"POST /print HTTP/1.1\r\nHost: 192.168.50.40\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n",
    )
    lan.talk(PHONE, PRINTER, 1883, mqtt_connect(b"phone-0042") + mqtt_publish(b"nail/job", b"{}"), sport=50_001)
    lan.talk(PHONE, PRINTER, 9100, b"\x1b%-12345X@PJL", sport=50_002)
    found = contacts(lan, watch)
    assert [contact.is_local for contact in found] == [True] * 3
    assert {key: list(talk.commands) for key, talk in watch.talks.items()} == {
        (PHONE, PRINTER, "tcp", 80): ["http /print"],
        (PHONE, PRINTER, "tcp", 1883): ["mqtt nail/job"],
        (PHONE, PRINTER, "tcp", 9100): ["PJL"],
    }


@pytest.mark.parametrize(("client", "server"), [(PRINTER, CLOUD), (CLOUD, PRINTER)])
def test_what_passes_the_router_is_no_command_between_devices(client: str, server: str) -> None:
    """Only where both sides are of the network; traffic to a cloud in the clear is a contact and nothing more."""
    lan, watch = Lan(), ContactWatch()
    lan.talk(client, server, 1883, mqtt_connect(b"v11-0042") + mqtt_publish(b"nail/job", b"{}"))
    assert [found.is_local for found in contacts(lan, watch)] == [False]
    assert watch.talks == {}


def test_a_flood_of_conversations_is_bounded_and_counted() -> None:
    lan = Lan()
    watch = ContactWatch()
    for number in range(module.MAX_OPEN + 100):
        lan.tcp(PRINTER, 1024 + number, CLOUD, 9000, SYN, seq=1)
    assert len(contacts(lan, watch)) == module.MAX_OPEN + 100
    assert watch.given_up == 100


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@given(data=st.lists(st.binary(min_size=1, max_size=120), max_size=6), port=st.sampled_from([53, 80, 443, 1883, 9100, 123]))
def test_any_payload_is_taken_without_an_error(transport: str, data: list[bytes], port: int) -> None:
    lan = Lan()
    for number, part in enumerate(data):
        server = (CLOUD, PRINTER)[number % 2]
        if transport == "udp":
            lan.udp(PHONE, 40_000, server, port, part)
        else:
            lan.tcp(PHONE, 50_000, server, port, ACK, part, seq=number * 50)
    assert all(found.client_ip for found in contacts(lan))


def test_commands_of_one_conversation_are_bounded_and_known_ones_counted_on() -> None:
    """A port that is told something new with each message is a scan or a text; how often it was told the first is a fact."""
    lan, watch = Lan(), ContactWatch()
    head = b"GET /%d HTTP/1.1\r\nHost: 192.168.50.40\r\n\r\n"
    asked = [*range(module.MAX_COMMANDS + 3), 0, module.MAX_COMMANDS]
    lan.talk(PHONE, PRINTER, 80, b"".join(head % number for number in asked), b"HTTP/1.1 204 No Content\r\n\r\n" * len(asked))
    contacts(lan, watch)
    (talk,) = watch.talks.values()
    assert len(talk.commands) == module.MAX_COMMANDS
    assert (talk.commands["http /0"], talk.commands["http /1"]) == (2, 1)
    assert f"http /{module.MAX_COMMANDS}" not in talk.commands
