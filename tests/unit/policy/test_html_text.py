"""Pages to blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.html_text import html_blocks, looks_like_html
from auditor.policy.structure import Kind


def test_places_point_into_the_source() -> None:
    """Entities, tags inside a line and line ends do not move them."""
    source = "<body>\n<p>A &amp; B <b>Ltd</b>\n  more</p>"
    (block,) = html_blocks(source)
    assert block.text == "A & B Ltd more"
    lines = source.split("\n")
    for offset, line, column in block.places:
        shown = block.text[offset]
        assert shown == " " or lines[line - 1][column - 1] == shown


def test_rows_keep_cells_and_links() -> None:
    """A cell may be empty; an anchor's address counts."""
    (row,) = html_blocks("<table><tr><td>A</td><td></td><td><a href='https://a.example/p'>x</a></td></tr></table>")
    assert (row.kind, row.cells, row.links) == (Kind.ROW, ("A", "", "x"), ("https://a.example/p",))


@pytest.mark.parametrize("tag", ["script", "style", "svg", "noscript", "template"])
def test_what_a_reader_does_not_see_is_skipped(tag: str) -> None:
    """Nor what follows an unclosed script."""
    assert [block.text for block in html_blocks(f"<p>a</p><{tag}>b</{tag}><p>c</p>")] == ["a", "c"]


def test_an_unclosed_script_hides_the_rest() -> None:
    """As in a browser."""
    assert [block.text for block in html_blocks("<p>a</p><script>b<p>c</p>")] == ["a"]


@pytest.mark.parametrize("section", ["<![foo[ x", "<![CDATA[ x]]>", "<![if x]>"])
def test_marked_sections_are_comments(section: str) -> None:
    """Known or not."""
    assert html_blocks(f"<p>q</p>{section}")[0].text == "q"


def test_lists_and_headings_are_told_apart() -> None:
    """By their tags."""
    kinds = [block.kind for block in html_blocks("<h2>a</h2><ul><li>b<li>c</ul><div>d</div>")]
    assert kinds == [Kind.HEADING, Kind.ITEM, Kind.ITEM, Kind.TEXT]


def rows(table: str) -> list[tuple[str, ...]]:
    return [block.cells for block in html_blocks(f"<table>{table}</table>")]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "<tr><td>a<td rowspan=2>b<td>c<tr><td>d<td>e<tr><td>f<td>g<td>h",
            [("a", "b", "c"), ("d", "b", "e"), ("f", "g", "h")],
        ),
        ("<tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e", [("a", "a", "b"), ("c", "d", "e")]),
        ("<tr><td rowspan=3>a<td rowspan=2>b<td>c<tr><td>d<tr><td>e<td>f", [("a", "b", "c"), ("a", "b", "d"), ("a", "e", "f")]),
        ("<tr><td>a<td rowspan=x>b<tr><td>c<td>d", [("a", "b"), ("c", "d")]),
    ],
)
def test_cells_that_cover_several_rows_or_columns(table: str, expected: list[tuple[str, ...]]) -> None:
    """They stand in each of them, as a reader sees it; a number that is none covers one."""
    assert rows(table) == expected


def test_a_cell_that_covers_a_million_rows_costs_nothing() -> None:
    """Columns and rows are bounded, and the next table begins anew."""
    wide = "<tr>" + "<td colspan=99999 rowspan=99999>a" * 3000
    assert all(len(cells) <= 50 for cells in rows(wide + "<tr><td>b<td>c"))
    assert html_blocks("<table><tr><td>a<td rowspan=9>b</table><table><tr><td>c<td>d</table>")[1].cells == ("c", "d")


def test_a_text_that_mentions_a_tag_is_no_page() -> None:
    """One tag does not make a page."""
    assert not looks_like_html("Use <p> for paragraphs.")


def test_more_tags_than_any_page_are_refused() -> None:
    """Before minutes are spent on them."""
    with pytest.raises(ValueError, match="more than 400,000 tags"):
        html_blocks("<b>" * 400_001)


@given(st.text(alphabet="<>/ab!-[]?&;#x \n\"'=", max_size=200))
def test_any_tag_soup_gives_blocks(text: str) -> None:
    """Never an error."""
    html_blocks(f"<html><body>{text}")
