"""Paths of places in a document, worked out from its brackets."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.json_frames import Frames
from auditor.decode.json_halves import halves
from auditor.decode.json_leaves import JsonLeaves


def path_of(data: bytes, needle: bytes = b"here") -> tuple[str, str | None]:
    """Path and name of the value that holds the needle."""
    start = data.index(needle)
    placed = JsonLeaves(data, *halves(data)).at(start, start + len(needle))
    assert placed is not None
    return placed[0].path, placed[0].key


@pytest.mark.parametrize(
    ("data", "path", "name"),
    [
        (b'{"a":"here"}', "$.a", "a"),
        (b'{"a":{"b":["x",["y","here"]]}}', "$.a.b[1][1]", "b"),
        (b'[{"a":1},{"a":[1,2,3,"here"]}]', "$[1].a[3]", "a"),
        (b'{"a":[[],[],{}],"b":"here"}', "$.b", "b"),
        (b'{"x":["p","q"],"y":[1,[2,3],"here"]}', "$.y[2]", "y"),
        (b'{"a b":{"":{"c":"here"}}}', '$["a b"].c', "c"),
        (b'"here"', "$", ""),
        (b'{"a":1}\n{"b":"here"}', "$.b", "b"),
        (b']}{"a":"here"}', "$.a", "a"),
        (b'{"a":[1,2,98765]}', "$.a[2]", "a"),
        (b'{"a":[{"k":1},98765]}', "$.a[1]", "a"),
        (b'{"a":["x",\n 98765, 7]}', "$.a[1]", "a"),
    ],
)
def test_path(data: bytes, path: str, name: str) -> None:
    """Names and indexes, over nested and empty containers, also where brackets do not pair up."""
    assert path_of(data, b"98765" if b"98765" in data else b"here") == (path, name)


def slowly(signs: str) -> list[str]:
    """The path of each string by walking through all signs before it, a stack of containers at hand."""
    open_ones: list[tuple[str, str, int]] = []
    path, sign, place = "$", "", 0
    paths = []
    for at, here in enumerate(signs):
        before = signs[:at].rsplit('"', 1)[-1] if '"' in signs[:at] else ""
        step = f"[{place}]" if sign == "[" else f".n{signs[:at].count('"') - 1}" if sign and before == ":" else ""
        if here == '"':
            paths.append(path + step)
        elif here in "[{":
            open_ones.append((path, sign, place))
            path, sign, place = path + step, here, 0
        elif here in "]}" and open_ones:
            path, sign, place = open_ones.pop()
        place += here == ","
    return paths


@given(st.text('[]{},":', max_size=60).map(lambda text: text.replace("::", ":")))
def test_any_brackets(signs: str) -> None:
    """Paths are those of a plain walk, whatever stands between the strings."""
    names = [f"n{number}".encode() for number in range(signs.count('"'))]
    frames = Frames(names, signs.encode() + b'"')
    gaps = signs.split('"')[:-1]
    assert [frames.path(gap, text.encode())[0] for gap, text in enumerate(gaps)] == slowly(signs)


def test_deep_documents_have_short_paths() -> None:
    """Beyond a hundred levels the path stays, and the places behind are right again."""
    data = b'{"a":' * 500 + b"1" + b"}" * 499 + b',"z":"here"}'
    assert path_of(data) == ("$.z", "z")
    deep, name = path_of(b'{"a":' * 500 + b'{"b":"here"}')
    assert name == "b"
    assert len(deep) < 600


def test_hostile_brackets_cost_little() -> None:
    """A million brackets, in one gap or between strings, are followed no further than the limit."""
    start = time.process_time()
    path_of(b"[" * 1_000_000 + b'"here"')
    path_of(b'[""]' * 250_000 + b'"here"')
    assert time.process_time() - start < 5


def test_random_access_is_cheap() -> None:
    """Places may be asked for in any order."""
    data = json.dumps([{"k": f"v{number:05}"} for number in range(2000)]).encode()
    leaves = JsonLeaves(data, *halves(data))
    for number in (1999, 3, 1000, 0):
        start = data.index(b"v%05d" % number)
        placed = leaves.at(start, start + 6)
        assert placed is not None
        assert placed[0].path == f"$[{number}].k"
