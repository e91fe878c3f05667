"""The loop over formats: nesting, budgets, places, and what is said of things not looked through."""

import base64
import gzip
import json
import time
import zlib
from pathlib import Path

import brotli
import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.decode import message as decode_message
from auditor.decode.content_format import Opened
from auditor.decode.formats import FORMATS, IN_IMAGES, IN_WORDS
from auditor.decode.limits import Budget, Limits
from auditor.decode.message import decode
from auditor.model.content import Field, Message, Piece, Place
from auditor.model.vocabulary import Direction, Part
from tests.unit.decode.messages import body, each, leaves, message, read

SECRET = b"352099001761481"
JSON = json.dumps({"a": {"b": SECRET.decode()}}).encode()


def find(message: Message, needle: bytes = SECRET) -> list[Field]:
    """The leaves that are exactly the needle."""
    return [field for field in each(decode(message)) if field.value == needle]


def test_chain_is_outermost_first() -> None:
    """Each field carries the encodings that were undone, the outermost first."""
    inner = base64.b64encode(gzip.compress(JSON))
    (field,) = find(body(gzip.compress(json.dumps({"p": inner.decode()}).encode()), "gzip"))
    assert field.encodings == ("gzip", "json", "base64", "gzip", "json")
    assert field.path == "$.p.$.a.b"
    assert field.key == "b"


def test_offset_is_exact_in_text() -> None:
    """A value that only text encodings hide is located where it stands."""
    data = b'  {"x": "352099001761481x", "352099001761481": 1, "y": "352099001761481"}'
    (field,) = find(body(data))
    assert field.offset == data.rindex(SECRET)


def test_offset_of_a_value_that_is_also_a_name() -> None:
    """A name is not taken for the value after it."""
    data = b'{"imei1234": 1, "k": "imei1234"}'
    (field,) = find(body(data), b"imei1234")
    assert field.offset == data.rindex(b"imei1234")


def test_offset_in_a_compressed_run_is_its_start() -> None:
    """Behind a compression, the start of the run is all that can be said."""
    data = b"x=1&p=" + base64.urlsafe_b64encode(zlib.compress(JSON))
    (field,) = find(body(data))
    assert field.offset == 6


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip ", "identity, gzip", "gzip,identity"])
def test_gzip_has_many_names(coding: str) -> None:
    """Every spelling of a content coding is undone."""
    assert find(body(gzip.compress(JSON), coding))


def test_chain_of_codings() -> None:
    """Codings are undone in reverse order."""
    assert find(body(brotli.compress(gzip.compress(gzip.compress(JSON))), "gzip, gzip, br"))


def test_codings_over_several_headers() -> None:
    """A second Content-Encoding header counts too."""
    headers = (Piece(Part.HEADER, "Content-Encoding", b"gzip"), Piece(Part.HEADER, "content-encoding", b"gzip"))
    assert find(message(*headers, Piece(Part.BODY, "", gzip.compress(gzip.compress(JSON)))))


def test_second_gzip_member() -> None:
    """What stands in a second member, or behind the compressed data, is seen."""
    assert find(body(gzip.compress(b"{}") + gzip.compress(JSON), "gzip"))
    assert any(SECRET in field.value for field in decode(body(gzip.compress(b"{}") + b"tail " + SECRET, "gzip")).fields)


def test_unknown_coding_is_said() -> None:
    """An unknown coding is reported, and the body still searched as it stands."""
    decoded = decode(body(b"plain 352099001761481", "rot13"))
    assert decoded.unread == ("request body: content-encoding rot13",)
    assert any(SECRET in field.value for field in decoded.fields)


def test_response_is_named() -> None:
    """The side of the message is in the report."""
    pieces = (Piece(Part.HEADER, "Content-Encoding", b"snappy"), Piece(Part.BODY, "", b"x"))
    assert decode(message(*pieces, direction=Direction.DOWN)).unread == ("response body: content-encoding snappy",)


def test_body_stored_decoded() -> None:
    """Captures that store bodies decoded keep the header: that is no damage."""
    for coding in ("gzip", "br", "zstd", "deflate"):
        decoded = decode(body(JSON, coding))
        assert decoded.unread == ()
        assert (SECRET, ("json",)) in [(value, chain) for _, value, chain in leaves(decoded)]


def test_cut_gzip_yields_what_stands_before() -> None:
    """A cut stream is read as far as it goes, and reported."""
    data = gzip.compress(JSON + b" " * 20_000 + bytes(range(256)) * 40)
    decoded = decode(body(data[:-200], "gzip"))
    assert any(SECRET in field.value for field in decoded.fields)
    assert decoded.unread == ("request body: content-encoding gzip is cut short",)


def test_damaged_gzip_is_said() -> None:
    """A flipped byte is damage, not an empty body."""
    data = bytearray(gzip.compress(JSON * 50))
    data[40] ^= 0xFF
    assert decode(body(bytes(data), "gzip")).unread


