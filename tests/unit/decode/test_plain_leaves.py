"""Plain values of documents as fields: path, chain and place are those of a field that was made at once."""

import base64
import json

from auditor.decode.message import decode
from auditor.model.content import Field, leaves_named
from tests.unit.decode.messages import body

SECRET = b"352099001761481"


def document(data: bytes, coding: str = "") -> Field:
    """The last container of a body that leads to its leaves."""
    return [field for field in decode(body(data, coding)).fields if field.leaves is not None][-1]


def test_a_leaf_stands_where_it_stands() -> None:
    """In a document that is not encoded the offset is exact."""
    data = b'{"a":{"imei":"352099001761481"}}'
    field = document(data)
    assert field.leaves is not None
    (leaf,) = leaves_named(field.leaves, "imei")
    assert (leaf.path, leaf.key, leaf.value, leaf.encodings) == ("$.a.imei", "imei", SECRET, ("json",))
    assert data[leaf.offset : leaf.offset + 15] == SECRET
    assert not leaf.container


def test_a_leaf_of_a_nested_document() -> None:
    """Path and chain go through every layer; the offset is that of the encoded run."""
    inner = base64.b64encode(json.dumps({"k": "xyz", "imei": SECRET.decode()}).encode()).decode()
    field = document(json.dumps({"p": inner}).encode())
    assert field.leaves is not None
    (leaf,) = leaves_named(field.leaves, "imei")
    assert (leaf.path, leaf.encodings, leaf.offset) == ("$.p.$.imei", ("json", "base64", "json"), 7)


def test_a_value_with_a_field_of_its_own_is_marked() -> None:
    """Who finds bytes of it in the document is told that they will be seen again."""
    data = b'{"a":"x%20y z"}'
    field = document(data)
    assert field.leaves is not None
    placed = field.leaves.at(data.index(b"z"), data.index(b"z") + 1)
    assert placed is not None
    assert placed[0].container


def test_a_name_is_a_value_without_a_name() -> None:
    """Bytes of a key may be an identifier too; what spans more than it is searched in the document itself."""
    field = document(b'{"imei":"x"}')
    assert field.leaves is not None
    placed = field.leaves.at(3, 6)
    assert placed is not None
    assert (placed[0].value, placed[0].path, placed[0].key, placed[0].encodings, placed[1]) == (b"imei", "$", "", ("json",), 1)
    assert field.leaves.at(2, 8) is None
    assert field.leaves.names == ["imei"]
    assert [leaf.value for leaf in field.leaves.each()] == []
