"""Company names in running text: where each begins and ends, alone and in lists, in both scripts."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.running_names import legal_names
from auditor.policy.structure import fold

CASES = {
    "we work with Acme, Inc., Birch Maps, Inc. and Cedar, Inc., who host": ["Acme, Inc.", "Birch Maps, Inc.", "Cedar, Inc."],
    "Our processors are Acme, Inc. and Birch N.V. They get your order.": ["Acme, Inc.", "Birch N.V."],
    "(a) Acme Cloud (Beijing) Co., Ltd. gives us; (b) Birch Co., Ltd. (BPush)": [
        "Acme Cloud (Beijing) Co., Ltd.",
        "Birch Co., Ltd.",
    ],
    "uses Acme Analytics of Beijing Birch Science and Technology Co., Ltd. for": [
        "Beijing Birch Science and Technology Co., Ltd."
    ],
    "Plus+ by Acme (Beijing) Technology Co., Ltd.": ["Acme (Beijing) Technology Co., Ltd."],
    "We (Acme Technology Co., Ltd.) entrust": ["Acme Technology Co., Ltd."],
    "eBay Inc., tawk.to Inc., comScore, Inc. and 3M Company": ["eBay Inc.", "tawk.to Inc.", "comScore, Inc.", "3M Company"],
    "Otto GmbH & Co. KG; Acme Pvt. Ltd., Birch Pty Ltd": ["Otto GmbH & Co. KG", "Acme Pvt. Ltd.", "Birch Pty Ltd"],
    "Acme Limited / Acme Inc. (now Birch)": ["Acme Limited", "Acme Inc."],
    "1. Acme Ltd. 2. Birch Ltd.": ["Acme Ltd.", "Birch Ltd."],
    "Acme (Europe) S.à r.l. et Cie, S.C.A. pays": ["Acme (Europe) S.à r.l. et Cie, S.C.A."],
    "by Acme Sp. z o.o., Birch JSC and Cedar OÜ": ["Acme Sp. z o.o.", "Birch JSC", "Cedar OÜ"],
    "Acme e.V. and Birch GmbH und Co. KG": ["Acme e.V.", "Birch GmbH und Co. KG"],
    "Société de Cèdre S.A.S. is": ["Société de Cèdre S.A.S."],
    "the Bank of Acme Corp. and Ricoh Company, Ltd.": ["Bank of Acme Corp.", "Ricoh Company, Ltd."],
    "Smith & Sons Ltd. delivers": ["Smith & Sons Ltd."],
    "包括亚云（Acme Web Services, Inc.）、Birch, Inc.和Cedar, Inc.，用于": [
        "Acme Web Services, Inc.",
        "Birch, Inc.",
        "Cedar, Inc.",
    ],
    "小鸟软件技术有限公司、大树科技有限责任公司及广东雪松科技有限公司：用于": [
        "小鸟软件技术有限公司",
        "大树科技有限责任公司",
        "广东雪松科技有限公司",
    ],
    "我们不会与小鸟科技有限公司共享，也从未向大树科技有限公司提供": ["小鸟科技有限公司", "大树科技有限公司"],
    "除小鸟支付有限公司外": ["小鸟支付有限公司"],
    "我们（深圳小鸟科技有限公司）委托以下公司": ["深圳小鸟科技有限公司"],
    "由小推（每日小鸟股份有限公司）提供": ["每日小鸟股份有限公司"],
    "此外，我们委托小鸟计算有限公司存储数据，并通过上海大树股份有限公司发送": ["小鸟计算有限公司", "上海大树股份有限公司"],
    "小鸟云计算（北京）有限责任公司，提供": ["小鸟云计算(北京)有限责任公司"],
    "華碩雲端股份有限公司與大樹科技股份有限公司": ["華碩雲端股份有限公司", "大樹科技股份有限公司"],
}
NO_NAMES = (
    "The Company may change this. A Limited edition. As AS we see SE Asia.",
    "Contact the company, or Co. if you like. Inc. Ltd. GmbH",
    "本公司、该有限公司、有限责任公司",
    "",
)


@pytest.mark.parametrize("text", CASES, ids=str)
def test_names(text: str) -> None:
    """Every name whole, and none joined with its neighbour or with the sentence."""
    assert [name.text for name in legal_names(fold(text))] == CASES[text]


@pytest.mark.parametrize("text", NO_NAMES)
def test_a_form_alone_is_no_name(text: str) -> None:
    """Nor is a word that looks like a form."""
    assert legal_names(fold(text)) == ()


PIECES = st.lists(
    st.sampled_from(
        ("Acme", "Co.", ",", "Ltd.", "and", "&", "(a)", "(Beijing)", "有限公司", "小鸟", "(", ")", "of", "。", "Inc", " ", ".")
    ),
    max_size=40,
)


@given(PIECES, st.sampled_from(("", " ")))
def test_places_are_those_of_the_text(pieces: list[str], gap: str) -> None:
    """In order, without overlap, and the text is what stands there."""
    text = gap.join(pieces)
    names = legal_names(text)
    assert all(text[name.start : name.end] == name.text and name.text for name in names)
    assert all(left.end <= right.start for left, right in pairwise(names))


@pytest.mark.parametrize("piece", ["A", "(", "(A", "Co., ", "小", "由", "(小", "A.", "Ltd. "])
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    """No expression backtracks over the text."""
    started = time.process_time()
    legal_names(piece * 30_000)
    assert time.process_time() - started < 3
