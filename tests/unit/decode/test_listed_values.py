"""Many values of one container: which wait, and how they are told when somebody asks."""

import numpy as np
import pytest

from auditor.decode import listed_values
from auditor.decode.content_format import Inner
from auditor.decode.listed_values import ListedValues, listed
from auditor.decode.triage import Triaged
from auditor.decode.triage_letters import BASE64
from auditor.model.content import Field, Piece
from auditor.model.vocabulary import Part

PIECE = Piece(Part.BODY, "", b"...")
URL = b"https://h.example.com/a?imei=352099001761481"
INNERS = [
    Inner(b"first value", "a", "a", ("form",), 0, 0),
    Inner(b"%41%42", "b", "b", ("form",), 20, 20),
    Inner(URL, "link", "link", ("form",), 30, 30),
    Inner(b"ProductCardLarge", "", None, ("form",), -1, 90),
    Inner(b"second value", "a", "a", ("form",), 110, 110),
]


def make(inner: Inner) -> Field:
    at = inner.at if inner.at >= 0 else inner.near
    return Field(Part.BODY, inner.path, "outer" if inner.key is None else inner.key, inner.value, inner.words, PIECE, at)


@pytest.fixture
def values() -> ListedValues:
    joined = b"".join(inner.value + b"\0\0" for inner in INNERS)
    starts = [0]
    for inner in INNERS:
        starts.append(starts[-1] + len(inner.value) + 2)
    rows = np.array([[3, BASE64, 0, 16, 0, 12]], np.int64)
    return ListedValues(INNERS, joined, starts, Triaged([1], [2], rows, b"twelve bytes\0\0"), make)


def placed(values: ListedValues, wanted: bytes) -> tuple[str, str, bytes, tuple[str, ...], int, bool] | None:
    start = values.text.index(wanted)
    found = values.at(start, start + len(wanted))
    if found is None:
        return None
    field, offset = found
    assert field.value[offset : offset + len(wanted)] == wanted
    return field.path, field.key, field.value, field.encodings, field.offset, field.container


def test_a_hit_is_placed(values: ListedValues) -> None:
    assert placed(values, b"second") == ("a", "a", b"second value", ("form",), 110, False)
    assert placed(values, b"3520") == ("link.imei", "imei", b"352099001761481", ("form",), 30 + URL.index(b"352"), False)
    assert placed(values, b"example.com/a?i") == ("link", "link", URL, ("form",), 30, False)
    assert placed(values, b"twelve") == ("", "outer", b"twelve bytes", ("form", "base64"), 90, False)


def test_what_is_opened_has_fields_of_its_own(values: ListedValues) -> None:
    found = placed(values, b"%41")
    assert found is not None
    assert found[-1]
    assert values.opened == {1}
    assert b"%41%42" not in [field.value for field in values.each()]


def test_nothing_stands_on_a_border(values: ListedValues) -> None:
    assert placed(values, b"value\0\0%41") is None


def test_names(values: ListedValues) -> None:
    assert set(values.names) == {"a", "link", "outer", "imei"}
    assert [value for value, _ in values.named("a")] == [b"first value", b"second value"]
    ((value, spot),) = values.named("imei")
    assert value == b"352099001761481"
    assert values.leaf(spot).path == "link.imei"
    assert [values.leaf(spot).value for _, spot in values.named("outer")] == [b"ProductCardLarge"]
    assert list(values.named("b")) == []


def test_all_of_them(values: ListedValues) -> None:
    assert [(field.path, field.value) for field in values.each()] == [
        ("a", b"first value"),
        ("link", URL),
        ("link.[1]", b"a"),
        ("link.imei", b"352099001761481"),
        ("", b"ProductCardLarge"),
        ("a", b"second value"),
        ("", b"twelve bytes"),
    ]


def test_few_values_are_not_worth_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed_values, "triaged_values", lambda joined, starts: pytest.fail("asked"))
    assert listed(INNERS, make) is None
