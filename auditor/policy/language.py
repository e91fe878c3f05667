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
_PAIRS = (
    "们們个個为為与與这這时時会會来來对對关關务務产產权權资資讯訊网網隐隱护護将將单單据據设設备備号號码碼级級证證实實点點经經营營业業",
    "区區联聯条條当當册冊户戶龄齡邮郵电電话話视視频頻储儲够夠访訪问問让讓过過还還进進选選择擇类類别別发發",
)
"""Simplified characters of everyday words, each with its traditional one behind it."""
_NAME_PAIRS = (
    "云雲飞飛讯訊华華东東广廣苏蘇门門汇匯汉漢宁寧银銀联聯宝寶财財贝貝龙龍马馬鸟鳥鱼魚乐樂医醫药藥车車轮輪铁鐵钢鋼软軟软軟计計",
    "术術开開创創数數据據团團责責动動传傳线線图圖书書艺藝译譯笔筆灵靈识識声聲达達运運货貨仓倉农農环環亚亞欧歐韩韓",
    "腾騰机機极極时時统統维維络絡节節苹蘋荣榮萤螢蓝藍蚁蟻蚂螞诸諸贵貴锐銳顶頂鸦鴉终終兴興万萬亿億丰豐厦廈圣聖岛島师師归歸录錄织織绿綠",
    "陆陸顺順鹏鵬麦麥优優伟偉场場奥奧导導尔爾帮幫应應库庫张張态態戏戲扬揚报報无無显顯构構标標树樹桥橋梦夢检檢楼樓欢歡测測济濟涛濤润潤",
    "湾灣滨濱满滿灯燈热熱爱愛独獨猎獵玛瑪现現画畫畅暢疗療盘盤监監硕碩确確礼禮积積稳穩税稅竞競签簽简簡粤粵纪紀纳納组組结結绘繪综綜编編",
    "罗羅职職胜勝脉脈脑腦莱萊获獲补補装裝规規览覽订訂认認论論评評词詞试試诚誠语語说說诺諾课課调調谱譜质質购購贷貸费費贸貿赛賽赢贏跃躍",
    "转轉轻輕载載输輸连連远遠适適递遞钉釘钱錢链鏈销銷锁鎖键鍵镜鏡长長闪閃闻聞阅閱阳陽际際随隨项項预預领領题題颜顏风風饰飾馆館验驗骑騎",
)
"""The same for characters of company names."""
_TO_SIMPLIFIED = {ord(both[1]): both[0] for row in (*_PAIRS, *_NAME_PAIRS) for both in zip(row[::2], row[1::2], strict=True)}
_SIMPLIFIED = frozenset(character for row in _PAIRS for character in row[::2])
_TRADITIONAL = frozenset(character for row in _PAIRS for character in row[1::2])


def simplified(name: str) -> str:
    """A name in simplified characters, as far as they are listed: to compare names, not to show them."""
    return name.translate(_TO_SIMPLIFIED)


def language_of(text: str, before: str = "en") -> str:
    """The language of a paragraph; `before` (of the paragraph above) where it has too few words to tell."""
    return own_language(text, before) or before


def has_words(text: str) -> bool:
    """Whether there are Latin words and no Chinese characters, addresses aside."""
    plain = _ADDRESS.sub(" ", text)
    return bool(_WORD.search(plain)) and not _HAN.search(plain)


def own_language(text: str, before: str = "en") -> str | None:
    """The language that a paragraph's own words tell; None where they do not. Names stand in every language."""
    plain = _ADDRESS.sub(" ", text)
    han = len(_HAN.findall(plain))
    words = _WORD.findall(plain)
    small = [word for word in words if word[0].islower()]
    if han >= 2 and (han >= len(words) or (not small and han >= 4)):
        return chinese_variant(plain) or (before if before in CHINESE else "zh-Hans")
    if han == 0 and _is_foreign(words):
        return "und"
    if len(words) >= 3 or (words and before not in CHINESE):
        return "en"
    return None


def _is_foreign(words: list[str]) -> bool:
    """Many small words and none of the commonest English ones. Names do not count: they stand in every language."""
    small = [word for word in words if word.islower()]
    return len(small) >= _FOREIGN_FROM and _ENGLISH.isdisjoint(small)


def chinese_variant(text: str) -> str | None:
    """Which characters the text uses; None where all of them are common to both."""
    simple = sum(character in _SIMPLIFIED for character in text)
    traditional = sum(character in _TRADITIONAL for character in text)
    if simple == traditional:
        return None
    return "zh-Hans" if simple > traditional else "zh-Hant"