BOMB = b"\0" * (12 * 2**20)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", lambda data: gzip.compress(data)),
        ("deflate", lambda data: zlib.compress(data, 9)),
        ("br", lambda data: brotli.compress(data, quality=1)),
        ("zstd", lambda data: zstandard.compress(data)),
        ("lz4", lambda data: lz4.frame.compress(data)),
    ],
)
@pytest.mark.parametrize("declared", [True, False])
def test_bomb_is_not_looked_through(coding: str, pack: object, declared: bool) -> None:
    """A compression bomb stops at the limit and is reported; the other pieces are still read."""
    assert callable(pack)
    packed = _packed(coding, pack)
    pieces = (Piece(Part.HEADER, "Content-Encoding", coding.encode()),) if declared else ()
    decoded = decode(message(*pieces, Piece(Part.BODY, "", packed), Piece(Part.QUERY, "", b"i=" + SECRET)))
    assert sum(len(field.value) for field in decoded.fields) < 30 * 2**20
    assert any(field.value == SECRET for field in decoded.fields)
    if declared or coding != "br":
        assert any("past the limit" in reason for reason in decoded.unread)


_PACKED: dict[str, bytes] = {}


def _packed(coding: str, pack: object) -> bytes:
    if coding not in _PACKED:
        assert callable(pack)
        _PACKED[coding] = pack(BOMB)
    return _PACKED[coding]


def test_bomb_in_a_bomb() -> None:
    """The budget is that of the whole message, not of each layer."""
    packed = gzip.compress(gzip.compress(b"\0" * (8 * 2**20)) * 4)
    decoded = decode(body(packed, "gzip"))
    assert sum(len(field.value) for field in decoded.fields) < 30 * 2**20


def test_deep_nesting_is_said() -> None:
    """Beyond the depth, what could still be opened is reported, not silently passed over."""
    data = JSON
    for _ in range(10):
        data = json.dumps({"n": data.decode()}).encode()
    assert any("nested deeper than 8" in reason for reason in decode(body(data)).unread)


def test_hostile_json_nesting() -> None:
    """A hundred thousand brackets cost neither the stack nor the values in them."""
    assert find(body(b'{"a":' * 100_000 + b'"352099001761481"' + b"}" * 100_000))


@pytest.mark.parametrize(
    "data",
    [
        b'{"imei":"352099001761481","imei":"x"}',
        b'{"a":NaN,"imei":"352099001761481"}',
        b'{"a":"\\ud800","imei":"352099001761481"}',
        b'{"a":1e999,"imei":352099001761481}',
        b'{"imei":"352099001761481"',
        b'{"imei":"352099001761481',
        b'{"a":1}\n{"imei":"352099001761481"}\n',
        b'cb_1({"imei":"352099001761481"});',
        b'42/chat,["ev",{"imei":"352099001761481"}]',
        b'event: x\ndata: {"imei":"352099001761481"}\n\n',
        b'\xef\xbb\xbf{"imei":"352099001761481"}',
        b'{"a":"\xff\xfe","imei":"352099001761481"}',
        b'{\'a\':1,"imei":"352099001761481"}',
        b'{"imei":"\\u0033\\u0035\\u0032099001761481","imei":1}',
    ],
)
def test_json_that_parsers_refuse(data: bytes) -> None:
    """Duplicate names, lone surrogates, NaN, cut documents and wrappers hide nothing."""
    assert any(value == SECRET for _, value, _ in read(data))


def test_xml_entities_are_not_expanded() -> None:
    """A billion laughs stays as long as it is written."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;</x>'
    assert sum(len(value) for _, value, _ in read(bomb)) < 1000


def test_too_many_values_are_said() -> None:
    """A limit on the number of fields holds, and is reported."""
    data = json.dumps([f"value%20{number}" for number in range(3000)]).encode()
    decoded = decode(body(data), Limits(fields=1000))
    assert len(decoded.fields) <= 1001
    assert decoded.unread == ("request body: more than 1000 values",)


def test_long_value_is_searched_as_it_stands() -> None:
    """A body over the limit is one field, and reported."""
    decoded = decode(body(JSON * 100), Limits(parsed=1000))
    assert [field.value for field in decoded.fields] == [JSON * 100]
    assert decoded.unread == ("request body: longer than 1000 bytes, searched as it stands",)


def test_failing_format_is_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that raises anything at all is reported, and the others go on."""

    class Failing:
        signs = -1

        def open(self, data: bytes, budget: Budget) -> Opened | None:
            raise ZeroDivisionError

    monkeypatch.setattr("auditor.decode.message.worth_trying", lambda value, signs: (Failing(),))
    assert decode(body(b"a%20b")).unread == ("request body: Failing failed with ZeroDivisionError",)


