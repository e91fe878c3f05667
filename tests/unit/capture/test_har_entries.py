"""Entries come out one by one, and no broken one hides another."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.har_entries import read_entries
from auditor.model.reading import Damage

ENTRY = {"request": {"url": "https://a.example/"}}


def _log(*entries: str) -> bytes:
    return f'{{"log": {{"entries": [{", ".join(entries)}]}}}}'.encode()


def _read(data: bytes) -> tuple[list[int], list[Damage]]:
    items = list(read_entries(data))
    return [item[0] for item in items if not isinstance(item, Damage)], [item for item in items if isinstance(item, Damage)]


def test_a_sound_log_gives_every_entry_with_its_index() -> None:
    assert _read(_log(*[json.dumps(ENTRY)] * 3)) == ([0, 1, 2], [])


def test_a_byte_order_mark_counts_in_places_and_nowhere_else() -> None:
    data = b"\xef\xbb\xbf" + _log(json.dumps(ENTRY), '{"a": ?}')
    assert _read(b"\xef\xbb\xbf" + _log(json.dumps(ENTRY))) == ([0], [])
    found, (damage,) = _read(data)
    assert found == [0]
    assert damage.where == f"byte {data.index(b'?')}"


def test_bytes_are_counted_not_characters() -> None:
    data = _log('{"request": {"url": "https://a.example/\u4e2d\u6587"}}', "nonsense", json.dumps(ENTRY))
    found, (damage,) = _read(data)
    assert found == [0, 2]
    assert damage == Damage(f"byte {data.index(b'nonsense')}", "entry 1 is no JSON")


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param("", id="nothing"),
        pytest.param("]", id="no end of the log"),
        pytest.param("]}} and more", id="more"),
        pytest.param("]]}}", id="a bracket too many"),
    ],
)
def test_what_is_wrong_behind_the_entries_is_damage_and_costs_none(tail: str) -> None:
    found, damage = _read(f'{{"log": {{"entries": [{json.dumps(ENTRY)}{tail}'.encode())
    assert found == [0]
    assert len(damage) == 1
    assert damage[0].where.startswith("byte ")


@pytest.mark.parametrize("stray", ["}", "}}", "},", ":", '"', "\\", "{", "[", "]"])
def test_stray_marks_never_keep_the_reading_from_ending(stray: str) -> None:
    found, damage = _read(_log(json.dumps(ENTRY), stray, json.dumps(ENTRY)))
    assert found[0] == 0
    assert damage


def test_a_long_string_that_never_ends_takes_no_time() -> None:
    started = time.process_time()
    found, damage = _read(_log(json.dumps(ENTRY), '{"a": nonsense, "b": "' + '\\"' * 300_000))
    assert (found, len(damage)) == ([0], 1)
    assert time.process_time() - started < 5


def test_lone_surrogates_become_escapes() -> None:
    (item,) = read_entries(_log('{"request": {"url": "a", "method": "\\ud800"}}'))
    assert not isinstance(item, Damage)
    assert item[1].request.method == "\\ud800"


@pytest.mark.parametrize("end", ["]}}", ""], ids=["sound", "torn"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_bytes_that_are_no_utf_8_are_damage_that_is_read_as_escapes(end: str, before: bytes) -> None:
    """Each entry that has some is named, with the first place in the file; the others are whole."""
    entries = ['{"request": {"url": "ü", "method": "ONE"}}', '{"request": {"url": "b", "method": "TWOTWO"}}'] * 2
    data = before + ('{"log": {"entries": [' + ", ".join(['{"request": {"url": "ü"}}', *entries]) + end).encode()
    data = data.replace(b"ONE", b"\xff").replace(b"TWOTWO", "王明".encode("gbk"))
    items = list(read_entries(data))
    found = [item for item in items if not isinstance(item, Damage)]
    damage = [item for item in items if isinstance(item, Damage)]
    assert [entry.request.method for _, entry in found][1:] == ["\\xff", "\\xcd\\xf5\\xc3\\xf7"] * 2
    told = [entry for entry in damage if "UTF-8" in entry.what]
    first = data.index(b"\xff")
    assert told[0] == Damage(f"byte {first}", "a byte is no UTF-8: entry 1 is read with escapes instead")
    place = data.rindex("王明".encode("gbk"))
    assert told[-1] == Damage(f"byte {place}", "4 bytes are no UTF-8: entry 4 is read with escapes instead")
    assert len(told) == 4
    assert len(damage) == 4 + (not end)


def test_a_pair_of_surrogates_is_a_character() -> None:
    (item,) = read_entries(_log('{"request": {"url": "\\ud83d\\ude00\\ud83d"}}'))
    assert not isinstance(item, Damage)
    assert item[1].request.url == "\U0001f600\\ud83d"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"log": {"entries": null}}', b"\xff"])
def test_what_has_no_entries_is_one_damage(data: bytes) -> None:
    found, damage = _read(data)
    assert found == []
    assert [entry.what.partition(":")[0] for entry in damage] == ["no HAR log"]


@given(
    st.lists(st.sampled_from([json.dumps(ENTRY), "5", '"', "{", "}", "[", "]", ",", ":", "\\", "\ud7ff", "nonsense"]), max_size=8)
)
def test_any_mixture_of_marks_ends(parts: list[str]) -> None:
    items: list[Any] = list(read_entries(_log(*parts)))
    assert len(items) <= 10


@given(st.binary(max_size=200))
def test_any_bytes_end(data: bytes) -> None:
    list(read_entries(b'{"log":{"entries":[' + data))
