"""Companies in running text: a folded text goes in, the names with a legal form come out, each with its place.

A Latin name is found from its legal form backwards, word by word, as long as the words look like parts of a name: so the names of
a list ("Acme, Inc., Birch GmbH and Cedar N.V.") stay apart. A Chinese name ends with its form and begins behind the last word
that can stand before one.
"""

import re
from typing import NamedTuple

from auditor.policy.legal_forms import LEGAL_FORM
from auditor.policy.patterns import any_of


class LegalName(NamedTuple):
    """A company with its legal form in a running text."""

    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"(?P<aside>\([A-Za-z][A-Za-z .-]{1,29}\))"
    r"|(?P<word>[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f_&'\u2019+/.-]*)"
    r"|(?P<sign>&|,)"
    r"|(?P<other>[^\sA-Za-z0-9])"
)
_JOINING = frozenset(("and", "&"))
_AND_COMPANY = frozenset(("et", "und", "y"))
"""Between a form and the form of the partners: `S.à r.l. et Cie`."""
_TRADES = frozenset(
    (
        *("technology", "technologies", "trade", "trading", "science", "telecom", "network", "networks", "services", "micro"),
        *("communications", "communication", "development", "information", "software", "media", "design", "financial", "company"),
        *("exit", "sons", "partners", "associates", "consulting", "marketing", "electronics", "engineering", "data", "co"),
    )
)
"""Words that an `and` inside a name leads to; another capital begins the next name of a list."""
_SMALL = frozenset(("de", "du", "des", "la", "le", "van", "von", "der", "of", "z"))
_BEFORE_OF = frozenset(("bank", "university", "institute", "house", "society", "academy", "league"))
_OPENERS = frozenset(
    (
        *(
            "we",
            "our",
            "us",
            "with",
            "by",
            "in",
            "if",
            "to",
            "from",
            "for",
            "when",
            "and",
            "or",
            "through",
            "via",
            "using",
            "contact",
        ),
        *(
            "the",
            "a",
            "an",
            "this",
            "these",
            "such",
            "like",
            "including",
            "include",
            "our",
            "your",
            "their",
            "its",
            "is",
            "are",
            "as",
        ),
        *("processor", "provider", "vendor", "partner", "recipient", "company", "controller", "operator", "name", "currently"),
        *("please", "both", "either", "also", "additionally", "moreover", "e.g", "i.e", "namely", "between", "at", "on", "while"),
        *("use", "uses", "used", "data", "service", "services", "payment", "payments", "push", "analytics", "sdk"),
    )
)
"""Words with a capital that begin a sentence or a row and no name."""
_ABBREVIATIONS = frozenset(("sp", "st", "mt", "ft", "bros", "jr", "sr", "intl", "tech", "univ", "mfg", "dr"))
"""Words inside names that end with a dot."""
_MAX_WORDS = 9

_HAN = r"\u3400-\u9fff"
_HAN_NAME = re.compile(
    rf"[{_HAN}A-Za-z0-9+·()]{{2,40}}?(?:有限责任公司|有限責任公司|股份有限公司|有限公司|株式会社|株式會社|合伙企业)(?:\((?:有限合伙|普通合伙)\))?"
)
_HAN_LEAD = re.compile(
    any_of(
        r".*(?:委托|委託|使用|接入|包括|我们|我們|合作方|本政策|提供给|提供給|共享给|分享給|控制者|处理者|運營者|运营者|通过|透過|经由|經由|采用|採用)",
        r".*(?:公司为|主体为|接收方|名称|名稱|公司名|例如|譬如|以及|或者|及其|位于|关联方|供应商|供應商|服务商|服務商|提供商|提供者)",
        r".*(?<!自)由(?!于)",
        r".*(?:不会|不會|不再|从不|從不|从未|從未|绝不|絕不|没有|沒有|并未|並未|不将|不將|未经|未經)|.*不(?=[向与與])|^除了?",
        r".*(?:对应的|所属的|旗下的|来自|發送至|发送至|发送给|传输给|传输至|披露给)",
    )
)
_HAN_JOINT = re.compile(r"^(?:以及|及|和|与|與|或|、|向|经|為|为(?!民)|是|至|给|跟|同|系|即)(?=[\u3400-\u9fffA-Z])")
_INLINE_SIGN = re.compile(r"\((?:[一二三四五六七八九十]{1,3}|\d{1,2}|[a-z])\)")
_CONTENT_FREE = re.compile(r"^(?:[的该本某一两三])?(?:股份|有限|责任|責任)*公司$|^(?:有限|股份)")


def legal_names(text: str) -> tuple[LegalName, ...]:
    """The companies that a folded text names with their legal form."""
    return tuple(sorted((*_latin(text), *_han(text)), key=lambda name: name.start))


def _latin(text: str) -> list[LegalName]:
    tokens = list(_TOKEN.finditer(text))
    found: list[LegalName] = []
    done = 0
    index = 0
    while index < len(tokens):
        if not _is_form(tokens[index]):
            index += 1
            continue
        last = _last_form(tokens, index)
        first = _first_word(tokens, index, done)
        if first is not None:
            start, end = tokens[first].start(), _end(tokens[last])
            found.append(LegalName(text[start:end], start, end))
        done = index = last + 1
    return found