def test_cookies_are_cut() -> None:
    """A Cookie header becomes a field for each cookie, part `cookie`, whichever part the reader gave it."""
    for part in (Part.COOKIE, Part.HEADER):
        fields = decode(message(Piece(part, "Cookie", b"a=1; sid=352099001761481"))).fields
        assert [(field.part, field.path, field.offset) for field in fields if field.value == SECRET] == [(Part.COOKIE, "sid", 9)]


def test_path_segments() -> None:
    """A path is cut at its slashes; the segment before is the key."""
    (field,) = find(message(Piece(Part.URL_PATH, "path", b"/v1/imei/352099001761481/x")))
    assert (field.path, field.key, field.offset) == ("[3]", "imei", 9)


def test_host_labels() -> None:
    """Names are cut at their dots."""
    assert find(message(Piece(Part.DNS, "question", b"352099001761481.t.example.com")))
    assert find(message(Piece(Part.SNI, "", b"352099001761481.t.example.com")))


@pytest.mark.parametrize("packed", [base64.b64encode(brotli.compress(JSON)), gzip.compress(JSON), JSON.decode().encode("utf-16")])
@pytest.mark.parametrize("greeting", [b"\x01\0hi\n", b"HELO\n"])
def test_what_begins_with_a_packet_is_tried_alone(packed: bytes, greeting: bytes) -> None:
    """A greeting goes first in the same direction, and the message behind it comes in two packets."""
    size = len(greeting)
    places = (Place(0, 4, 54), Place(size, 5, 54), Place(size + 9, 6, 54))
    piece = Piece(Part.PAYLOAD, "payload", greeting + packed, places)
    assert any(field.value == SECRET for field in each(decode(message(piece))))


def test_protobuf_that_looks_like_text() -> None:
    """Tags and lengths may all be white space and letters."""
    (field,) = find(body(b"\x0a\x0afirst_open:\x0f352099001761481"))
    assert (field.path, field.encodings) == ("7", ("protobuf",))
    (field,) = find(
        body(b"\x0a\x0afirst_open:$" + b"352099001761481 abcdefghijklmnopqrst"), b"352099001761481 abcdefghijklmnopqrst"
    )
    assert field.encodings == ("protobuf",)


def test_url_in_a_value() -> None:
    """A URL that is a value is taken apart: its query may hide more."""
    (field,) = find(message(Piece(Part.QUERY, "", b"dl=https%3A%2F%2Fa.example%2Fp%3Fimei%3D352099001761481%26x%3D1")))
    assert (field.path, field.encodings) == ("dl.imei", ("percent",))


def test_a_header_of_many_values_costs_their_number_once() -> None:
    """Fifty thousand cookies in one header take about a second, not one for each thousand of them."""
    data = b"; ".join(b"name%d=value%d" % (number, number) for number in range(50_000)) + b"; x=" + SECRET
    began = time.process_time()
    assert find(message(Piece(Part.HEADER, "Cookie", data)))
    assert time.process_time() - began < 20


def test_every_format_is_listed() -> None:
    """A module with a format in it that the tuple does not name is a format that is never tried."""
    folder = Path(decode_message.__file__).parent
    written = {
        line.split()[1].split(":")[0].split("(")[0]
        for module in folder.glob("*.py")
        if "def open(self, data: bytes" in (text := module.read_text()) and module.name != "content_format.py"
        for line in text.splitlines()
        if line.startswith("class ") and "    signs = " in text.split(line, 1)[1].split("\nclass ", 1)[0]
    }
    assert written == {type(member).__name__ for member in (*FORMATS, *IN_IMAGES, *IN_WORDS)}


_PARTS = st.sampled_from(list(Part))


@settings(max_examples=300, deadline=None)
@given(part=_PARTS, name=st.text(max_size=8), data=st.binary(max_size=300))
def test_any_bytes_decode(part: Part, name: str, data: bytes) -> None:
    """Whatever the bytes, fields come back and the whole piece is among them; no format fails."""
    decoded = decode(message(Piece(part, name, data)))
    assert any(field.value == data for field in decoded.fields)
    assert not any("failed with" in reason for reason in decoded.unread)


