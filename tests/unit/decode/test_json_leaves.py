"""A document cut at its quotes: nothing is lost, and everything is found again under its path."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import Inner
from auditor.decode.json_halves import halves
from auditor.decode.json_leaves import JsonLeaves
from auditor.decode.sign_scan import hiding_signs
from auditor.decode.signs import signs_of
from tests.unit.decode.json_documents import DOCUMENTS, LAYOUTS, strings_of, text_of

DATA = b'{"imei":"352099001761481","n":[1,23456,"ab","abc"],"o":{"imei":862901030000008,"b64":"Zm9vYmFyYmF6cXV4"},"s":"x"}'


def opened(data: bytes) -> tuple[JsonLeaves, list[Inner]]:
    """The document and what of it came out at once."""
    leaves = JsonLeaves(data, *halves(data))
    return leaves, leaves.hiding(999)[0]


def test_what_hides_nothing_waits() -> None:
    """Only the base64 comes out at once; the rest when asked, small numbers and very short words never."""
    leaves, hiding = opened(DATA)
    assert [(inner.path, inner.value) for inner in hiding] == [("$.o.b64", b"Zm9vYmFyYmF6cXV4")]
    assert [(inner.path, inner.value) for inner in leaves.each()] == [
        ("$.imei", b"352099001761481"),
        ("$.n[1]", b"23456"),
        ("$.n[3]", b"abc"),
        ("$.o.imei", b"862901030000008"),
    ]


def test_values_of_a_name() -> None:
    """All values under a name; those of an array go by the array's, those that came out at once do not come again."""
    leaves, _ = opened(DATA)
    assert [value for value, _ in leaves.named("imei")] == [b"352099001761481", b"862901030000008"]
    assert [value for value, _ in leaves.named("n")] == [b"23456", b"abc"]
    assert list(leaves.named("nosuch")) == list(leaves.named("b64")) == []
    assert leaves.names == ["imei", "n", "o", "b64", "s"]


@pytest.mark.parametrize(
    ("data", "values"),
    [
        pytest.param(b'{"k" : "abc"}', [b"abc"], id="white space"),
        pytest.param(b'{"k":[["abc"],["def"]],"x":"ghi"}', [b"abc", b"def"], id="arrays in an array"),
        pytest.param(b'{"k":[{"x":"abc"},"def"]}', [b"def"], id="objects have names of their own"),
        pytest.param(b'{"k":{"x":"abc"},"y":"def"}', [], id="an object"),
        pytest.param(b'{"k":12345}', [b"12345"], id="number"),
        pytest.param(b'{"k":null,"x":"abc"}', [], id="null"),
        pytest.param(b'{"k":"abc","k":"def"}', [b"abc", b"def"], id="a name that stands twice"),
        pytest.param(b'{"\\u006b":"abc"}', [b"abc"], id="an escaped name"),
        pytest.param(b'["k","abc"]', [], id="a value of that text is no name"),
        pytest.param(b'{"k":"abc', [b"abc"], id="cut"),
        pytest.param(b'{"k":', [], id="cut behind the name"),
    ],
)
def test_named(data: bytes, values: list[bytes]) -> None:
    """The values that go by the name `k`."""
    assert [value for value, _ in opened(data)[0].named("k")] == values


def test_values_of_many_names() -> None:
    """The first few names of a document are looked for one by one, all others at once: with the same result."""
    rows = [{f"k{number}": f"value {number}.{row}" for number in range(9)} | {"k0 ": "k1"} for row in range(3)]
    leaves, _ = opened(json.dumps(rows).encode())
    for number in [*range(9), *range(9)]:
        assert [value for value, _ in leaves.named(f"k{number}")] == [f"value {number}.{row}".encode() for row in range(3)]


def test_short_values_of_a_name_may_stay_out() -> None:
    """Who asks for long values only gets every long one, also numbers and those of arrays, in any layout."""
    data = b'{"k":"short","k" : "long enough","k":12345,"k": 1234567890,"k":["long as well","s"],"k" :9876543210}'
    found = [value for value, _ in opened(data)[0].named("k", 10)]
    assert [value for value in found if len(value) >= 10] == [b"long enough", b"1234567890", b"long as well", b"9876543210"]
    assert b"12345" not in found


@pytest.mark.parametrize(
    ("needle", "path"),
    [
        (b"099001", "$.imei"),
        (b"234", "$.n[1]"),
        (b"abc", "$.n[3]"),
        (b"imei", "$"),
        (b'imei"', None),
        (b'1","n', None),
        (b"[1,2", None),
    ],
)
def test_bytes_of_the_document(needle: bytes, path: str | None) -> None:
    """Bytes are placed in the value or the name that holds all of them; what spans two is in none."""
    leaves, _ = opened(DATA)
    start = DATA.index(needle)
    placed = leaves.at(start, start + len(needle))
    assert (placed[0].path if placed else None) == path


