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
