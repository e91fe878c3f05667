"""Mentions in every form, and what is none."""

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
