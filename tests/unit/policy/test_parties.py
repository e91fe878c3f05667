"""Mentions merged to parties."""

from hypothesis import given
from hypothesis import strategies as st

from auditor import policy
from auditor.policy.parties import _same, _traits

SPELLINGS = (
    "Acme Ltd. - provides us with SMS",
    "ACME - provides us with payment",
    "Birch Web Services, Inc. - provides us with SMS",
    "Birch - provides us with hosting. See https://birch.example/privacy",
    "小鸟网络科技有限公司——为我们提供短信服务。见 https://birch.example/zh",
    "深圳市小鸟有限公司——为我们提供推送服务",
    "小鳥有限公司——為我們提供推播服務",
    "Birch 小鸟——为我们提供推送服务",
    "微信支付——为我们提供支付服务",
    "WeChat Pay - provides us with payment",
)
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


def test_two_that_stand_between_the_same_companies_are_one() -> None:
    """With a doubt; not where their purposes differ."""
    english = (
        "Acme Ltd. - provides us with SMS\n\nTall Oak Inc. - provides us with {}\n\nBirch Inc. - provides us with payment\n\n"
    )
    chinese = "Acme Ltd.——为我们提供短信服务\n\n大树有限公司——为我们提供推送服务\n\nBirch Inc.——为我们提供支付服务\n"
    same = (english.format("push") + chinese).encode()
    reading = policy.read((policy.PolicyFile(name="p", data=same),), KNOWN)
    assert [(read.party.name_en, read.party.name_zh, len(read.doubts)) for read in reading.read_parties] == [
        ("Acme Ltd.", "Acme Ltd.", 0),
        ("Tall Oak Inc.", "大树有限公司", 1),
        ("Birch Inc.", "Birch Inc.", 0),
    ]
    assert len(parties(english.format("hosting") + chinese)) == 4


def test_both_chinese_scripts_name_one_company() -> None:
    """In simplified and in traditional characters."""
    found = parties("小鸟云计算有限公司——为我们提供短信服务\n\n小鳥雲計算有限公司——為我們提供短訊服務，與您聯絡\n")
    assert found == [("party_1", None, "小鸟云计算有限公司")]


@given(st.lists(st.sampled_from(range(len(SPELLINGS))), min_size=2, max_size=7, unique=True))
def test_the_index_loses_no_pair(chosen: list[int]) -> None:
    """Two mentions that mean the same company always share a trait, so that nobody is asked in vain."""
    text = "\n\n".join(SPELLINGS[index] for index in chosen)
    mentions = policy.read((policy.PolicyFile(name="p", data=text.encode()),), KNOWN).read_parties
    every = [mention for read in mentions for mention in read.mentions]
    pairs = [(left, right) for left in every for right in every if left is not right and _same(left, right, KNOWN)]
    assert all(_traits(left, KNOWN) & _traits(right, KNOWN) for left, right in pairs)
