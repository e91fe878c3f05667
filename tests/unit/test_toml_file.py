"""Files that people write: every fault at once, each with its line and the nearest word, and no text that does anything else."""

from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.toml_file import Document, Node, load, nearest


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _faults(text: str, read: object = None) -> list[str]:
    """The faults of a file that is read by `_everything`, as `line N: what (fix)`."""
    try:
        load(text, "x.toml", read or _everything)  # type: ignore[arg-type]
    except ConfigError as error:
        return [str(fault).removeprefix("x.toml: ") for fault in error.faults]
    return []


def _everything(root: Node) -> tuple[object, ...]:
    root.schema()
    table = root.table("table")
    rows = root.tables("row")
    return (
        table.text("name", None),
        table.integer("count", 0),
        table.number("share", 0.5),
        table.boolean("idle", False),
        table.texts("words"),
        table.date("day", ""),
        table.choice("colour", Colour, None),
        table.choices("colours", Colour),
        table.one_of("kind", ("imei", "mac"), "imei"),
        *((row.text("id"), row.time("at")) for row in rows),
    )


GOOD = """\
schema = 1
[table]
name = "n"
count = 5
share = 1
idle = true
words = ["a", "b"]
day = 2026-11-22
colour = "red"
colours = ["green", "red"]
kind = "mac"
[[row]]
id = "x"
at = 2026-11-22T18:15:00.000001+08:00
"""


def test_values_come_in_their_types() -> None:
    found = load(GOOD, "x.toml", _everything)
    row = ("x", 1_795_342_500_000_001_000)
    colours = (Colour.GREEN, Colour.RED)
    assert found == ("n", 5, 1.0, True, ("a", "b"), "2026-11-22", Colour.RED, colours, "mac", row)


def test_what_is_absent_has_its_default() -> None:
    assert load("schema = 1", "x.toml", _everything) == (None, 0, 0.5, False, (), "", None, (), "imei")


def test_dates_and_times_may_stand_in_quotes() -> None:
    assert load('d = "20261122"', "x", lambda root: root.date("d")) == "2026-11-22"
    assert load('t = "2026-11-22T10:15:00Z"', "x", lambda root: root.time("t")) == 1_795_342_500_000_000_000


FAULTS = (
    ("", ["line 1: the file lacks the key 'schema'"]),
    ("schema = 2", ["line 1: schema 2 is not known (this version reads schema = 1)"]),
    ('schema = "1"', ["line 1: 'schema' must be a whole number, not text"]),
    ("schema = true", ["line 1: 'schema' must be a whole number, not true/false"]),
    ("schema = 1\nscheme = 1", ["line 2: unknown key 'scheme' in the file (did you mean 'schema'?)"]),
    ("schema = 1\n[[rwo]]\nid = 1\n[[rwo]]", ["line 2: unknown key 'rwo' in the file (did you mean 'row'?)"]),
    ("schema = 1\n\n[tabel.x]", ["line 3: unknown key 'tabel' in the file (did you mean 'table'?)"]),
    ("schema = 1\nrow = 5", ["line 2: 'row' must be an array of tables ([[...]]), not a number"]),
    ("schema = 1\nrow = [5]", ["line 2: 'row' must be an array of tables ([[row]]), not of a number"]),
    ("schema = 1\n[row]", ["line 2: 'row' must be an array of tables ([[...]]), not a table"]),
    ("schema = 1\ntable = 5", ["line 2: 'table' must be a table, not a number"]),
    ("schema = 1\n\n[[row]]\n", ["line 3: [row] lacks the key 'id'", "line 3: [row] lacks the key 'at'"]),
)
TABLE_FAULTS = (
    ("name = 5", "'name' must be text in quotes, not a number"),
    ('count = "5"', "'count' must be a whole number, not text"),
    ("count = 1.5", "'count' must be a whole number, not a number"),
    ("count = true", "'count' must be a whole number, not true/false"),
    ("share = false", "'share' must be a number, not true/false"),
    ("share = nan", "'share' must be a number, not nan"),
    ("share = -inf", "'share' must be a number, not -inf"),
    ("idle = 1", "'idle' must be true or false, not a number"),
    ('words = "a"', "'words' must be a list of texts, not text"),
    ("words = [1]", "'words' must hold texts in quotes, not a number"),
    ('day = "soon"', "'day' is no date: 'soon' (write YYYY-MM-DD)"),
    ("day = 2026-11-22T10:15:00Z", "'day' must be text in quotes, not a date or time"),
    ('colour = "reed"', "unknown colour 'reed' (did you mean 'red'?)"),
    ('colour = ""', "unknown colour '' (known: red, green)"),
    ("colour = 5", "'colour' must be text in quotes, not a number"),
    ('colours = ["red", "blau"]', "unknown colours 'blau' (known: red, green)"),
    ('kind = "imey"', "unknown kind 'imey' (did you mean 'imei'?)"),
    ('kind = ""', "unknown kind '' (known: imei, mac)"),
    ("kind = 5", "'kind' must be text in quotes, not a number"),
)
TIME_FAULTS = (
    ("2026-11-22T10:15:00", "'at' lacks its offset from UTC (end it with Z or +08:00)"),
    ("2026-11-22", "'at' must be text in quotes, not a date or time"),
    ("10:15:00", "'at' must be text in quotes, not a date or time"),
    ('"soon"', "'at' is no time: 'soon' (write 2026-11-22T10:15:00Z)"),
    ('"2026-11-22"', "'at' lacks its offset from UTC (end it with Z or +08:00)"),
    ("0001-01-01T00:00:00Z", "'at' lies outside the years 1678 to 2261"),
    ("9999-12-31T23:59:59Z", "'at' lies outside the years 1678 to 2261"),
    ("5", "'at' must be text in quotes, not a number"),
)


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_each_fault_has_its_line(text: str, expected: list[str]) -> None:
    assert _faults(text) == expected


