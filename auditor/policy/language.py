"""Text goes in, its language comes out: zh-Hans, zh-Hant, en, or und for what is none of them."""

import re

CHINESE = ("zh-Hans", "zh-Hant")

_FOREIGN_FROM = 10
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S+")
_ENGLISH = frozenset(
    (
        *(
            "the",
            "of",
            "and",
            "to",
            "your",
            "we",
            "you",
            "is",
            "are",
            "with",
            "us",
            "our",
            "for",
            "a",
            "an",
            "in",
            "by",
            "or",
            "on",
        ),
        *("this", "that", "it", "as", "may", "will", "be", "not", "if", "when", "from", "how", "what", "do", "which"),
    )
)
_SIMPLIFIED = frozenset(
    "们个为与这时会来对关务产权资讯网隐护将单据设备号码级证实点经营业区联条当册户龄邮电话视频们储够访问让过还进选择类别发"
)
_TRADITIONAL = frozenset(
    "們個為與這時會來對關務產權資訊網隱護將單據設備號碼級證實點經營業區聯條當冊戶齡郵電話視頻儲夠訪問讓過還進選擇類別發"
)


def language_of(text: str, before: str = "en") -> str:
    """The language of a paragraph; `before` (of the paragraph above) where it has too few words to tell."""
    plain = _ADDRESS.sub(" ", text)
    han = len(_HAN.findall(plain))
    words = _WORD.findall(plain)
    if han >= 2 and han >= len(words):
        return chinese_variant(plain) or (before if before in CHINESE else "zh-Hans")
    if han == 0 and _is_foreign(words):
        return "und"
    if len(words) >= 3 or (words and before not in CHINESE):
        return "en"
    return before


def _is_foreign(words: list[str]) -> bool:
    """Many small words and none of the commonest English ones. Names do not count: they stand in every language."""
    small = [word for word in words if word.islower()]
    return len(small) >= _FOREIGN_FROM and _ENGLISH.isdisjoint(small)


def chinese_variant(text: str) -> str | None:
    """Which characters the text uses; None where all of them are common to both."""
    simplified = sum(character in _SIMPLIFIED for character in text)
    traditional = sum(character in _TRADITIONAL for character in text)
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"