def test_numbers_with_exponents() -> None:
    """A number is also looked for as it would be written out."""
    _, hiding = opened(b'{"t":1.380013800e10,"u":1E5}')
    assert [inner.value for inner in hiding] == [b"13800138000", b"100000"]


@given(DOCUMENTS, LAYOUTS)
def test_every_string_is_found_once(document: object, layout: dict[str, object]) -> None:
    """At once or on demand, each string comes out with its path and name, and at its place."""
    data = text_of(document, layout)
    leaves, hiding = opened(data)
    found = [(inner.path, inner.key, inner.value) for inner in (*hiding, *leaves.each()) if len(inner.value) >= 4]
    wanted = [(path, name, text) for path, name, text in strings_of(document) if len(json.dumps(text)) >= 8]
    for path, name, text in wanted:
        value = text.encode(errors="surrogatepass")
        if len(value) >= 4 and len(path) < 100:
            assert (path, name, value) in found


@given(DOCUMENTS, LAYOUTS)
def test_nothing_that_hides_waits(document: object, layout: dict[str, object]) -> None:
    """What waits hides nothing, and stands in the document as it is."""
    data = text_of(document, layout)
    leaves, _ = opened(data)
    for inner in leaves.each():
        assert not hiding_signs(inner.value)
        assert data[inner.at : inner.at + len(inner.value)] == inner.value


@given(st.binary(max_size=80) | st.text('{}[]",:\\ a1', max_size=80).map(str.encode), st.integers(0, 80), st.integers(0, 20))
def test_any_bytes(data: bytes, start: int, size: int) -> None:
    """Whatever the bytes, every question has an answer."""
    if data.isascii():
        leaves, hiding = opened(data)
        found: list[Any] = [*hiding, *leaves.each(), leaves.at(start, start + size)]
        assert all(list(leaves.named(name)) is not None for name in leaves.names)
        assert found


NUMBERS = st.from_regex(rb"\A-?[0-9]{1,40}(?:\.[0-9]{1,12})?(?:[eE][+-]?[0-9]{1,2})?\Z") | st.sampled_from(
    [b"true", b"null", b"false"]
)


@given(st.lists(st.tuples(NUMBERS, st.sampled_from([b",", b", ", b',"k",', b",\n[],"])), min_size=1, max_size=12))
def test_numbers_in_odd_writing_come_out_at_once(numbers: list[tuple[bytes, bytes]]) -> None:
    """Every number with an exponent or a sign comes out, at its place, and no other one does."""
    data = b"[" + b"".join(number + gap for number, gap in numbers) + b"0]"
    odd = [
        number
        for number, _ in numbers
        if number not in (b"true", b"false", b"null") and (b"e" in number.lower() or signs_of(number))
    ]
    _, hiding = opened(data)
    assert [data[inner.near : inner.near + len(number)] for inner, number in zip(hiding, odd, strict=True)] == odd


def test_many_numbers_without_a_string_between_them() -> None:
    """Each is found from its own place: from the first one on, those of a large array would cost their number squared."""
    data = b"[" + b"352099001761481," * 20_000 + b"true," + b"9" * 5_000 + b"]"
    leaves, _ = opened(data)
    begun = time.process_time()
    found = [leaves.at(at + 3, at + 9) for at in range(1, 16 * 20_000, 16)]
    assert time.process_time() - begun < 5
    assert [(inner.path, inner.value, offset) for inner, offset, _ in filter(None, found)] == [
        (f"$[{number}]", b"352099001761481", 3) for number in range(20_000)
    ]
    long = len(data) - 5_001
    assert leaves.at(long + 4_000, long + 4_015) is not None
    assert leaves.at(long - 1, long + 9) is None
    assert leaves.at(long + 4_990, long + 5_001) is None


def test_paths_of_many_numbers_without_a_string_between_them() -> None:
    """Their brackets and commas are counted once, not from the first one on for each."""
    data = b'{"a":[' + b"[352099001761481,12]," * 60_000 + b'0],"b":352099001761482}'
    leaves, _ = opened(data)
    begun = time.process_time()
    found = [leaves.at(at, at + 15) for at in range(7, 7 + 21 * 60_000, 21)]
    assert time.process_time() - begun < 10
    assert [inner.path for inner, _, _ in filter(None, found)] == [f"$.a[{number}][0]" for number in range(60_000)]
    assert [inner.path for inner, _, _ in filter(None, [leaves.at(len(data) - 16, len(data) - 1)])] == ["$.b"]