def _is_form(token: re.Match[str]) -> bool:
    return bool(token["word"] and LEGAL_FORM.fullmatch(token["word"].rstrip(".")))


def _last_form(tokens: list[re.Match[str]], index: int) -> int:
    """The last of several forms in a row: `Co., Ltd.`, `GmbH & Co. KG`, `Pvt. Ltd.`."""
    last = index
    while True:
        follower = last + 1
        if follower < len(tokens) and tokens[follower][0] in _AND_COMPANY:
            follower += 1
        elif follower < len(tokens) and tokens[follower]["sign"]:
            if tokens[follower]["sign"] == "," and not _is_co(tokens[last]):
                return last
            follower += 1
        if follower >= len(tokens) or not _is_form(tokens[follower]):
            return last
        last = follower


def _is_co(token: re.Match[str]) -> bool:
    """Whether it is a form that another one completes: a comma may stand between."""
    return token[0].rstrip(".").lower() in ("co", "company", "cie", "pty", "pte", "pvt", "corp", "group")


def _first_word(tokens: list[re.Match[str]], form: int, done: int) -> int | None:
    """The index of the first word of the name before a form; None where no name stands there."""
    index = form - 1
    if index >= done and tokens[index]["sign"] == ",":
        index -= 1
    first: int | None = None
    words = 0
    while index >= done and words < _MAX_WORDS and _belongs(tokens, index, first, done):
        if tokens[index]["word"] or tokens[index]["aside"]:
            first = index
            words += 1
        index -= 1
    while first is not None and first < form and _opens(tokens[first]):
        first = first + 1 if first + 1 < form else None
    if first is None or tokens[first]["word"] is None:
        return None
    return first


def _belongs(tokens: list[re.Match[str]], index: int, after: int | None, done: int) -> bool:
    """Whether a token is part of the name of which `after` is the first word so far."""
    token = tokens[index]
    if token["aside"]:
        return after is None or tokens[after]["word"] is not None
    if token["sign"] == "&":
        return after is not None
    word = token["word"]
    if not word or (word.endswith(".") and after is not None and _ends_sentence(word)):
        return False
    if word.lower() in _JOINING:
        return after is not None and tokens[after][0].lower().rstrip(".,") in _TRADES and index - 1 >= done
    if word in _SMALL:
        return word != "of" or (index > done and tokens[index - 1][0].lower() in _BEFORE_OF)
    return _is_name_word(word)


def _ends_sentence(word: str) -> bool:
    """Whether a dot ends more than an abbreviation: `Inc.`, `J.` and `St.` do not."""
    bare = word.rstrip(".").lower()
    return not (len(bare) == 1 and bare.isalpha()) and bare not in _ABBREVIATIONS and "." not in bare


def _is_name_word(word: str) -> bool:
    if word[0].isupper() or (word[0].isdigit() and not word.rstrip(".)").isdigit()):
        return True
    if word.isdigit() and len(word) <= 4:
        return True
    return any(character.isupper() for character in word[1:]) or "." in word.strip(".")


def _opens(token: re.Match[str]) -> bool:
    """Whether a word cannot begin a name, or a bracket would."""
    return token["word"] is None or token["word"].rstrip(".").lower() in _OPENERS or token["word"] in _SMALL


def _end(token: re.Match[str]) -> int:
    """The end of a name: the dot belongs to an abbreviation, not to `Limited.` at the end of a sentence."""
    word = token[0]
    bare = word.rstrip(".")
    abbreviated = len(bare) <= 4 or "." in bare
    return token.start() + (len(bare) + 1 if abbreviated and len(word) > len(bare) else len(bare))


def _han(text: str) -> list[LegalName]:
    found = []
    for match in _HAN_NAME.finditer(text):
        name = match[0]
        start = match.start() + _lead(name)
        end = match.end()
        if end - start > len("有限公司") and not _CONTENT_FREE.match(text[start:end]):
            found.append(LegalName(text[start:end], start, end))
    return found


def _lead(name: str) -> int:
    """How many characters in front belong to the sentence and not to the name."""
    lead = 0
    for _ in range(3):
        before = lead
        sign = _INLINE_SIGN.match(name[lead:])
        lead += sign.end() if sign else 0
        opened = _unbalanced(name[lead:])
        found = _HAN_LEAD.match(name[lead:])
        lead += max(opened, found.end() if found else 0)
        joint = _HAN_JOINT.match(name[lead:])
        lead += joint.end() if joint else 0
        if lead == before:
            break
    latin = re.match(r"(?:[A-Za-z0-9+]{1,12}(?=[\u3400-\u9fff]{4,}))", name[lead:])
    return lead + (latin.end() if latin and latin[0].isupper() and latin[0] in ("SDK", "APP", "H5") else 0)


def _unbalanced(name: str) -> int:
    """The place behind the last bracket that the name opens or closes, but not both."""
    lead, opened = 0, 0
    for index, character in enumerate(name):
        if character == "(":
            opened = index + 1
        elif character == ")":
            if not opened:
                lead = index + 1
            opened = 0
    return max(lead, opened)
