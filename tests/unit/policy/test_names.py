"""Company names."""

import pytest

from auditor.policy.names import KnownParty, brand_of, is_legal_entity, known_id, same_company
from auditor.policy.running_names import legal_names

KNOWN = (
    KnownParty(party="alpha", names=("Alpha", "阿尔法")),
    KnownParty(party="alpha_cloud", names=("Alpha Cloud",)),
)


@pytest.mark.parametrize(
    "name", ["Acme Inc.", "Acme Co., Ltd.", "Acme GmbH", "Acme B.V.", "Acme Pty Ltd", "小鸟有限公司", "Acme S.r.l."]
)
def test_legal_forms(name: str) -> None:
    """Forms of several countries."""
    assert is_legal_entity(name)


@pytest.mark.parametrize("name", ["Google", "Acme Group", "小鸟集团", "Incognito", "Ltdx"])
def test_brands_and_groups_have_none(name: str) -> None:
    """A part of a word is no form."""
    assert not is_legal_entity(name)


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("Alpha Cloud Computing Ltd.", "alpha_cloud"),
        ("ALPHA Inc.", "alpha"),
        ("北京阿尔法公司", "alpha"),
        ("Alphabet Inc.", None),
    ],
)
def test_known_names(name: str, party: str | None) -> None:
    """The longest known name decides, whole words only."""
    assert known_id(name, KNOWN) == party


def test_same_company_across_scripts_by_its_latin_part() -> None:
    """A Chinese name with the Latin one in brackets."""
    assert same_company("艾克米公司(Acme Inc.)", "Acme Inc.")
    assert not same_company("Acme Inc.", "Birch Inc.")


def test_names_in_a_sentence() -> None:
    """From a word that can stand before one to the legal form."""
    text = "We use Acme Mail Ltd. and 我们委托上海小鸟有限公司提供服务"
    assert [name.text for name in legal_names(text)] == ["Acme Mail Ltd.", "上海小鸟有限公司"]


def test_brand() -> None:
    """Without city, form and trade words."""
    assert brand_of("Beijing Acme Network Technology Co., Ltd.") == "Acme"
    assert brand_of("深圳市和讯华谷信息技术有限公司") == "和讯华谷"


FORMS = (
    KnownParty(party="acme", names=("Acme Mail, Inc.",)),
    KnownParty(party="lan", names=("Shanghai Acmelan Information Technology Co., Ltd.", "上海艾克")),
    KnownParty(party="one", names=("Beijing Twinword Foods Co., Ltd.",)),
    KnownParty(party="two", names=("Beijing Twinword Toys Co., Ltd.",)),
    KnownParty(party="short", names=("Qq Ltd.",)),
)


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("Acme Mail", "acme"),
        ("ACME MAIL LLC", "acme"),
        ("Acme Mail Berlin", None),
        ("Shanghai Acmelan Data Co., Ltd.", "lan"),
        ("Shanghai Acmelan", "lan"),
        ("Shanghai Acmelan Shoes", None),
        ("Shanghai Acmelan Shoes Co., Ltd.", "lan"),
        ("Beijing Acmelan Data Co., Ltd.", None),
        ("Beijing Twinword Shoes Co., Ltd.", None),
        ("Qq", None),
        ("艾克米公司 Acme Mail", None),
    ],
)
def test_a_known_party_under_another_form_of_its_name(name: str, party: str | None) -> None:
    """Without its legal form, or by city and first word where only one has both; two letters are anybody's."""
    assert known_id(name, FORMS) == party


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("小鸟有限公司", "上海小鸟科技有限公司", True),
        ("小鸟有限公司", "大树有限公司", False),
        ("Acme", "Birch Acme Ltd.", True),
        ("Ac", "Birch Ac Ltd.", False),
        ("小鸟有限公司", "Acme Ltd.", False),
        ("Acmelan", "Acme Ltd.", False),
    ],
)
def test_the_same_company_in_other_words(left: str, right: str, same: bool) -> None:
    """By the brand in Chinese; a word of three letters within the longer name in English. Whichever comes first."""
    assert same_company(left, right) is same_company(right, left) is same
