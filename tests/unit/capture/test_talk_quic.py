"""QUIC: the name in the Initial packets, over several datagrams and after a Retry; what is missing is said."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk_quic import MAX_HANDSHAKES, QuicTalk
from tests.rivals.quic_packets import (
    DRAFT_27,
    DRAFT_29,
    EARLY,
    MVFST,
    MVFST_OTHER,
    RETRY,
    T050,
    T051,
    V1,
    V2,
    V2_DRAFT,
    crypto,
    initial,
    long_packet,
)
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.datagrams import datagrams
from tests.unit.capture.test_quic import VERSIONS, initial_datagrams
from tests.unit.capture.wire import CLIENT, SERVER, Wire, client_hello, extension

LONG = initial_datagrams("long.example.com", 1, 8)
NOT_ALL = ("quic handshake: the capture does not hold all of it",)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_the_name_of_a_hello_in_one_datagram(version: int) -> None:
    story, messages = datagrams([(0, initial_datagrams("q.example.com", version)[0])], 443)
    assert (story.host, story.alpn, story.tls_version) == (("q.example.com", "quic_sni"), "h3", "TLSv1.3")
    assert [(str(piece.part), piece.data) for message in messages for piece in message.pieces] == [("sni", b"q.example.com")]
    assert (story.is_up(0), story.finished) == (True, True)


@pytest.mark.parametrize(
    ("version", "kind"),
    [(DRAFT_27, 6), (DRAFT_29, 6), (MVFST, 6), (MVFST_OTHER, 6), (V2_DRAFT, 6), (T050, 8), (T051, 8)],
    ids=["draft 27", "draft 29", "mvfst", "mvfst, another", "draft of version 2", "T050", "T051"],
)
def test_versions_that_nobody_should_speak_any_more(
    version: int, kind: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In small captures and in large ones."""
    frames = crypto(0, client_hello("old.example"), bytes([kind]))
    wire = Wire()
    wire.udp(CLIENT, 50_000, SERVER, 443, initial(version, b"\x12" * 8, frames))
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["host_source"], flow["unread"]) == ("old.example", "quic_sni", ())


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1)])
def test_the_name_of_a_hello_in_two(order: tuple[int, ...]) -> None:
    story, _ = datagrams([(0, LONG[index]) for index in order], 443)
    assert story.host[0] == "long.example.com"
    assert story.all_unread() == ()


def test_a_hello_without_its_end_is_read_as_far_as_it_goes() -> None:
    story, _ = datagrams([(0, LONG[0])], 443)
    assert story.all_unread() == NOT_ALL


def test_a_server_s_packets_name_nobody() -> None:
    server = b"\xe3\0\0\0\1\0\x08" + bytes(1_180)
    story, _ = datagrams([(0, initial_datagrams("q.example.com")[0]), (1, server)], 443)
    assert story.host[0] == "q.example.com"
    story, _ = datagrams([(1, server)], 443)
    assert story.host[0] is None


def test_after_a_retry_the_new_connection_id_gives_the_keys() -> None:
    first, other = initial_datagrams("q.example.com"), initial_datagrams("retried.example.com")
    retry = b"\xf0\0\0\0\1\0\x08" + bytes(60)
    story, _ = datagrams([(0, LONG[0]), (1, retry), (0, first[0]), (0, other[0])], 443)
    assert story.application == "quic"
    assert story.host[0] is not None


def test_datagrams_that_wait_for_their_keys_are_held() -> None:
    """A forged Initial, whose tag nobody made, waits for one that was overtaken: a million such conversations must be bounded."""
    forged = bytearray(LONG[0])
    forged[-1] ^= 1
    ports, addresses = (40_000, 443), ("192.0.2.1", "198.51.100.1")
    story = Story(flow_id="udp-0", client=0, addresses=addresses, ports=ports, emit=None, resolve=lambda client: None)
    talk = QuicTalk(story)
    for count in (1, 2, 3, 4, 4):
        talk.take(0, Placed(bytes(forged)), 0)
        assert talk.held == count * len(forged)


def test_a_datagram_that_was_cut_is_missing() -> None:
    story, _ = datagrams([(0, LONG[0]), (0, 300)], 443)
    assert "quic handshake: 300 bytes missing from the capture" in story.all_unread()


