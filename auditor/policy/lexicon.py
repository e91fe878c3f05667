"""The words by which policies name data, purposes and surfaces, in English and Chinese: folded text in, ids with offsets out.

Tables only: a further word is one more alternative in a row. Longer and more special words stand before those they contain.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from auditor.model.vocabulary import Surface
from auditor.policy.patterns import any_of, bounded


@dataclass(frozen=True, slots=True)
class Datum:
    """A kind of data as policies name it."""

    id: str
    words: str
    """Alternatives of a regular expression: English ones match at word boundaries, Chinese ones anywhere."""
    kinds: tuple[str, ...] = ()
    """The identifier kinds that it stands for."""
    open_kinds: tuple[str, ...] = ()
    """Kinds that it may stand for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One word found."""

    id: str
    start: int
    end: int


DATA = (
    Datum(
        "push_token",
        r"push tokens?|device tokens?|registration ids?|推送令牌|推送标识符?|推送标识|推播(?:權杖|令牌|識別碼)|推送權杖",
        ("push_token",),
    ),
    Datum("advertising_id", r"advertising (?:id|identifier)s?|\baaid\b|\bgaid\b|广告标识符?|廣告識別碼", ("aaid",)),
    Datum("oaid", r"oaid|匿名设备标识符", ("oaid",)),
    Datum("idfa", r"idfa", ("idfa",)),
    Datum("idfv", r"idfv", ("idfv",)),
    Datum("android_id", r"android[ _-]?id|安卓id", ("android_id",)),
    Datum("imei", r"imei|international mobile equipment identity|国际移动设备识别码", ("imei",)),
    Datum("imsi", r"imsi", ("imsi",)),
    Datum("iccid", r"iccid", ("iccid",)),
    Datum("meid", r"meid", ("meid",)),
    Datum("bssid", r"bssid", ("bssid",)),
    Datum("ssid", r"ssid|wi-?fi (?:network )?names?|network names?|(?:wi-?fi|wlan|无线网络)名称", ("ssid",)),
    Datum("mac", r"mac(?: address(?:es)?)?|mac ?地址", ("mac",)),
    Datum(
        "device_id",
        r"(?:unique )?device (?:id|identifier)s?|设备(?:id|标识符?|识别码|识别符)|唯一设备[^,。;、]{0,4}码|裝置(?:id|識別碼)",
        (),
        ("android_id", "idfv", "imeisv", "meid"),
    ),
    Datum("serial", r"serial numbers?|序列号|序號|序列號", ("serial",)),
    Datum("device_name", r"device names?|设备名称|裝置名稱"),
    Datum("device_model", r"(?:device|phone|handset|printer) (?:models?|types?)|(?:设备|手机|装置)型号|机型|裝置型號"),
    Datum("system_version", r"(?:operating )?systems? versions?(?: numbers?)?|os versions?|(?:操作)?系统版本号?|系統版本"),
    Datum("app_version", r"(?:software|app|application|firmware) versions?|(?:软件|应用|固件|app) ?版本号?"),
    Datum(
        "crash_log",
        r"crash (?:logs?|reports?|data)|log (?:data|files?)|崩溃(?:日志|信息|数据)|日志(?:信息|文件)?|當機(?:報告|紀錄|記錄)",
    ),
    Datum("ip", r"ip[ -]?address(?:es)?|ip ?(?:地址|位址)", ("ip",)),
    Datum("url", r"urls?(?: accessed| visited)?|pages? (?:visited|viewed)|访问的 ?url|浏览记录|瀏覽紀錄"),
    Datum("avatar", r"avatars?|profile (?:photo|picture|image)s?|头像|頭像", ("image",)),
    Datum("photo", r"photos?|photographs?|pictures?|照片|图片|相片|圖片", ("image",)),
    Datum(
        "location", r"(?:precise |approximate |geo)?locations?(?: data)?|gps|(?:地理)?位置(?:信息|資訊)?|定位信息", ("location",)
    ),
    Datum("contacts", r"contact lists?|address books?|通讯录|通訊錄"),
    Datum("installed_apps", r"installed (?:app|application)s?|list of apps|app lists?|(?:已安装)?(?:应用|软件)列表"),
    Datum("password", r"(?:login |log-in |account )?passwords?|(?:登录)?密码|密碼", ("password",)),
    Datum("user_name", r"user ?names?|login names?|用户名|使用者名稱", ("user_name",)),
    Datum("nickname", r"nick ?names?|display names?|昵称|暱稱", ("nickname",)),
    Datum(
        "postal_address",
        r"(?:postal|mailing|shipping|billing|home|delivery|street) address(?:es)?|(?:收货|通信|联系|邮寄|收貨)地址|住址",
        ("postal_address",),
    ),
    Datum(
        "email", r"e-?mail(?: address(?:es)?)?|(?:电子)?邮箱(?:地址)?|电子邮件(?:地址)?|電子(?:郵箱|郵件)(?:地址)?", ("email",)
    ),
    Datum(
        "phone",
        r"(?:(?:tele|mobile |cell )?phone|mobile|telephone) numbers?|(?:手机|电话)号码?|(?:手機|電話)號碼?",
        ("phone",),
    ),
    Datum("birth_date", r"dates? of birth|birth ?(?:dates?|days?)|出生日期|生日", ("birth_date",)),
    Datum(
        "resident_id",
        r"government[- ](?:issued )?(?:documents?|ids?)|national ids?|identity cards?|passports?|身份证(?:号码?)?|护照|身分證",
        ("resident_id",),
    ),
    Datum("card", r"(?:payment|credit|debit|bank) cards?(?: numbers?)?|card numbers?|银行卡号?|信用卡号?|信用卡號", ("card",)),
    Datum("account_number", r"account numbers?|账号|帐号"),
    Datum(
        "order",
        r"order (?:numbers?|information|details|data)|purchase (?:history|records?)|订单(?:号|信息|记录)?|交易(?:信息|记录)|訂單",
    ),
    Datum("age", r"age|年龄|年齡"),
    Datum("gender", r"gender|性别|性別"),
    Datum("region", r"region|地区|地區"),
    Datum("introduction", r"introduction|biography|个人简介|简介|簡介"),
    Datum("name", r"(?:full|real|first|last|legal) names?|names?(?=,| and | or |;|\.|$)|姓名|真实姓名"),
    Datum("print_job", r"print(?:ing)? (?:jobs?|history|records?)|打印(?:任务|记录|内容)"),
    Datum("usage", r"usage (?:data|records?|statistics)|使用(?:记录|數據|数据|时长)"),
)

PURPOSES = (
    ("cloud_database", r"databases?|数据库|資料庫|數據庫"),
    (
        "cloud_hosting",
        any_of(
            r"cloud (?:servers?|hosting|computing|storage|services?)|hosting|hosts? our|data storage",
            r"(?:are|is) stored with|hosted (?:with|by|on|at)",
            r"云(?:服务器|主机|存储|计算|服务)|服务器托管|数据存储|存储(?:您的|用户)?数据|雲端(?:服務|主機|儲存)|雲端伺服器|主機代管",
        ),
    ),
    ("sms", r"sms|text messages?|短信|簡訊|短訊|文字訊息"),
    ("push", r"cloud messaging|push(?:es)?(?: notifications?| messages?)?|推送|推播"),
    ("email", r"e-?mails?(?! address)|mail delivery|邮件|郵件|邮箱服务|電子報"),
    ("payment", r"payments?|billing|checkout|card processing|支付|付款|收款|结算|結帳|收單"),
    ("crash_reporting", r"crash(?:es)?|error reports?|崩溃|闪退|异常(?:上报|监控|信息)|當機|閃退"),
    (
        "analytics",
        r"statistics?|statistical|analytics?|analysis|measure(?:ment|s)?|being used|统计|數據分析|数据分析|分析|統計|使用情况",
    ),
    ("customer_service", r"customer (?:service|support|care)|help ?desk|live chat|客服|客户服务|客戶服務|在线咨询"),
    ("other", r"(?:and )?other services|其他服务|等服务|其他服務"),
)

SURFACES = (
    (
        Surface.SITE,
        r"(?:our|the|this|your) (?:web)?sites?\b|web ?sites?|online (?:shop|store)|web ?pages?|网站|官网|网页|網站|商城",
    ),
    (
        Surface.APP,
        any_of(
            r"(?:in|for|of|on|within|by) (?:our|the) (?:mobile )?(?:apps?|applications?)\b|android|ios",
            r"(?:app|应用|客户|移动|安卓)端|app内|應用程式",
        ),
    ),
    (Surface.PRINTER, r"(?:the|our|your) printers?\b|打印机端|打印机"),
)

SURFACES_ALONE = (
    (Surface.SITE, r"(?:web ?)?sites?|web|h5|网站|網站"),
    (Surface.APP, r"(?:mobile )?(?:apps?|applications?)|mobile|应用|應用|客户端|客戶端"),
    (Surface.PRINTER, r"printers?|打印机|印表機"),
)
"""What further words stand for in a column of surfaces; in a sentence they would say nothing."""

_ADVERTISING = r"advertis(?:ing|ements?|ers?)|\bads\b|广告|廣告"


@lru_cache(maxsize=4096)
def data_hits(text: str) -> tuple[Hit, ...]:
    """Every kind of data that a folded text names, in order."""
    return _hits(_data_pattern(), text)


def data_ids(text: str) -> tuple[str, ...]:
    """The kinds of data that a folded text names, each once, in order."""
    return tuple(dict.fromkeys(hit.id for hit in data_hits(text)))


def purposes_of(text: str) -> tuple[str, ...]:
    """The purposes that a folded text names, each once, in order of mention; `other` last."""
    found = dict.fromkeys(hit.id for hit in _hits(_purpose_pattern(), text))
    return tuple(sorted(found, key=lambda purpose: purpose == "other"))


def surfaces_of(text: str) -> tuple[Surface, ...]:
    """The surfaces that a folded text names, in the order of the vocabulary."""
    return _surfaces(SURFACES, text)


def surfaces_listed(text: str) -> tuple[Surface, ...]:
    """The surfaces that a folded text names which is a list of them and nothing else: `App` is no sentence."""
    found = {*_surfaces(SURFACES, text), *_surfaces(SURFACES_ALONE, text)}
    return tuple(surface for surface in Surface if surface in found)


def _surfaces(table: tuple[tuple[Surface, str], ...], text: str) -> tuple[Surface, ...]:
    found = {surface for surface, pattern in _surface_patterns(table) if pattern.search(text)}
    return tuple(surface for surface in Surface if surface in found)


def advertising(text: str) -> re.Match[str] | None:
    """The first word of a folded text that speaks of advertising."""
    return _advertising_pattern().search(text)


def kinds_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The identifier kinds that these kinds of data stand for."""
    return tuple(dict.fromkeys(kind for name in ids for kind in _datum(name).kinds))


def open_kinds_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The identifier kinds that these may stand for and that none of them names."""
    named = kinds_of(ids)
    return tuple(dict.fromkeys(kind for name in ids for kind in _datum(name).open_kinds if kind not in named))


@cache
def _datum(name: str) -> Datum:
    return next(datum for datum in DATA if datum.id == name)


def _hits(pattern: re.Pattern[str], text: str) -> tuple[Hit, ...]:
    return tuple(Hit(match.lastgroup or "", match.start(), match.end()) for match in pattern.finditer(text))


@cache
def _data_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{datum.id}>{bounded(datum.words)})" for datum in DATA), re.IGNORECASE)


@cache
def _purpose_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{bounded(words)})" for name, words in PURPOSES), re.IGNORECASE)


@cache
def _surface_patterns(table: tuple[tuple[Surface, str], ...]) -> tuple[tuple[Surface, re.Pattern[str]], ...]:
    return tuple((surface, re.compile(bounded(words), re.IGNORECASE)) for surface, words in table)


@cache
def _advertising_pattern() -> re.Pattern[str]:
    return re.compile(bounded(_ADVERTISING), re.IGNORECASE)