@pytest.mark.parametrize(("line", "expected"), TABLE_FAULTS)
def test_a_wrong_value_is_one_fault_at_its_line(line: str, expected: str) -> None:
    assert _faults(f"schema = 1\n[table]\n# a comment\n{line}\n") == [f"line 4: {expected}"]


@pytest.mark.parametrize(("value", "expected"), TIME_FAULTS)
def test_a_time_is_a_time_with_an_offset(value: str, expected: str) -> None:
    assert _faults(f'schema = 1\n[[row]]\nid = "x"\nat = {value}\n') == [f"line 4: {expected}"]


def test_all_faults_are_told_in_the_order_of_their_lines() -> None:
    text = "a = 1\nschema = 3\n[table]\nidle = 5\nb = 2\n[[row]]\nid = 5\nat = 5\n[[row]]\nc = 3\n[d]\n"
    lines = [fault.partition(":")[0] for fault in _faults(text)]
    assert lines == ["line 1", "line 2", "line 4", "line 5", "line 7", "line 8", "line 9", "line 9", "line 10", "line 11"]


def test_keys_are_found_in_the_array_element_that_they_stand_in() -> None:
    text = 'schema = 1\n[[row]]\nid = "x"\nat = 2026-11-22T10:15:00Z\n[[row]]\nid = "y"\nat = 2026-11-22T10:15:00Z\nwrong = 1\n'
    assert _faults(text) == ["line 8: unknown key 'wrong' in [row] (known: id, at)"]


def test_line_ends_of_windows_count_as_one() -> None:
    assert _faults("schema = 1\r\n\r\nscheme = 1\r\n") == ["line 3: unknown key 'scheme' in the file (did you mean 'schema'?)"]


def test_characters_that_only_some_call_a_line_end_do_not_shift_the_lines() -> None:
    assert _faults("schema = 1 # \u2028\x85\nscheme = 1\n") == [
        "line 2: unknown key 'scheme' in the file (did you mean 'schema'?)"
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = ", "line 1"),
        ("a = 1\na = 2", "line 2"),
        ("[a]\n[a]", "line 2"),
        ('a = "\n"', "line 1"),
        ("a = 1\nb", "line 2"),
        ("a = 99999-01-01", "line 1"),
    ],
)
def test_what_is_no_toml_has_its_place(text: str, where: str) -> None:
    (fault,) = _faults(text)
    assert fault.startswith(where)
    assert "not valid TOML" in fault


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "1" * 5_000, "a = 0x" + "f" * 5_000, "a." * 5_000 + "b = 1"])
def test_hostile_texts_are_faults(text: str) -> None:
    assert len(_faults(text)) >= 1


def test_a_node_tells_its_lines_and_what_it_has() -> None:
    document = Document("a = 1\n[b]\nc = 2\n", "x")
    table = document.root.table("b")
    assert (document.root.line("a"), table.line(), table.line("c"), table.line("absent")) == (1, 2, 3, 2)
    assert (document.root.has("a"), document.root.has("z")) == (True, False)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("prodcut", "did you mean 'product'?"), ("zzz", "known: product, tester"), ("", "known: product, tester")],
)
def test_the_nearest_word_or_all_of_them(word: str, expected: str) -> None:
    assert nearest(word, ("product", "tester")) == expected
    assert nearest(word, ()) == ""


@given(st.text())
def test_any_text_is_read_or_a_config_error_with_faults(text: str) -> None:
    try:
        load(text, "x.toml", _everything)
    except ConfigError as error:
        assert error.faults


VALUES = st.sampled_from(
    [
        "1",
        "-5",
        "1.5",
        "nan",
        "inf",
        "true",
        '""',
        '"red"',
        '"2026-01-01"',
        "2026-01-01",
        "10:00:00",
        "1979-05-27T07:32:00Z",
        "[]",
        "[[]]",
        "[1]",
        '["a"]',
        "{}",
        "{a=1}",
        "[{a=1}]",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
    ]
)
KEYS = st.sampled_from(
    ["schema", "name", "count", "share", "idle", "words", "day", "colour", "colours", "kind", "id", "at", "x", "row", "table"]
)
HEADERS = st.sampled_from(["", "[table]", "[[row]]", "[table.deep]", "[[row.deep]]", "[row]"])


@settings(max_examples=150)
@given(st.lists(st.tuples(HEADERS, KEYS, VALUES), max_size=8))
def test_any_mixture_of_keys_and_values_is_read_or_a_config_error(lines: list[tuple[str, str, str]]) -> None:
    text = "\n".join(f"{header}\n{key} = {value}" for header, key, value in lines)
    for fault in _faults(text):
        assert fault.startswith("line ")