@given(st.integers(0, 60), st.binary(min_size=1, max_size=6), st.integers(64, 1_250))
@settings(max_examples=60, deadline=None)
def test_any_change_is_told(at: int, change: bytes, size: int) -> None:
    wounded = bytearray(LONG[0])
    wounded[at : at + len(change)] = change
    datagrams([(0, bytes(wounded[:size])), (0, LONG[1])], 443)


def test_a_packet_that_overtook_the_one_with_its_keys_is_read_after_it() -> None:
    """RFC 9000 section 7.2: once the server chose its connection id the client uses that; the keys stay those of its first."""
    hello = client_hello("overtaken.example.com", protocols=("h3",))
    first = initial(V1, b"original", crypto(0, hello[:60]))
    second = initial(V1, b"original", crypto(60, hello[60:]), target=b"chosen", number=1)
    for order in ((first, second), (second, first)):
        story, _ = datagrams([(0, data) for data in order], 443)
        assert (story.host[0], story.all_unread()) == ("overtaken.example.com", ())


HELLO = client_hello("shape.example.com", protocols=("h3",), more=extension(51, bytes(900)))
FIRST, SECOND = crypto(0, HELLO[:500]), crypto(500, HELLO[500:])
ACK = b"\2\0\0\0\0"
"""RFC 9000 section 19.3: of packet 0 alone."""
RETRIED = long_packet(V1, RETRY, b"scid", b"\x08retried!" + bytes(16))
SHAPES = {
    "an acknowledgement before the hello": [(0, initial(V1, b"original", b"\0\0\1" + ACK + crypto(0, HELLO)))],
    "an acknowledgement before its end": [(0, initial(V1, b"original", FIRST)), (0, initial(V1, b"original", ACK + SECOND, number=1))],
    "two packets in a datagram": [(0, initial(V1, b"original", FIRST, size=600) + initial(V1, b"original", SECOND, number=1, size=600))],
    "a hello that goes on after a Retry": [
        (0, initial(V1, b"original", FIRST)),
        (1, RETRIED),
        (0, initial(V1, b"retried!", FIRST, number=1)),
        (0, initial(V1, b"retried!", SECOND, number=2)),
    ],
    "a hello that goes on for the server's connection id": [
        (0, initial(V1, b"original", FIRST)),
        (0, initial(V1, b"original", SECOND, target=b"chosen", number=1)),
    ],
    "its end first, then an acknowledgement": [
        (0, initial(V1, b"original", SECOND)),
        (0, initial(V1, b"original", ACK + FIRST, number=1)),
    ],
    "early data before the rest": [
        (0, initial(V1, b"original", FIRST)),
        (0, long_packet(V1, EARLY, b"original", bytes(200)) + initial(V1, b"original", SECOND, number=1, size=600)),
    ],
    "a server that was captured first": [
        (1, initial(V1, b"of the server", crypto(0, b"\2" + HELLO[1:]), target=b"scid")),
        (0, initial(V1, b"original", crypto(0, HELLO))),
    ],
}  # fmt: skip


def _hello(name: str, protocol: str = "h3") -> bytes:
    return client_hello(name, protocols=(protocol,))


