"""Policies are told from other texts: by their parties, their title, or what they speak of."""

from pathlib import Path

import pytest

from auditor import policy
from auditor.policy.recognising import is_foreign, is_policy

ROOT = Path(__file__).parents[3]
POLICIES = sorted(path for path in (ROOT / "tests/golden/policies").iterdir() if path.suffix in {".txt", ".html"})


def reading(text: str) -> policy.PolicyReading:
    return policy.read((policy.PolicyFile(name="p.txt", data=text.encode()),))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_every_policy_is_one(path: Path) -> None:
    assert is_policy(reading(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "Privacy notice\n\nWe collect nothing.",
        "隐私政策\n\n我们不收集任何信息。",
        "隱私權聲明\n\n我們不蒐集任何資料。",
        "What we know of you\n\nYour data are not shared. You may withdraw your consent. Contact us by mail.",
        "Our partners\n\n1. Acme Ltd. - provides us with push",
        "关于您\n\n未经您的同意，我们不会向第三方提供您的信息。",
    ],
)
def test_a_short_policy_or_a_part_of_one_is_one(text: str) -> None:
    found = reading(text)
    assert (is_policy(found), is_foreign(found)) == (True, False)


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "docs/threats.md", "docs/zh/index.md", "Makefile", "pyproject.toml"])
def test_other_texts_are_none(name: str) -> None:
    assert not is_policy(reading((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["CHANGELOG.md", "docs/reports.md", "docs/zh/reports.md", "docs/demo.md", "docs/policy.md"])
def test_texts_about_privacy_that_speak_to_nobody_are_none(name: str) -> None:
    """Consent, sharing and children stand in a changelog, too; a policy tells them its readers, and not here and there."""
    assert not is_policy(reading((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "sentence",
    [
        "We collect your data.",
        "The data of users are collected.",
        "我们收集个人信息。",
        "本公司收集您的信息。",
        "向用户收集信息。",
    ],
)
def test_a_text_without_a_title_is_a_policy_when_a_tenth_of_it_speaks_to_its_readers(sentence: str) -> None:
    """Other paragraphs are definitions, addresses and dates."""
    topics = "Data are shared with third parties after consent. Children: none. Cookies: none."
    other = "This was written in Springfield in the autumn of that year."
    assert is_policy(reading("\n\n".join([sentence, topics, *[other] * 8])))
    assert not is_policy(reading("\n\n".join([sentence, topics, *[other] * 9])))


def test_a_text_that_is_not_read_is_foreign_only_where_most_of_it_is() -> None:
    foreign = "nous partageons vos informations avec une entreprise qui mesure notre audience et qui les garde longtemps."
    assert is_foreign(reading(foreign))
    assert not is_foreign(
        reading("We share what you tell us with a company that measures our audience and keeps it. " * 3 + foreign)
    )
