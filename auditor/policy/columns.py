"""The columns of tables and the keys of records that list parties. A folded title goes in, its role comes out."""

import re
from enum import StrEnum

from auditor.policy.patterns import bounded


class Role(StrEnum):
    """What a column or key holds."""

    LINK = "link"
    COMPANY = "company"
    DATA = "data"
    PURPOSE = "purpose"
    SURFACE = "surface"
    NAME = "name"


_TITLE_LIMIT = 40
_TITLE_LIMIT_HAN = 16
_TITLES = tuple(
    (role, re.compile(bounded(*words), re.IGNORECASE))
    for role, words in (
        (
            Role.LINK,
            (r"links?|privacy policy|url|web ?site|web address", r"链接|隐私政策|官网|网址|連結|網址|隱私權?政策|隐私权政策"),
        ),
        (Role.COMPANY, (r"company|legal (?:entity|name)|operator|provider|vendor|recipient|processor|partner",)),
        (
            Role.COMPANY,
            (
                r"公司|主体|机构|运营[者方商]|提供[者方商]|开发[者方商]|服务商|供应商|接收[者方]|合作方|主體|機構|[經经]營者|营运者|供應商|開發[者方商]|營運[者方商]|服務商",
            ),
        ),
        (Role.DATA, (r"data|information|fields|what(?! for)",)),
        (Role.DATA, (r"信息|数据|字段|資料|資訊|内容",)),
        (Role.PURPOSE, (r"purposes?|used? (?:for|to)|uses?|functions?|services?|scenarios?|what for|why",)),
        (Role.PURPOSE, (r"目的|用途|功能|场景|场合|服务|使用|場景",)),
        (Role.SURFACE, (r"platforms?|surfaces?|where|systems?", r"平台|适用端|使用端|所在端|操作系统|端")),
        (Role.NAME, (r"names?|sdks?|third part(?:y|ies)|product|tool|library", r"名称|sdk|第三方|产品|插件|名稱")),
    )
)


def role_of(title: str) -> Role | None:
    """The role of a column or key with this folded title; None for an unknown or a long one."""
    title = title.strip(" *#:\u2022-")
    if not title or len(title) > _TITLE_LIMIT or re.search(r"[.。!?,、;]", title):
        return None
    if len(re.findall(r"[\u3400-\u9fff]", title)) > _TITLE_LIMIT_HAN:
        return None
    return next((role for role, pattern in _TITLES if pattern.search(title)), None)
