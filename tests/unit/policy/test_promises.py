"""Countries that a policy names for its data, and the age of children."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import policy
from auditor.catalog import register_file
from auditor.policy.document import PolicyFile, read_document
from auditor.policy.promises import child_age, transfer


def read(text: str) -> policy.PolicyReading:
    return policy.read((PolicyFile(name="p", data=text.encode()),))


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("We store and process your data in China and elsewhere in the world. We transfer data to another country.", ("CN",)),
        ("Your data are stored in Germany and the Netherlands.", ("DE", "NL")),
        ("# International transfers\n\nWe transfer data to the US and Hong Kong.", ("HK", "US")),
        ("我们将您的信息存储于中华人民共和国境内。", ("CN",)),
        ("# 跨境传输\n\n我们会将信息传输至新加坡和美国。", ("SG", "US")),
        ("我們將您的資料儲存於台灣。", ("TW",)),
        ("# Transfers abroad\n\nWe transfer data to countries with other laws.", ()),
    ],
)
def test_countries_of_storage_and_transfer(text: str, countries: tuple[str, ...]) -> None:
    """Each once, sorted; a clause without a country is one all the same."""
    found = transfer(read_document((PolicyFile(name="p", data=text.encode()),)))
    assert found is not None
    assert found.countries == countries


@pytest.mark.parametrize(
    "text",
    [
        "Acme Ltd., 14 Mill Lane, Bristol, United Kingdom. We collect names.",
        "Tell us if you need help in China.",
        "Birch Ltd. - provides us with hosting and stores data in Singapore",
        "We like nails.",
    ],
)
def test_an_address_or_another_company_is_no_promise(text: str) -> None:
    """Nor is a country without storage or transfer."""
    assert read(text).transfer is None


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("We do not collect data of children under the age of 16.", 16),
        ("The app is not for children under 13.", 13),
        ("Children aged 12 years or younger may not use it.", 12),
        ("我们不收集不满14周岁的未成年人的信息。", 14),
        ("未满十四周岁的儿童应由监护人同意。", 14),
        ("儿童（十八周岁以下）不得使用。", 18),
        ("We like children. We keep data under 90 days.", None),
        ("Our office has been open for under 16 years.", None),
    ],
)
def test_the_age_of_children(text: str, age: int | None) -> None:
    """Of clauses on children only, in digits or in Chinese numerals."""
    assert child_age(read_document((PolicyFile(name="p", data=text.encode()),))) == age


def test_the_register_says_it_and_reads_back() -> None:
    """[transfer] and [children] as the reader of registers wants them; without them nothing is written."""
    text = "We store your data in China.\n\nWe do not collect data of children under 16.\n"
    reading = read(text)
    written = policy.register_text(reading, "x")
    register = register_file.parse(written.encode(), "x.toml")
    assert (register.disclosed_countries, register.transfer_line, register.child_age) == (("CN",), 1, 16)
    assert "[transfer]" not in policy.register_text(read("We like nails."), "x")


def test_a_change_of_either_is_told() -> None:
    """Beside the version and the date."""
    before = "We store your data in China.\n\nWe do not collect data of children under 16.\n"
    register = register_file.parse(policy.register_text(read(before), "x").encode(), "x.toml")
    now = read(before.replace("China", "China and Singapore").replace("16", "14"))
    assert [(one.what, one.was, one.now) for one in policy.changes(now, register)] == [
        ("countries", "CN", "CN, SG"),
        ("child_age", "16", "14"),
    ]


@given(st.text(st.sampled_from("未满十四周岁under 169of age儿童children China存储于中国.。 "), max_size=120))
def test_any_text_has_an_age_of_a_child_or_none(text: str) -> None:
    """Whatever stands there."""
    if text.strip():
        age = read(text + "x").child_age
        assert age is None or 1 <= age <= 21
