"""HAR files: what recorders write becomes flows; what they leave out is null or named as unread, never zero."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.har import READER
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.vocabulary import Direction, HostSource, Outcome, Part, Visibility
from tests.unit.capture.har_files import (
    STARTED_NS,
    chrome,
    chrome_socket,
    entry,
    firefox,
    har_file,
    playwright,
    posted,
    read,
    read_one,
)


def test_an_entry_becomes_a_flow(tmp_path: Path) -> None:
    row = read_one(entry(), tmp_path)
    expected = {
        "flow_id": "0",
        "server_ip": "203.0.113.5",
        "server_port": 443,
        "transport": "tcp",
        "application": "http",
        "host": "shop.example",
        "host_source": HostSource.HTTP_HOST,
        "names": ("shop.example",),
        "url": "https://shop.example/cart",
        "bytes_up": 100,
        "bytes_down": 205,
        "visibility": Visibility.DECRYPTED,
        "alpn": None,
        "client_ip": None,
        "packets_up": None,
        "unread": (),
    }
    assert {name: row[name] for name in expected} == expected
    assert row["started"].value == STARTED_NS
    assert row["ended"].value == STARTED_NS + 40_500_000


def test_the_chrome_shape(tmp_path: Path) -> None:
    result = read(har_file(chrome()), tmp_path)
    (row,) = result.flows
    assert (row["host"], row["server_ip"], row["alpn"], row["transport"]) == ("api.example", "2001:db8::5", "h2", "tcp")
    assert (row["bytes_up"], row["bytes_down"]) == (None, None)
    assert result.pieces(Part.BODY) == [("", b'{"imei":"1"}'), ("", b"hello")]
    assert result.pieces(Part.COOKIE) == [("cookie", b"sid=1")]
    assert not any(name.startswith(":") for name, _ in result.pieces(Part.HEADER))


def test_the_firefox_shape(tmp_path: Path) -> None:
    result = read(har_file(firefox()), tmp_path)
    (row,) = result.flows
    assert row["started"].value == STARTED_NS
    assert (row["server_ip"], row["alpn"], row["bytes_down"]) == ("2001:db8::5", "h2", 1_004)
    assert result.pieces(Part.BODY) == [("", b"mail=a%40b.example"), ("", b"\x89PNG")]


def test_the_playwright_shape(tmp_path: Path) -> None:
    row = read_one(playwright(), tmp_path)
    assert (row["alpn"], row["transport"], row["server_ip"], row["server_port"]) == ("h3", "udp", None, 443)
    assert read_one(entry(_securityDetails={"protocol": "TLS 1.3"}), tmp_path)["tls_version"] == "TLSv1.3"


def test_websocket_messages_have_their_bytes_times_and_directions(tmp_path: Path) -> None:
    result = read(har_file(chrome_socket()), tmp_path)
    (row,) = result.flows
    assert (row["application"], row["url"], row["server_port"]) == ("websocket", "wss://push.example/ws", 443)
    found = [(message.number, message.direction, message.pieces[0].data) for message in result.messages[2:]]
    assert found[:2] == [(2, Direction.UP, b'{"mac":"1"}'), (3, Direction.DOWN, b"\0\1\2")]
    assert result.messages[2].at == 1_795_342_501_250_000_000
    assert row["ended"].value == 1_795_342_503_000_000_000


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Shop.Example./a?b#c", ("shop.example", "https://shop.example./a", 443)),
        ("http://shop.example:8080/a", ("shop.example", "http://shop.example:8080/a", 8080)),
        ("http://shop.example:80", ("shop.example", "http://shop.example", 80)),
        ("http://203.0.113.9/a", ("shop.example", "http://shop.example/a", 80)),
        ("http://[2001:db8::9]:81/a", ("shop.example", "http://shop.example:81/a", 81)),
        ("https://user:secret@shop.example/a", ("shop.example", "https://shop.example/a", 443)),
    ],
)
def test_host_url_and_port(url: str, expected: tuple[str, str, int], tmp_path: Path) -> None:
    row = read_one(entry(url), tmp_path)
    assert (row["host"], row["url"], row["server_port"]) == expected


def test_an_address_in_the_url_is_the_server_where_nothing_else_names_it(tmp_path: Path) -> None:
    made = entry("http://[2001:db8::9]/a", request__headers=[], serverIPAddress="")
    row = read_one(made, tmp_path)
    assert (row["server_ip"], row["host"], row["host_source"]) == ("2001:db8::9", None, HostSource.NONE)
    assert row["url"] == "http://[2001:db8::9]/a"


def test_a_host_header_that_differs_is_a_name_and_not_the_host(tmp_path: Path) -> None:
    row = read_one(entry(request__headers=[{"name": "host", "value": "real.example"}]), tmp_path)
    assert (row["host"], row["names"]) == ("shop.example", ("shop.example", "real.example"))


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,AAAA", "blob:https://a.example/1", "about:blank", "chrome-extension://x/y", "file:///a"]
)
def test_what_never_left_the_browser_is_no_flow_but_said(url: str, tmp_path: Path) -> None:
    result = read(har_file(entry(url), entry()), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["1"]
    assert result.reading.outcome is Outcome.READ
    assert result.reading.notes == ("1 entries are no traffic (data:, blob: and the like)",)
    assert {message.flow_id for message in result.messages} == {"1"}


SIZES = (
    pytest.param({"request__headersSize": -1}, (None, 205), id="head not known"),
    pytest.param({"request__bodySize": -1}, (None, 205), id="body not known"),
    pytest.param({"response__bodySize": None}, (100, None), id="null"),
    pytest.param({"response__headersSize": 1e300}, (100, None), id="absurd"),
    pytest.param({"response__headersSize": 10**30}, (100, None), id="beyond 64 bits"),
)


@pytest.mark.parametrize(("changes", "expected"), SIZES)
def test_a_size_that_is_not_known_is_null(
    changes: dict[str, Any], expected: tuple[int | None, int | None], tmp_path: Path
) -> None:
    row = read_one(entry(**changes), tmp_path)
    assert (row["bytes_up"], row["bytes_down"]) == expected


UNREAD = (
    pytest.param(posted({"mimeType": "text/plain", "text": ""}, 500), "request body: not in the HAR", id="empty text"),
    pytest.param(posted({"mimeType": "text/plain"}, 500), "request body: not in the HAR", id="no text"),
    pytest.param(entry(request__bodySize=500), "request body: not in the HAR", id="no postData"),
    pytest.param(
        posted({"mimeType": "multipart/form-data", "params": [{"name": "photo", "fileName": "nail.jpg"}]}),
        "request body: a file is not in the HAR",
        id="file",
    ),
    pytest.param(posted({"text": "%%%", "encoding": "base64"}), "request body: not valid base64", id="request base64"),
    pytest.param(entry(response__content={"size": 900}), "response body: not in the HAR", id="no content"),
    pytest.param(entry(response__content={"size": 900, "text": ""}), "response body: not in the HAR", id="empty content"),
    pytest.param(entry(response__content={"size": -1}, response__bodySize=7), "response body: not in the HAR", id="size -1"),
    pytest.param(entry(response__content={}, response__bodySize=-1), "response body: not in the HAR", id="nothing known"),
    pytest.param(
        entry(response__content={"size": 9, "text": "%%%", "encoding": "base64"}), "response body: not valid base64", id="base64"
    ),
    pytest.param(
        entry(response__content={"size": 900, "text": "AAEC", "encoding": "base64"}), "response body: cut in the HAR", id="cut"
    ),
)


@pytest.mark.parametrize(("made", "expected"), UNREAD)
def test_a_body_that_the_recorder_left_out_is_unread(made: dict[str, Any], expected: str, tmp_path: Path) -> None:
    assert read_one(made, tmp_path)["unread"] == (expected,)


READ = (
    pytest.param(entry(response__content={"size": 0}), id="size 0"),
    pytest.param(entry(response__status=204, response__content={"size": -1}, response__bodySize=-1), id="204"),
    pytest.param(entry(response__status=304, response__content={}, response__bodySize=-1), id="304"),
    pytest.param(entry(response__status=0, response__content={"size": -1}, response__bodySize=-1), id="no response"),
    pytest.param(entry(request__method="HEAD", response__content={"size": -1}, response__bodySize=-1), id="HEAD"),
    pytest.param(posted({"mimeType": "text/plain", "text": ""}, 0), id="empty POST"),
    pytest.param(entry(response__content={"size": 6, "text": "hé"}), id="text of another charset"),
)


@pytest.mark.parametrize("made", READ)
def test_a_body_that_was_not_there_is_not_unread(made: dict[str, Any], tmp_path: Path) -> None:
    assert read_one(made, tmp_path)["unread"] == ()


BODIES = (
    pytest.param({"text": '{"a":1}'}, b'{"a":1}', id="text"),
    pytest.param({"text": "AAEC", "encoding": "base64"}, b"\0\1\2", id="base64"),
    pytest.param({"params": [{"name": "a b", "value": "1&2"}, {"name": "c"}]}, b"a+b=1%262&c=", id="params without text"),
    pytest.param({"params": [{"name": "a", "value": None}]}, b"a=", id="null value"),
    pytest.param({"text": "\ud800x"}, b"\\ud800x", id="lone surrogate"),
    pytest.param({"text": "\x1f\x8b\x08\0"}, b"\x1f\x8b\x08\0", id="bytes as characters"),
)


@pytest.mark.parametrize(("data", "expected"), BODIES)
def test_a_request_body_comes_as_it_was_sent(data: dict[str, Any], expected: bytes, tmp_path: Path) -> None:
    result = read(har_file(posted({"mimeType": "text/plain"} | data)), tmp_path)
    assert result.pieces(Part.BODY)[0] == ("", expected)
    assert result.messages[0].coded is False


TIMES = (
    pytest.param("2026-11-22T10:15:00.250Z", STARTED_NS, id="UTC"),
    pytest.param("2026-11-22T10:15:00.250123+00:00", STARTED_NS + 123_000, id="microseconds"),
    pytest.param("2026-11-22T10:15:00", None, id="no offset"),
    pytest.param("yesterday", None, id="no time"),
    pytest.param("", None, id="empty"),
    pytest.param(None, None, id="null"),
    pytest.param("9999-12-31T23:59:59Z", None, id="after 2261"),
    pytest.param("0001-01-01T00:00:00+23:59", None, id="before 1678"),
)


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_a_time_is_a_time_or_not_known(text: str | None, expected: int | None, tmp_path: Path) -> None:
    row = read_one(entry(startedDateTime=text), tmp_path)
    assert (row["started"] and row["started"].value) == expected


@pytest.mark.parametrize("time", [-1, None, 1e30, "x"])
def test_an_absurd_duration_ends_where_it_started_or_is_damage(time: object, tmp_path: Path) -> None:
    result = read(har_file(entry(time=time), entry()), tmp_path)
    assert len(result.flows) + len(result.reading.damage) == 2
    assert all(row["ended"].value >= STARTED_NS for row in result.flows)


# Not sound ------------------------------------------------------------------------------------------------------------------


def test_no_entries_is_an_empty_capture(tmp_path: Path) -> None:
    assert read(har_file(), tmp_path).reading.outcome is Outcome.EMPTY


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: b"\xef\xbb\xbf" + data])
def test_compressed_files_and_a_byte_order_mark_read_the_same(pack: Any, tmp_path: Path) -> None:
    data = har_file(chrome(), firefox(), chrome_socket())
    assert read(pack(data), tmp_path).flows == read(data, tmp_path).flows


def test_entries_before_a_cut_are_all_there_wherever_it_is(tmp_path: Path) -> None:
    made = [entry(f"https://shop.example/{number}") for number in range(5)]
    data = har_file(*made)
    ends = [data.index(json.dumps(one).encode()) + len(json.dumps(one)) for one in made]
    for size in (*range(90, len(data), 131), *ends, *(end - 1 for end in ends)):
        result = read(data[:size], tmp_path)
        assert len(result.flows) == sum(end <= size for end in ends), size
        assert result.reading.outcome is Outcome.DAMAGED
        assert all(damage.where.startswith("byte ") and int(damage.where[5:]) <= size for damage in result.reading.damage)


def test_a_cut_compressed_file_keeps_the_entries_before_the_cut(tmp_path: Path) -> None:
    noise = random.Random(1)
    data = har_file(*(entry(f"https://shop.example/{noise.randbytes(300).hex()}") for _ in range(50)))
    result = read(gzip.compress(data)[: len(gzip.compress(data)) // 2], tmp_path)
    assert 10 < len(result.flows) < 40
    assert "ends early" in result.reading.damage[0].what


@pytest.mark.parametrize(
    "broken", [5, None, "text", [], {}, {"request": {}}, {"request": {"url": 5}}, entry("http://[::1"), entry("http://a:99999/")]
)
def test_a_broken_entry_in_the_middle_costs_no_other(broken: Any, tmp_path: Path) -> None:
    result = read(har_file(entry(), broken, entry()), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["0", "2"]
    (damage,) = result.reading.damage
    assert damage.where == "entry 1"


@pytest.mark.parametrize(
    "rubbish",
    [
        pytest.param(b'{"request": nonsense}', id="no JSON"),
        pytest.param(b"[" * 200_000 + b"]" * 200_000, id="deep list"),
        pytest.param(b'{"a":' * 200_000 + b"1" + b"}" * 200_000, id="deep object"),
        pytest.param(b'{"request": {"url": "a" "b"}}', id="missing comma"),
    ],
)
def test_an_entry_that_is_no_json_costs_no_other(rubbish: bytes, tmp_path: Path) -> None:
    data = har_file(entry(), "HERE", entry()).replace(b'"HERE"', rubbish)
    result = read(data, tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["0", "2"]
    assert "entry 1" in result.reading.damage[0].where + result.reading.damage[0].what


def test_nan_is_damage_at_its_byte_and_costs_no_entry(tmp_path: Path) -> None:
    data = har_file(entry(time=float("nan")), entry(response__bodySize=float("inf")), entry())
    result = read(data, tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["0", "1", "2"]
    assert result.flows[1]["bytes_down"] is None
    (damage,) = result.reading.damage
    assert damage.where == f"byte {data.index(b'NaN')}"


def test_a_lone_surrogate_becomes_an_escape_everywhere(tmp_path: Path) -> None:
    bad = "\udfff"
    made = entry(
        f"https://shop.example/{bad}?q={bad}",
        request__headers=[{"name": f"x{bad}", "value": bad}, {"name": "Host", "value": f"h{bad}"}],
        response__content={"size": 1, "text": bad},
        serverIPAddress=bad,
        request__httpVersion=bad,
    )
    result = read(har_file(made), tmp_path)
    assert result.reading.outcome is Outcome.READ
    (row,) = result.flows
    assert row["url"] == "https://shop.example/\\udfff"
    assert result.pieces(Part.HEADER)[0] == ("x\\udfff", b"\\udfff")
    for text in (row["url"], *row["names"], *(piece.name for message in result.messages for piece in message.pieces)):
        text.encode()


def test_invalid_utf_8_becomes_an_escape_and_is_damage(tmp_path: Path) -> None:
    data = har_file(entry("https://shop.example/HERE"), entry()).replace(b"HERE", b"\xff\xfe")
    result = read(data, tmp_path)
    assert result.flows[0]["url"] == "https://shop.example/\\xff\\xfe"
    assert len(result.flows) == 2
    (damage,) = result.reading.damage
    assert damage.where == f"byte {data.index(bytes([255]))}"
    assert damage.what == "2 bytes are no UTF-8: entry 0 is read with escapes instead"
    assert result.reading.outcome is Outcome.DAMAGED


def test_of_a_key_that_stands_twice_the_last_counts_as_in_browsers(tmp_path: Path) -> None:
    data = har_file(entry()).replace(b'"method":', b'"url": "https://other.example/", "method":', 1)
    assert read(data, tmp_path).flows[0]["host"] == "shop.example"


@pytest.mark.parametrize("document", [b'{"log": {}}', b'{"log": {"entries": 5}}', b'{"log": {"entries": {}}}', b'{"log": {'])
def test_a_log_without_entries_is_damaged(document: bytes, tmp_path: Path) -> None:
    result = read(document, tmp_path)
    assert (result.reading.outcome, len(result.flows)) == (Outcome.DAMAGED, 0)
    assert "no HAR log" in result.reading.damage[0].what


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, member in members for inner in _paths(member, (*path, key)))][0 if path else 1 :]


SHAPES = (chrome(), chrome_socket(), firefox(), playwright(), posted({"params": [{"name": "a"}]}))
PLACES = tuple((number, path) for number, shape in enumerate(SHAPES) for path in _paths(shape))


@settings(max_examples=60)
@given(st.sampled_from(PLACES), JSON)
def test_any_value_anywhere_in_an_entry_makes_a_row_or_damage(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[int, tuple[Any, ...]], value: Any
) -> None:
    number, path = place
    made = json.loads(json.dumps(SHAPES[number]))
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    result = read(har_file(made, entry()), tmp_path_factory.getbasetemp())
    assert result.flows[-1]["flow_id"] == "1"


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_file_is_read_or_a_capture_error(seed: int, tmp_path: Path) -> None:
    whole = har_file(chrome(), chrome_socket(), firefox(), playwright(), entry())
    chance = random.Random(seed)
    path = tmp_path / "x.har"
    for _ in range(80):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3))):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(2)] = chance.randbytes(chance.randrange(2))
        path.write_bytes(data)
        try:
            READER.read(str(path), ReadOptions(inspect=lambda message: None))
        except CaptureError:
            continue
