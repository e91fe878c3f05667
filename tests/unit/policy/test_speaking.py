"""Which paragraphs speak of parties, and names that stand alone above their description."""

import pytest

from auditor.policy.document import PolicyFile, read_document
from auditor.policy.speaking import paragraphs_of_parties, titled_entries


def speaking(text: str) -> list[str]:
    document = read_document((PolicyFile(name="p", data=text.encode()),))
    found = paragraphs_of_parties(document)
    return [paragraph.plain for paragraph in document.paragraphs if id(paragraph) in found]


def titled(text: str) -> list[tuple[str, str, str]]:
    document = read_document((PolicyFile(name="p", data=text.encode()),))
    entries = titled_entries(document, paragraphs_of_parties(document), frozenset())
    return [(entry.paragraph.plain[entry.start : entry.end], entry.product, entry.description) for entry in entries]


def test_a_list_is_spoken_of_by_its_lead() -> None:
    """Items need no word of sharing of their own; the next text ends the list."""
    text = "Our vendors are the following companies:\n\n- Acme Ltd., Bristol\n\n- Birch Ltd., Kiel\n\n# Weather\n\nIt may rain in Kiel."
    assert speaking(text)[1:] == ["- Acme Ltd., Bristol", "- Birch Ltd., Kiel"]


def test_a_list_ends_where_the_language_changes() -> None:
    """The title of the other version is no item."""
    text = "我们委托以下公司：\n（一）小鸟有限公司\n1. Weather\nIt may rain in Kiel."
    assert "It may rain in Kiel." not in speaking(text)


def test_a_name_above_its_description() -> None:
    """As a definition list of a page has them, with the product in brackets."""
    page = (
        "<html><body><p>We use these third parties:</p><dl><dt>Acme Ltd. (APush)</dt><dd>Push messages.</dd>"
        "<dt>Birch Ltd.</dt><dd>Payments.</dd></dl></body></html>"
    )
    assert titled(page) == [("Acme Ltd.", "APush", "Push messages."), ("Birch Ltd.", "", "Payments.")]


def test_a_bare_brand_counts_in_an_announced_list_only() -> None:
    """Elsewhere a short line is a title; words for data and purposes are no brands."""
    announced = "We share data with these companies:\n\n- Acme\n\n- Payments\n\n- Phone number\n\n- BirchPay\n"
    assert [name for name, _, _ in titled(announced)] == ["Acme", "BirchPay"]
    assert titled("We share data.\n\n- Acme\n") == []


LEAD = "Our vendors are the following companies:"


@pytest.mark.parametrize(
    ("below", "spoken"),
    [
        (["- Oak, Bristol", "It may rain.", "- Elm, Kiel"], ["- Oak, Bristol", "It may rain.", "- Elm, Kiel"]),
        (["- Oak, Bristol", "It may rain.", "It may snow.", "- Elm, Kiel"], ["- Oak, Bristol", "It may rain."]),
        (["- Oak, Bristol", "# Weather", "- Elm, Kiel"], ["- Oak, Bristol"]),
        (["- Oak, Bristol", "今天可能下雨。", "- Elm, Kiel"], ["- Oak, Bristol"]),
        (
            ["It may rain.", "- Oak, Bristol", "It may rain.", "- Elm, Kiel"],
            ["It may rain.", "- Oak, Bristol", "It may rain.", "- Elm, Kiel"],
        ),
    ],
    ids=["one text between", "two texts between", "a title", "another language", "one text after each item"],
)
def test_where_an_announced_list_ends(below: list[str], spoken: list[str]) -> None:
    """One paragraph between items is said of the one above; what follows two speaks for itself again."""
    assert speaking("\n\n".join([LEAD, *below]))[1:] == spoken


def test_a_title_speaks_for_what_stands_below_it() -> None:
    """In its own language, up to the next title."""
    text = "# Third parties\n\nOak is in Bristol.\n\n# Weather\n\nIt may rain.\n"
    assert "Oak is in Bristol." in speaking(text)
    assert "It may rain." not in speaking(text)
