"""Tables and records of parties."""

from auditor.policy.columns import Role
from auditor.policy.document import PolicyFile, read_document
from auditor.policy.entries import addresses, record_entries, table_entries


def paragraphs(text: str) -> tuple:  # type: ignore[type-arg]
    return read_document((PolicyFile(name="p", data=text.encode()),)).paragraphs


def test_a_row_without_a_name_is_no_entry() -> None:
    """Nor is the header, nor a row of a table without one."""
    found = list(
        table_entries(paragraphs("| Company | Purpose |\n| Acme Ltd. | SMS |\n| - | push |\n\nText.\n\n| Birch Ltd. | SMS |"))
    )
    assert [entry.written for entry in found] == ["Acme Ltd."]


def test_emphasis_in_cells_is_no_part_of_a_name() -> None:
    """Markdown's stars and underscores; `What` and `Why` head the data and the purpose."""
    (entry,) = table_entries(paragraphs("| Recipient | Why | What |\n|:--|:-:|--:|\n| **Acme Ltd.** | _SMS_ | phone number |"))
    assert (entry.written, entry.values[Role.PURPOSE], entry.values[Role.DATA]) == ("Acme Ltd.", "SMS", "phone number")
    assert entry.paragraph.text[entry.start :].startswith("Acme Ltd.**")


def test_a_second_header_begins_a_second_table() -> None:
    """With its own columns."""
    text = "| Company | Purpose |\n| Acme Ltd. | SMS |\n| Purpose | Company |\n| push | Birch Ltd. |"
    assert [entry.values[Role.PURPOSE] for entry in table_entries(paragraphs(text))] == ["SMS", "push"]


def test_keys_on_one_line() -> None:
    """Semicolons part them."""
    (entry,) = record_entries(paragraphs("名称:小鸟推送;公司:北京小鸟有限公司;目的:推送;链接:https://a.example/p"))
    assert (entry.written, entry.links) == ("北京小鸟有限公司", ("https://a.example/p",))


def test_a_name_above_its_keys() -> None:
    """As numbered titles of a directory."""
    (entry,) = record_entries(paragraphs("1、小鸟推送SDK\n使用目的:推送\n收集信息:IMEI"))
    assert (entry.written, entry.values[Role.DATA]) == ("小鸟推送SDK", "IMEI")


def test_keys_without_a_name_are_no_party() -> None:
    """A list of purposes is not a directory."""
    assert list(record_entries(paragraphs("Purpose: to ship\nData: address"))) == []


def test_addresses_end_before_punctuation() -> None:
    """Brackets and full stops around them."""
    assert addresses("see (https://a.example/b). Or www.c.example, ok") == ("https://a.example/b", "www.c.example")


def test_titles_below_a_title_that_spans_columns() -> None:
    """The second line of a header is no party, and its columns count."""
    text = "| Purpose | Recipient | Recipient |\n| Purpose | Company | Country |\n| SMS | Acme Ltd. | China |\n| push | Birch | Peru |"
    assert [entry.written for entry in table_entries(paragraphs(text))] == ["Acme Ltd.", "Birch"]


def test_a_party_whose_cells_sound_like_titles_stays_a_row() -> None:
    """A product's name may hold the word of a title."""
    text = "| SDK | Purpose |\n| Acme Analytics SDK | statistics service |\n| Birch SDK | push |"
    assert [entry.written for entry in table_entries(paragraphs(text))] == ["Acme Analytics SDK", "Birch SDK"]
