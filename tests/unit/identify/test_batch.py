"""All fields of a message as one run, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.message import decode
from auditor.identify.batch import Batch
from auditor.model.content import Field, Piece
from auditor.model.vocabulary import Part
from tests.unit.decode.messages import body


def fields(*values: bytes) -> list[Field]:
    """Fields of these values."""
    return [Field(Part.BODY, "", "", value, (), Piece(Part.BODY, "", value), 0) for value in values]


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=6), st.data())
def test_every_place_is_found_again(values: list[bytes], data: st.DataObject) -> None:
    """A place in the joined run leads back to its field; one that spans two fields leads nowhere."""
    batch = Batch(fields(*values))
    number = data.draw(st.integers(0, len(values) - 1))
    start = data.draw(st.integers(0, len(values[number])))
    end = data.draw(st.integers(start, len(values[number])))
    begin = sum(len(value) + 2 for value in values[:number])
    assert batch.data[begin + start : begin + end] == values[number][start:end]
    assert batch.locate(begin + start, begin + end) == (number, start)
    if number + 1 < len(values):
        assert batch.locate(begin, begin + len(values[number]) + 3) is None


def test_bytes_of_a_document_lead_to_its_leaf() -> None:
    """In a document, the innermost value; where that has a field of its own, nothing, for it will be seen there."""
    data = b'{"imei":"352099001761481","x":"a%20b c"}'
    batch = Batch([field for field in decode(body(data)).fields if field.leaves is not None])
    placed = batch.value_at(data.index(b"3520"), data.index(b"3520") + 15)
    assert placed is not None
    assert (placed.field.path, placed.start, placed.inside) == ("$.imei", 0, 9)
    assert batch.value_at(data.index(b"b c"), data.index(b"b c") + 3) is None
    key = batch.value_at(2, 6)
    assert key is not None
    assert (key.field.value, key.field.path, key.field.encodings, key.inside) == (b"imei", "$", ("json",), 2)
    over = batch.value_at(2, 8)
    assert over is not None
    assert over.field.container


def test_quotes_around_a_value_belong_to_it() -> None:
    """A needle that holds the quotes finds nothing that the value does not."""
    data = b'{"ssid":"SALON-7"}'
    batch = Batch([field for field in decode(body(data)).fields if field.leaves is not None])
    assert batch.value_at(8, 17) is None
