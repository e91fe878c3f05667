"""Brands in running text that stand where a company would: `tools such as Mixpanel`, `sent by SendGrid`, `使用百度统计`.

A folded sentence and the names that the catalog knows go in, brands with their places come out. A brand is no legal person and a
capital is no proof, so only a few forms of words count, and what is found so is for a person to confirm.
"""

import re
from functools import cache

from auditor.policy.names import KnownParty, has_han
from auditor.policy.patterns import any_of
from auditor.policy.running_names import LegalName

_TAIL = r"[A-Za-z0-9+&]*(?:[.-][A-Za-z0-9+]+)*"
_BRAND = rf"(?:[A-Z]|[a-z]+[A-Z]|\d+[A-Z]){_TAIL}(?: (?:[A-Z]|\d){_TAIL}){{0,3}}"
_NOUN = "(?:{})".format(
    any_of(
        r"providers?|partners?|vendors?|compan(?:y|ies)|third[- ]part(?:y|ies)|tools?|SDKs?|processors?",
        r"platforms?|contractors?|suppliers?",
    )
)
_SERVES = "(?:{})".format(
    any_of(
        r"sent|provided|processed|handled|hosted|delivered|operated|powered|stored|offered|served|managed",
        r"carried out|run|supplied",
    )
)
_OPENINGS = re.compile(
    any_of(
        rf"\b{_NOUN}\b[^.;:]{{0,30}}?,?\s(?:such as|including(?:,? but not limited to)?|like|namely|for example|e\.g\.),?:?\s*",
        r"\b(?:providers?|partners?|vendors?|processors?)\s(?:are|include|is|currently are)\s*:?\s*",
        rf"\b{_SERVES}\b[^.;]{{0,40}}?\b(?:by|through|via|with)\s+",
        r"\b(?:we|app|website|site)\s(?:(?:may|also|currently|will)\s)*"
        r"(?:uses?|rel(?:y|ies) on|works? with|integrates?|embeds?)\s+",
        r"(?<!for )\b(?:pay|payments?|check ?out)\s(?:[a-z]+\s){0,2}?(?:with|via|through|by|using)\s+",
        r"(?:第三方[^,。;:]{0,14}|服务商|提供商|合作伙伴|合作方|合作机构|平台|工具|厂商|服務商|供應商|廠商|合作夥伴)"
        r"[^。;:]{0,16}?[,(]?(?:例如|比如|诸如|包括但不限于|包括但不限於|包括|分别为|如)[:,]?\s*",
        r"(?:由|使用了?|接入了?|集成了?|通过|選擇|选择|透過|採用|采用|委託|委托)\s*",
    ),
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:,\s*(?:and|or)\s|,|、|\band\b|\bor\b|&|和|及|以及|与|與|或者?)\s*")
_NO_BRANDS = frozenset(
    (
        *(
            "Android",
            "iOS",
            "IOS",
            "Wi-Fi",
            "WiFi",
            "WLAN",
            "Bluetooth",
            "GPS",
            "TLS",
            "SSL",
            "HTTPS",
            "HTTP",
            "Cookies",
            "Cookie",
        ),
        *("SDK", "SDKs", "API", "APIs", "App", "APP", "Apps", "GDPR", "PIPL", "CCPA", "EU", "EEA", "USA", "US", "UK", "United"),
        *("European", "China", "PRC", "Hong", "AES", "RSA", "SHA", "AI", "NFC", "SMS", "Email", "E-mail", "Standard", "Privacy"),
        *(
            "Policy",
            "Terms",
            "Service",
            "Services",
            "Settings",
            "Account",
            "Article",
            "Section",
            "Annex",
            "Appendix",
            "You",
            "Your",
        ),
        *(
            "Our",
            "We",
            "The",
            "This",
            "These",
            "Those",
            "They",
            "Internet",
            "Web",
            "Personal",
            "Information",
            "Data",
            "URL",
            "QR",
        ),
        *(
            "MAC",
            "IMEI",
            "IP",
            "ID",
            "IDs",
            "Face",
            "Touch",
            "Windows",
            "Mac",
            "Linux",
            "Mr",
            "Ms",
            "Product",
            "Products",
            "User",
        ),
        *(
            "Users",
            "Company",
            "Customer",
            "Customers",
            "It",
            "A",
            "An",
            "IDFA",
            "OAID",
            "HTML5",
            "H5",
            "JavaScript",
            "BLE",
            "USB",
        ),
        *("Local", "Standardised", "Contractual", "January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December", "DNS", "VPN", "PC", "TV", "Third-Party", "Third", "Law", "Regulation"),
        *("Binding", "Corporate", "Rules", "Court", "Authority", "State", "Government", "Ministry", "IT", "PUSH", "CDN", "OS"),
    )
)
"""What is written with capitals and is nobody: systems, techniques, laws, words of the policy itself."""
_POPULAR = (
    *("微信支付", "微信", "新浪微博", "抖音", "银联", "云闪付", "极光", "高德地图", "百度地图", "腾讯地图", "百度统计", "穿山甲"),
    *("优量汇", "融云", "环信", "华为云", "七牛云", "火山引擎", "支付寶", "微信支付", "綠界科技", "街口支付"),
)
"""Names of services that Chinese policies use without their company, beside those that the catalog knows."""
_MAX_ITEMS = 40


def brands_in(text: str, known: tuple[KnownParty, ...], names: tuple[LegalName, ...]) -> tuple[LegalName, ...]:
    """The brands of a folded text, in order; none inside the company names that were found already."""
    found: dict[int, LegalName] = {}
    starts = {name.start: name for name in names}
    for opening in _OPENINGS.finditer(text):
        for brand in _items(text, opening.end(), known, starts):
            found.setdefault(brand.start, brand)
    return tuple(found[start] for start in sorted(found))


def _items(text: str, position: int, known: tuple[KnownParty, ...], companies: dict[int, LegalName]) -> list[LegalName]:
    """The brands of the list that begins here; companies in it are passed over."""
    found: list[LegalName] = []
    for _ in range(_MAX_ITEMS):
        company = companies.get(position)
        brand = None if company else _brand_at(text, position, known)
        if company is None and brand is None:
            break
        if brand is not None and not any(place in companies for place in range(brand.start, brand.end)):
            found.append(brand)
        end = (company or brand or LegalName("", position, position)).end
        joint = _JOINT.match(text, end)
        if not joint:
            break
        position = joint.end()
    return found


def _brand_at(text: str, position: int, known: tuple[KnownParty, ...]) -> LegalName | None:
    chinese = _known_han(known).match(text, position)
    if chinese:
        return LegalName(chinese[0], chinese.start(), chinese.end())
    latin = _LATIN.match(text, position)
    if not latin:
        return None
    name = latin[0].rstrip(".+")
    if name.split(" ")[0] in _NO_BRANDS or len(name) < 2:
        return None
    return LegalName(name, position, position + len(name))


_LATIN = re.compile(_BRAND)


@cache
def _known_han(known: tuple[KnownParty, ...]) -> re.Pattern[str]:
    names = {name for entry in known for name in entry.names if has_han(name)} | set(_POPULAR)
    found = any_of(*(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))) or r"(?!)"
    return re.compile(rf"(?:{found})(?:统计|推送|地图|支付|云|移动统计|登录|分享)?")
