"""Mentions in every form, and what is none."""

import pytest

from auditor.errors import DamagedError
from auditor.model.vocabulary import Surface
from auditor.policy import mentions
from auditor.policy.document import PolicyFile, read_document
from auditor.policy.mentions import find_mentions


def names(text: str, controllers: tuple[str, ...] = ()) -> list[str]:
    document = read_document((PolicyFile(name="p", data=text.encode()),))
    return [mention.name for mention in find_mentions(document, controllers)]


def test_one_mention_for_each_form() -> None:
    """List, table, record and sentence in one text, in reading order."""
    text = (
        "Acme Ltd. - provides us with SMS.\n\n| Company | Purpose |\n| Birch Ltd. | push |\n\n"
        "名称:小鸟推送\n目的:推送\n\nWe share your address with Cedar Parcel GmbH for delivery.\n"
    )
    assert names(text) == ["Acme Ltd.", "Birch Ltd.", "小鸟推送", "Cedar Parcel GmbH"]


def test_the_operator_is_no_party() -> None:
    """Wherever it is named."""
    assert names("We use servers of Acme Ltd. and share data with it.", ("Acme Ltd.",)) == []


def test_a_company_that_nothing_is_shared_with_is_no_party() -> None:
    """Trade marks and credits."""
    assert names("Bluetooth is a trade mark of Bluetooth SIG, Inc. in some countries.") == []


def test_the_link_sentence_gives_no_surface() -> None:
    """`Visit its website` does not restrict a party to the site."""
    document = read_document((PolicyFile(name="p", data=b"Acme Ltd. - provides us with SMS. Please visit its website."),))
    (mention,) = find_mentions(document, ())
    assert mention.surfaces == ()


FORMS = {
    "an item of a list": "- Acme Ltd. - provides us with SMS in our app and collects your IMEI, link: https://acme.example/p\n",
    "a row of a table": (
        "| Company | Purpose | Data | Platform | Link |\n| Acme Ltd. | SMS | IMEI | App | https://acme.example/p |\n"
    ),
    "a record": (
        "Company: Acme Ltd.\nPurpose: SMS\nPlatform: our app\nData collected: IMEI\nPrivacy policy: https://acme.example/p\n"
    ),
    "a title": (
        "We share data with these companies:\n\n- Acme Ltd.\n\n"
        "SMS in our app. It collects your IMEI. See https://acme.example/p for its policy.\n"
    ),
    "a sentence": "We use Acme Ltd. for SMS in our app, which collects your IMEI.\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_mention_says_the_same_in_every_form(form: str) -> None:
    """Who, for what, where, which data, and where its policy stands; a sentence gives no link."""
    document = read_document((PolicyFile(name="p", data=("Some words.\n\n" + FORMS[form]).encode()),))
    (mention,) = find_mentions(document, ())
    assert (mention.name, mention.plain, mention.purposes, mention.data) == ("Acme Ltd.", "Acme Ltd.", ("sms",), ("imei",))
    assert mention.surfaces == (Surface.APP,)
    assert mention.links == (() if form == "a sentence" else ("https://acme.example/p",))
    assert mention.in_sentence == (form == "a sentence")
    assert mention.paragraph.text[mention.start :].startswith("Acme Ltd.")
    assert mention.place == f"p:{3 + FORMS[form][: FORMS[form].index('Acme')].count(chr(10))}"


def test_what_one_form_has_taken_the_next_does_not_read() -> None:
    """A company in an item's description is no party of its own, nor is one in a row."""
    text = (
        "We share data with:\n\n- Acme Ltd. - provides us with SMS, as Birch Ltd. did\n\n"
        "| Company | Purpose |\n| Cedar Ltd. | push, shared with Dogwood Ltd. |\n"
    )
    assert names(text) == ["Acme Ltd.", "Cedar Ltd."]


@pytest.mark.parametrize(
    ("controllers", "left"), [(("Acme",), ["Birch Ltd."]), (("Acme Ltd.", "Birch Ltd."), []), ((), ["Acme Ltd.", "Birch Ltd."])]
)
def test_operators_are_left_out_by_a_part_of_their_name(controllers: tuple[str, ...], left: list[str]) -> None:
    """`Acme` operates, and `Acme Ltd.` is the same; a list of none leaves out none."""
    assert names("Acme Ltd. - provides us with SMS.\n\nBirch Ltd. - provides us with push.", controllers) == left


def test_more_parties_than_any_policy_names_are_no_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One over the limit; the same party again is none more."""
    monkeypatch.setattr(mentions, "PARTY_LIMIT", 2)
    two = "Acme Ltd. - provides us with SMS.\n\nBirch Ltd. - provides us with push.\n\n"
    assert len(names(two + two)) == 4
    with pytest.raises(DamagedError, match="p: more than 2 named parties"):
        names(two + "Cedar Ltd. - provides us with push.")


def test_surfaces_of_a_column_and_of_the_purpose_count_together() -> None:
    """In the order of the vocabulary."""
    text = "| Company | Purpose | Platform |\n| Acme Ltd. | SMS in our app | Website |\n"
    document = read_document((PolicyFile(name="p", data=text.encode()),))
    (mention,) = find_mentions(document, ())
    assert mention.surfaces == (Surface.APP, Surface.SITE)
