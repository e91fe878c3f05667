"""mitmproxy's flow files: flows of every type and version, and what happens to files that are cut or hostile."""

import gzip
import random
from pathlib import Path
from typing import Any

import pytest
import zstandard
from mitmproxy.io import tnetstring

from auditor.capture.mitm import READER
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.vocabulary import Outcome
from tests.unit.capture.flow_files import all_types, asked, flow_file, http_state, read, read_one

SECOND = 1_000_000_000
_OPTIONS = ReadOptions(inspect=lambda message: None)


def test_every_type_of_flow_becomes_a_row_of_its_own(tmp_path: Path) -> None:
    states = all_types()
    result = read(flow_file(states), tmp_path)
    assert result.reading.outcome is Outcome.READ
    assert not result.reading.damage
    assert [row["flow_id"] for row in result.flows] == [state["id"] for state in states]
    assert [row["application"] for row in result.flows] == ["http", "http", "websocket", "tls", "tls", "dns", "dns", "tls"]
    assert [row["transport"] for row in result.flows] == ["tcp", "tcp", "tcp", "tcp", "udp", "udp", "udp", "tcp"]


def test_two_flows_of_one_id_are_two_flows(tmp_path: Path) -> None:
    state = http_state(id="same")
    result = read(flow_file([state, state, http_state(id="same~2"), state]), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["same", "same~2", "same~2~2", "same~3"]
    assert {message.flow_id for message in result.messages} == {"same", "same~2", "same~2~2", "same~3"}


# Older versions -------------------------------------------------------------------------------------------------------------


def _as_version_20(state: dict[str, Any]) -> dict[str, Any]:
    return state | {"version": 20}


def _as_version_18(state: dict[str, Any]) -> dict[str, Any]:
    """What mitmproxy 8 wrote: the converters of mitmproxy.io.compat backwards."""
    state = state | {"version": 18, "mode": "regular"}
    client, server = state["client_conn"], state["server_conn"]
    client["address"] = client.pop("peername")
    server["ip_address"], server["source_address"] = server.pop("peername"), server.pop("sockname")
    server["via2"] = server.pop("via")
    for side in (client, server):
        side["tls_established"], side["cipher_name"] = True, side.pop("cipher")
        side["tls_extensions"], side["state"] = [], 3
        side.pop("transport_protocol")
    return state


def _as_version_13(state: dict[str, Any]) -> dict[str, Any]:
    """What mitmproxy 7 wrote."""
    state = _as_version_18(state) | {"version": 13}
    state["client_conn"].pop("proxy_mode")
    state.pop("comment"), state.pop("timestamp_created")
    return state


@pytest.mark.parametrize("older", [_as_version_20, _as_version_18, _as_version_13])
def test_older_versions_read_as_the_current_one(older: Any, tmp_path: Path) -> None:
    now = read_one(asked("regular", "a.example", id="x"), tmp_path)
    then = read_one(older(asked("regular", "a.example", id="x")), tmp_path)
    assert then == now


@pytest.mark.parametrize("version", [22, 99, -1, None, "21", b"21", [0, 5], [], {}, 2.5])
def test_a_version_that_nobody_can_migrate_is_damage(version: Any, tmp_path: Path) -> None:
    result = read(flow_file([http_state(), http_state(version=version)]), tmp_path)
    assert len(result.flows) == 1
    (damage,) = result.reading.damage
    assert "cannot be migrated" in damage.what


# Damage ---------------------------------------------------------------------------------------------------------------------


def test_flows_before_a_cut_are_all_there_wherever_it_is(tmp_path: Path) -> None:
    frames = [tnetstring.dumps(state) for state in all_types()]
    data = b"".join(frames)
    ends = [sum(map(len, frames[: count + 1])) for count in range(len(frames))]
    for size in (*range(60, len(data), 613), *ends, *(end - 1 for end in ends), *(end + 1 for end in ends[:-1])):
        result = read(data[:size], tmp_path)
        whole = sum(end <= size for end in ends)
        assert len(result.flows) == whole, size
        sound = size in ends
        assert result.reading.outcome is (Outcome.READ if sound else Outcome.DAMAGED)
        if not sound:
            (damage,) = result.reading.damage
            assert damage.where == f"byte {ends[whole - 1] if whole else 0}"
            assert "ends inside" in damage.what


def test_a_broken_flow_in_the_middle_costs_no_other_flow(tmp_path: Path) -> None:
    states = [http_state(id="a"), http_state(id="b", request=None), http_state(id="c")]
    result = read(flow_file(states), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["a", "c"]
    (damage,) = result.reading.damage
    assert damage.where == f"byte {len(tnetstring.dumps(states[0]))}"
    assert "request" in damage.what


def test_rubbish_between_flows_ends_the_reading_there(tmp_path: Path) -> None:
    first = flow_file([http_state(id="a")])
    result = read(first + b"\0\0rubbish" + flow_file([http_state(id="b")]), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["a"]
    (damage,) = result.reading.damage
    assert (damage.where, damage.what) == (f"byte {len(first)}", "no flow begins here")


def test_places_are_right_behind_a_length_with_leading_zeros(tmp_path: Path) -> None:
    first = tnetstring.dumps(http_state(id="a"))
    padded = b"0000" + first
    result = read(padded + b"x", tmp_path)
    assert result.reading.damage[0].where == f"byte {len(padded)}"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_compressed_flow_files_read_the_same(pack: Any, tmp_path: Path) -> None:
    data = flow_file(all_types())
    assert read(pack(data), tmp_path).flows == read(data, tmp_path).flows


def test_a_cut_compressed_file_keeps_the_flows_before_the_cut(tmp_path: Path) -> None:
    data = flow_file(http_state(id=str(number), request__content=random.Random(number).randbytes(4_000)) for number in range(40))
    packed = gzip.compress(data)
    result = read(packed[: len(packed) // 2], tmp_path)
    assert result.reading.outcome is Outcome.DAMAGED
    assert 10 < len(result.flows) < 30


HOSTILE = (
    pytest.param({"request__port": 10**19}, id="port beyond 64 bits"),
    pytest.param({"request__port": -5, "server_conn__address": None, "server_conn__peername": None}, id="negative port"),
    pytest.param({"server_conn__address": ("x", 2**70)}, id="asked port"),
    pytest.param({"client_conn__peername": ()}, id="empty address"),
    pytest.param({"client_conn__peername": (5, "x")}, id="address of other types"),
    pytest.param({"request__timestamp_start": float("nan")}, id="time NaN"),
    pytest.param({"request__timestamp_start": float("inf")}, id="time inf"),
    pytest.param({"response__timestamp_end": 1e300}, id="time 1e300"),
    pytest.param({"response__timestamp_end": -1e10}, id="time before 1678"),
    pytest.param({"timestamp_created": float("-inf"), "request__timestamp_start": None}, id="created -inf"),
    pytest.param({"response__status_code": 10**19}, id="status"),
    pytest.param({"request__host": ""}, id="no host"),
    pytest.param({"request__host": "a" * 100_000}, id="long host"),
    pytest.param({"request__headers": ((b"", b""), (b"\0\xff", b"\0" * 1_000))}, id="odd headers"),
    pytest.param({"id": ""}, id="no id"),
    pytest.param({"id": "\x1b]0;x\x07\n"}, id="escape in the id"),
    pytest.param({"client_conn__sni": "\u202e\0"}, id="controls in the server name"),
    pytest.param(
        {"websocket": {"messages": [[1, True, b"x", float("nan"), False]], "timestamp_end": float("inf")}}, id="websocket time"
    ),
)


@pytest.mark.parametrize("changes", HOSTILE)
def test_hostile_values_make_a_row_or_damage(changes: dict[str, Any], tmp_path: Path) -> None:
    result = read(flow_file([http_state(**changes), http_state(id="next")]), tmp_path)
    assert len(result.flows) + len(result.reading.damage) == 2
    assert result.flows[-1]["flow_id"] == "next"


@pytest.mark.parametrize("value", [None, 5, "text", b"bytes", [], {}, True, 1.5])
@pytest.mark.parametrize("key", list(http_state()))
def test_a_value_of_another_type_makes_a_row_or_damage(key: str, value: object, tmp_path: Path) -> None:
    result = read(flow_file([http_state(**{key: value}), http_state(id="next")]), tmp_path)
    assert len(result.flows) + len(result.reading.damage) == 2


def test_twenty_thousand_mutations_make_a_row_or_damage_each(tmp_path: Path) -> None:
    """The frames keep sound lengths, so that one broken flow cannot hide the next; broken frames are test_tnetstring's."""
    bodies = [tnetstring.dumps(state).partition(b":")[2][:-1] for state in all_types()]
    chance = random.Random(20_000)
    path = tmp_path / "x.mitm"
    for _ in range(20):
        frames = [_mutated(chance.choice(bodies), chance) for _ in range(1_000)]
        path.write_bytes(b"".join(b"%d:%s}" % (len(frame), frame) for frame in frames))
        reading = READER.read(str(path), _OPTIONS)
        assert len(reading.flows) + len(reading.damage) == len(frames)
        assert reading.flows["flow_id"].is_unique


@pytest.mark.parametrize("seed", range(3))
def test_a_mutated_file_is_read_or_a_capture_error(seed: int, tmp_path: Path) -> None:
    whole = flow_file(all_types())
    chance = random.Random(seed)
    path = tmp_path / "x.mitm"
    for _ in range(100):
        path.write_bytes(_mutated(whole, chance))
        try:
            reading = READER.read(str(path), _OPTIONS)
        except CaptureError:
            continue
        assert reading.damage or len(reading.flows) == len(all_types())


def _mutated(whole: bytes, chance: random.Random) -> bytes:
    frame = bytearray(whole)
    for _ in range(chance.choice((1, 1, 2, 5))):
        _mutate(frame, chance)
    return bytes(frame)


def _mutate(frame: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(frame))
    kind = chance.randrange(4)
    if kind == 0:
        frame[at] = chance.randrange(256)
    elif kind == 1:
        frame[at] ^= 1 << chance.randrange(8)
    elif kind == 2:
        del frame[at]
    else:
        frame[at:at] = chance.randbytes(1)
