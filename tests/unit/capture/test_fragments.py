"""IP fragments: in any order the whole comes out once; overlaps, holes and floods are bounded."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import fragments
from auditor.capture.fragments import Fragments
from auditor.capture.placed import Placed
from auditor.model.content import Place
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, Wire, ip, udp_datagram

KEY = (0, 1, 0, 2, 17, 7)


def _add(held: Fragments, key: tuple[int, ...], offset: int, data: bytes, *, more: bool) -> bytes | None:
    whole = held.add(key, offset, Placed(data, (Place(0, 1, 34),)), more=more)
    return None if whole is None else whole.data


DATA = bytes(range(240))


@given(st.permutations(range(0, 240, 24)))
def test_any_order_gives_the_whole_once(order: list[int]) -> None:
    held = Fragments()
    given_back = [_add(held, KEY, at, DATA[at : at + 24], more=at + 24 < 240) for at in order]
    assert [whole for whole in given_back if whole is not None] == [DATA]
    assert given_back[-1] == DATA
    assert held.waiting == 0


def test_of_overlapping_bytes_the_first_stand() -> None:
    held = Fragments()
    _add(held, KEY, 0, b"aaaaaaaa", more=True)
    _add(held, KEY, 0, b"bbbbbbbb", more=True)
    assert _add(held, KEY, 4, b"ccccccc", more=False) == b"aaaaaaaaccc"


def test_every_byte_keeps_its_place() -> None:
    """Also where fragments overlap or come in another order."""
    held = Fragments()
    assert held.add(KEY, 8, Placed(b"bbbb", (Place(0, 3, 34),)), more=False) is None
    whole = held.add(KEY, 0, Placed(b"aaaaaaaaaa", (Place(0, 7, 54),)), more=True)
    assert whole == Placed(b"aaaaaaaaaabb", (Place(0, 7, 54), Place(10, 3, 36)))


def test_datagrams_are_kept_apart_by_their_key() -> None:
    held = Fragments()
    _add(held, KEY, 0, b"aaaaaaaa", more=True)
    assert _add(held, (*KEY[:5], 8), 8, b"bb", more=False) is None
    assert held.waiting == 2


def test_a_flood_of_unfinished_datagrams_is_bounded_and_counted() -> None:
    held = Fragments()
    for number in range(3 * fragments.MAX_DATAGRAMS):
        _add(held, (0, 0, 0, 0, 17, number), 0, b"x" * 8, more=True)
    assert held.waiting == 3 * fragments.MAX_DATAGRAMS
    assert held.given_up == 2 * fragments.MAX_DATAGRAMS


@pytest.mark.parametrize("size", [8, 48])
def test_the_smallest_fragments_of_the_longest_datagram_make_it(size: int) -> None:
    """An MTU of 68 leaves 48 bytes for each of 1,366 fragments; none can carry less than 8."""
    data = bytes(range(251)) * 261
    held = Fragments()
    order = [*range(size, len(data), size), 0]
    given_back = [_add(held, KEY, at, data[at : at + size], more=at + size < len(data)) for at in order]
    assert given_back[-1] == data
    assert held.waiting == 0


def test_a_longer_piece_at_the_same_place_brings_what_it_has_more() -> None:
    held = Fragments()
    _add(held, KEY, 0, b"aaaaaaaa", more=True)
    _add(held, KEY, 16, b"cc", more=False)
    assert _add(held, KEY, 0, b"b" * 16, more=True) == b"aaaaaaaabbbbbbbbcc"


def test_pieces_that_bring_nothing_new_are_not_kept_and_all_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MAX_HELD", 100_000)
    held = Fragments()
    for _ in range(1_000):
        _add(held, KEY, 8, b"x" * 1_000, more=True)
    assert held.waiting == 1
    for number in range(1_000):
        _add(held, (*KEY[:5], number), 8, b"x" * 1_000, more=True)
    assert held.given_up > 900
    assert held.waiting == 1_000


def test_a_datagram_longer_than_ip_allows_is_never_put_together() -> None:
    held = Fragments()
    assert _add(held, KEY, 65_528, b"x" * 100, more=False) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 70_000), st.binary(max_size=40), st.booleans()), max_size=60))
def test_any_fragments_are_survived(pieces: list[tuple[int, int, bytes, bool]]) -> None:
    held = Fragments()
    for number, offset, data, more in pieces:
        _add(held, (*KEY[:5], number), offset, data, more=more)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("size", [8, 40])
@pytest.mark.parametrize(
    ("version", "kind", "header"),
    [
        (6, 60, b"\x11\0\1\4" + bytes(4)),
        (6, 60, b"\x11\4" + bytes(38)),
        (6, 51, b"\x11\4" + bytes(22)),
        (4, 51, b"\x11\4" + bytes(22)),
    ],
    ids=["options", "long options", "authentication", "authentication in IPv4"],
)
def test_headers_in_the_first_fragment_are_the_whole_datagrams(
    version: int, kind: int, header: bytes, size: int, order: tuple[int, ...], tmp_path: Path
) -> None:
    """RFC 8200 section 4.5: what stands behind the fragment header is cut into pieces with the payload."""
    whole = header + udp_datagram(40_000, 9_999, bytes(range(100)))
    cuts = [(0, whole[:size]), (size, whole[size : size + 40]), (size + 40, whole[size + 40 :])]
    wire = Wire()
    for number in order:
        (at, part), more = cuts[number], number < 2
        if version == 4:
            wire.add(ip(CLIENT, SERVER, kind, part, ident=7, fragment=more << 13 | at // 8))
        else:
            wire.add(ip("2001:db8::1", "2001:db8::2", 44, struct.pack(">BBHI", kind, 0, at | more, 7) + part))
    result = read(wire.pcap(), tmp_path)
    assert [(flow["client_port"], flow["server_port"], flow["packets_up"]) for flow in result.flows] == [(40_000, 9_999, 1)]
    assert [piece.data for message in result.messages for piece in message.pieces] == [bytes(range(100))]


@pytest.mark.parametrize("hole", [0, 1, 7, 8, 15])
def test_a_hole_of_one_byte_is_a_hole(hole: int) -> None:
    """At the beginning, between two pieces, or at the end; the byte that fills it makes the datagram whole."""
    held = Fragments()
    data = bytes(range(1, 17))
    for at, part, more in ((0, data[:hole], True), (hole + 1, data[hole + 1 :], False)):
        if part or not more:
            assert _add(held, KEY, at, part, more=more) is None
    assert _add(held, KEY, hole, data[hole : hole + 1], more=True) == data