_WRAPS = st.lists(
    st.sampled_from(
        [
            gzip.compress,
            zlib.compress,
            base64.b64encode,
            base64.b32encode,
            bytes.hex,
            lambda data: json.dumps({"k": data.decode("latin-1")}),
            lambda data: data.decode("latin-1").encode("utf-16"),
            zstandard.compress,
            lambda data: b"\x0a" + bytes((len(data) % 128,)) + data,
            lambda data: b"\x81\xa1k\xc5" + len(data).to_bytes(2) + data if len(data) < 65536 else data,
            lambda data: b"\xa1ak\x59" + len(data).to_bytes(2) + data if len(data) < 65536 else data,
        ]
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=60),
    wraps=_WRAPS,
    flip=st.integers(0, 10_000),
    coding=st.sampled_from(["", "gzip", "br", "deflate", "zstd", "lz4"]),
)
def test_damaged_layers_decode(data: bytes, wraps: list[object], flip: int, coding: str) -> None:
    """Layers with one byte flipped neither raise nor hang."""
    for wrap in wraps:
        assert callable(wrap)
        wrapped = wrap(data)
        data = wrapped.encode() if isinstance(wrapped, str) else wrapped
    damaged = bytearray(data)
    if damaged:
        damaged[flip % len(damaged)] ^= 1 << flip % 8
    decoded = decode(body(bytes(damaged), coding))
    assert not any("failed with" in reason for reason in decoded.unread)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(json.dumps([*(f"a%20{number}" for number in range(50)), "352099001761481"]).encode(), id="json"),
        pytest.param(b"<r>" + b"<a>b&amp;c</a>" * 50 + b"<a>352099001761481</a></r>", id="xml"),
        pytest.param(b"".join(b"a=b%%2520%d&" % number for number in range(50)) + b"d=352099001761481", id="form"),
        pytest.param(b"a,b\n" + b"x%20y,z\n" * 50 + b"1,352099001761481\n", id="csv"),
    ],
)
@pytest.mark.parametrize("limits", [Limits(opened=10), Limits(fields=10), Limits(tried=400)], ids=["openings", "fields", "bytes"])
def test_what_there_is_no_room_for_is_searched_as_it_stands(data: bytes, limits: Limits) -> None:
    """Behind a limit, a value that stands as it is can still be seen, in a field of its own or in what holds it; the limit is said."""
    decoded = decode(body(data), limits)
    assert any(SECRET in field.value for field in decoded.fields)
    assert any(reason.startswith("request body: more than") for reason in decoded.unread)
    document = next(field for field in decoded.fields if SECRET in field.value)
    at = document.value.index(SECRET)
    placed = document.leaves.at(at, at + len(SECRET)) if document.leaves else None
    assert placed is None or not placed[0].container


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _folded(data: bytes, width: int, indent: bytes) -> bytes:
    text = base64.b64encode(data)
    return b"".join(indent + text[at : at + width] + b"\n" for at in range(0, len(text), width))


HIDDEN = {
    "base64 in indented lines": b"<data>\n" + _folded(b"v=" + SECRET * 6 + b";" + SECRET, 68, b"\t") + b"</data>",
    "base64 in lines, more behind": _folded(b"x" * 60 + b";" + SECRET, 60, b"") + b":pw",
    "hex of wide text as long as a digest": (SECRET + b"=").decode().encode("utf-16-be").hex().encode(),
    "raw deflate of something binary": _raw_deflate(b"\x81\xa1k\xaf" + SECRET),
    "raw deflate in base64 within text": b"m:" + base64.b64encode(_raw_deflate(b"\x81\xa1k\xaf" + SECRET)),
    "wide text in MessagePack, one byte off": b"\x93\x01\x81\xa1k\xc4\x1e" + SECRET.decode().encode("utf-16-be") + b"\xc0",
    "a long wide document": json.dumps({"a": "b" * 600, "v": SECRET.decode()}).encode("utf-16-le"),
    "quoted-printable folded within an escape": b"x=3D" + b"%31" * 20 + b"&v=3D%33%35%32=\n%30%39%39%30%30%31%37%36%31%34%38%31",
    "protobuf of printable bytes": b"2\x24" + base64.b64encode(b"x" * 10 + b";" + SECRET + b"."),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_checker_hid(name: str) -> None:
    """Disguises that a set kept aside showed to be missed."""
    assert any(SECRET in field.value for field in each(decode(body(HIDDEN[name]))))


def test_a_quoted_parameter_of_a_header_is_a_value_without_its_escapes() -> None:
    """Digest's user name may be a document of its own (RFC 7616)."""
    piece = Piece(Part.HEADER, "Authorization", b'Digest username="{\\"imei\\": \\"352099001761481\\"}", realm="r"')
    paths = {field.path for field in find(message(piece))}
    assert paths == {"Authorization.username.$.imei"}


@pytest.mark.parametrize("size", [70, 201, 300])
@pytest.mark.parametrize("form", ['{{"{}": "352099001761481"}}', "{}=352099001761481&b=1", "x=1; {}=352099001761481"])
def test_a_name_that_is_too_long_is_not_cut_in_a_path(form: str, size: int) -> None:
    """A part of a token would be shown, for nobody would know it as the token."""
    name = "t" * (size // 2) + "k" * (size - size // 2)
    paths = [field.path for field in each(decode(body(form.format(name).encode())))]
    assert all(name in path or "tttt" not in path for path in paths)