ANSWER = b"\xe3" + (1).to_bytes(4, "big") + b"\x04scid\x06server" + bytes(1_100)
SEVERAL = {
    "one whole hello after another": [
        (0, initial(V1, b"original", crypto(0, HELLO))),
        (0, initial(V1, b"another!", crypto(0, _hello("b.example.com", "hq")))),
    ],
    "with the server's answers and acknowledgements between": [
        (0, initial(V1, b"original", crypto(0, HELLO))),
        (1, ANSWER),
        (0, initial(V1, b"original", ACK, target=b"server", number=1)),
        (0, b"\x41" + bytes(80)),
        (0, initial(V1, b"another!", crypto(0, _hello("b.example.com")[:90]))),
        (1, ANSWER),
        (0, initial(V1, b"another!", crypto(90, _hello("b.example.com")[90:]), number=1)),
    ],
    "the first one's end is not there": [
        (0, initial(V1, b"original", FIRST)),
        (0, initial(V1, b"another!", crypto(0, _hello("b.example.com")))),
    ],
    "the second one's end is not there": [
        (0, initial(V1, b"original", crypto(0, HELLO))),
        (0, initial(V1, b"another!", crypto(0, _hello("b.example.com")[:-4]))),
    ],
    "the server's direction is not there": [
        (0, initial(V1, b"original", crypto(0, HELLO))),
        (0, initial(V1, b"original", ACK, target=b"server", number=1)),
        (0, initial(V1, b"original", ACK, target=b"server", number=2)),
        (0, initial(V1, b"another!", crypto(0, _hello("b.example.com")))),
    ],
    "another version": [
        (0, initial(V1, b"original", crypto(0, HELLO))),
        (0, initial(DRAFT_29, b"another!", crypto(0, _hello("b.example.com")))),
    ],
    "three, and the first again": [
        (0, initial(V1, b"original", crypto(0, HELLO))),
        (0, initial(V2, b"another!", crypto(0, _hello("b.example.com")))),
        (0, initial(V1, b"third one", crypto(0, _hello("c.example.com")))),
        (0, initial(V1, b"original", crypto(0, HELLO))),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL)
def test_connections_one_after_another_between_two_ports_keep_all_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flow's host is the first one's; what is missing of any of them is said; both looks agree."""
    wire = Wire()
    for side, data in SEVERAL[name]:
        ends = [(CLIENT, 50_000), (SERVER, 443)]
        (source, sport), (target, dport) = ends[side], ends[1 - side]
        wire.udp(source, sport, target, dport, data)
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    cut = "end is not there" in name
    first = [] if name.startswith("the first one's") else ["shape.example.com"]
    names = ("b.example.com", "shape.example.com") if not first else (*first, "b.example.com")
    assert flow["names"] == ((*names, "c.example.com") if name.startswith("three") else names)
    assert (flow["host"], flow["alpn"]) == (names[0], "h3")
    assert flow["unread"] == (NOT_ALL if cut else ())


def test_each_of_several_hellos_is_told_with_its_own_host() -> None:
    _, messages = datagrams(SEVERAL["one whole hello after another"], 443)
    assert [message.host for message in messages] == ["shape.example.com", "b.example.com"]


def test_a_hello_is_never_put_together_from_two_connections() -> None:
    """The first part of one and the end of another name nobody."""
    one, other = client_hello("first-connection.example.com"), client_hello("other-connection.example.com")
    for cut in range(20, len(one), 7):
        parts: list[tuple[int, bytes | int]] = [
            (0, initial(V1, b"original", crypto(0, one[:cut]))), (0, initial(V1, b"another!", crypto(cut, other[cut:]))),
        ]  # fmt: skip
        story, _ = datagrams(parts, 443)
        assert story.names.keys() <= {"first-connection.example.com"}
        assert story.all_unread() == NOT_ALL


def test_endless_handshakes_in_one_conversation_end() -> None:
    hello = crypto(0, _hello("a.example.com"))
    story, _ = datagrams([(0, initial(V1, b"%08d" % number, hello)) for number in range(MAX_HANDSHAKES + 5)], 443)
    assert (story.finished, list(story.names)) == (True, ["a.example.com"])


@pytest.mark.parametrize("name", SHAPES)
def test_large_captures_name_what_small_ones_do(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    for side, data in SHAPES[name]:
        ends = [(CLIENT, 50_000), (SERVER, 443)]
        (source, sport), (target, dport) = ends[side], ends[1 - side]
        wire.udp(source, sport, target, dport, data)
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["host_source"], flow["client_ip"], flow["unread"]) == ("shape.example.com", "quic_sni", CLIENT, ())


def test_a_handshake_that_nobody_can_decrypt_is_said() -> None:
    wounded = initial(V1, b"original", crypto(0, HELLO))[:-1] + b"?"
    story, _ = datagrams([(0, wounded)], 443)
    assert story.all_unread() == ("quic handshake: no Initial packet of the client could be decrypted",)


@pytest.mark.parametrize(("version", "shown"), [(b"\x1a\x2a\x3a\x4a", "0x1a2a3a4a"), (b"T048", "T048")])
def test_a_version_that_is_not_known_is_said(version: bytes, shown: str) -> None:
    data = b"\xc3" + version + initial(V1, b"original", crypto(0, HELLO))[5:]
    negotiation = b"\x80" + bytes(4) + b"\x04scid\x08original" + b"\0\0\0\1"
    story, _ = datagrams([(0, data), (1, negotiation)], 443)
    assert (story.application, story.all_unread()) == ("quic", (f"quic handshake: version {shown} is not known",))
    story, _ = datagrams([(0, data), (1, negotiation), (0, initial(V1, b"original", crypto(0, HELLO)))], 443)
    assert (story.host[0], story.all_unread()) == ("shape.example.com", ())
