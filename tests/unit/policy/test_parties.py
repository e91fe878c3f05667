"""Mentions merged to parties."""

from auditor import policy

KNOWN = (policy.KnownParty(party="acme", names=("Acme",)),)


def parties(text: str) -> list[tuple[str, str | None, str | None]]:
    reading = policy.read((policy.PolicyFile(name="p", data=text.encode()),), KNOWN)
    return [(party.party, party.name_en, party.name_zh) for party in reading.parties]


def test_known_names_take_the_id_of_the_catalog_and_others_count_by_first_mention() -> None:
    """The Chinese text above the English one counts first."""
    text = (
        "小鸟有限公司——为我们提供推送服务\n\nBirch Inc. - provides us with payment\n\nAcme Ltd. - provides us with SMS and more\n"
    )
    assert parties(text) == [("party_1", None, "小鸟有限公司"), ("party_2", "Birch Inc.", None), ("acme", "Acme Ltd.", None)]


def test_two_companies_of_one_known_name_stay_two_parties() -> None:
    """The second one gets a number, and nothing is lost."""
    found = parties("Acme Ltd. - provides us with SMS\n\nAcme Cloud Inc. - provides us with hosting and more")
    assert found == [("acme", "Acme Ltd.", None), ("party_1", "Acme Cloud Inc.", None)]


def test_a_shared_link_joins_two_languages() -> None:
    """Names that have nothing in common."""
    text = (
        "Jolly Parrot Inc. - provides us with push. See https://parrot.example/privacy\n\n"
        "小鸟有限公司——为我们提供推送服务。见 https://parrot.example/privacy\n"
    )
    assert parties(text) == [("party_1", "Jolly Parrot Inc.", "小鸟有限公司")]


def test_lists_of_the_same_purposes_are_paired_with_a_doubt_and_single_ones_stay_apart() -> None:
    """A guess is marked; a list of one is no list."""
    english = "Jolly Parrot Inc. - provides us with push\n\nTall Oak Inc. - provides us with payment\n\n"
    chinese = "小鸟有限公司——为我们提供推送服务\n\n大树有限公司——为我们提供支付服务\n"
    reading = policy.read((policy.PolicyFile(name="p", data=(english + chinese).encode()),))
    assert [party.party.name_zh for party in reading.read_parties] == ["小鸟有限公司", "大树有限公司"]
    assert all("by their place" in party.doubts[0] for party in reading.read_parties)
    assert len(parties(english.split("\n\n")[0] + "\n\n" + chinese.split("\n\n")[0])) == 2
