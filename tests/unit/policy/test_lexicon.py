"""The words for data, purposes and surfaces."""

import pytest

from auditor.model.vocabulary import KINDS, PURPOSES, Surface
from auditor.policy import lexicon


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("device ID, MAC address, IMEI", ("device_id", "mac", "imei")),
        ("设备型号、系统版本号、手机号码", ("device_model", "system_version", "phone")),
        ("SSID and BSSID, Wi-Fi name", ("ssid", "bssid")),
        ("the machine's image of a macaroon", ()),
        ("a package of pages", ()),
    ],
)
def test_data(text: str, ids: tuple[str, ...]) -> None:
    """Whole words, the longer before the shorter."""
    assert lexicon.data_ids(text) == ids


@pytest.mark.parametrize(
    ("text", "purposes"),
    [
        ("cloud server, cloud database, push and other services", ("cloud_hosting", "cloud_database", "push", "other")),
        ("短信、推送、崩溃日志收集、统计服务", ("sms", "push", "crash_reporting", "analytics")),
        ("processes your e-mail address", ()),
    ],
)
def test_purposes(text: str, purposes: tuple[str, ...]) -> None:
    """In order of mention, `other` last."""
    assert lexicon.purposes_of(text) == purposes


def test_surfaces() -> None:
    """Only where the text says so."""
    assert lexicon.surfaces_of("statistics for our website") == (Surface.SITE,)
    assert lexicon.surfaces_of("software crash logs") == ()


def test_the_tables_use_the_vocabularies() -> None:
    """Ids are unique, kinds and purposes are the model's."""
    ids = [datum.id for datum in lexicon.DATA]
    assert len(set(ids)) == len(ids)
    assert {kind for datum in lexicon.DATA for kind in (*datum.kinds, *datum.open_kinds)} <= set(KINDS)
    assert {name for name, _ in lexicon.PURPOSES} == set(PURPOSES)


def test_open_kinds_are_those_that_nothing_names() -> None:
    """A device ID may be an Android ID, unless that one is listed itself."""
    assert "android_id" in lexicon.open_kinds_of(("device_id",))
    assert "android_id" not in lexicon.open_kinds_of(("device_id", "android_id"))


WORDS = {
    "push_token": "device token, registration IDs; 推送标识符、推播權杖",
    "advertising_id": "advertising ID, AAID, GAID; 广告标识符、廣告識別碼",
    "oaid": "OAID; 匿名设备标识符",
    "idfa": "IDFA",
    "idfv": "IDFV",
    "android_id": "Android ID, android_id; 安卓ID",
    "imei": "IMEI, International Mobile Equipment Identity; 国际移动设备识别码",
    "imsi": "IMSI",
    "iccid": "ICCID",
    "meid": "MEID",
    "bssid": "BSSID",
    "ssid": "SSID, WiFi name, network names; 无线网络名称",
    "mac": "MAC, MAC addresses; MAC地址",
    "device_id": "unique device identifier; 设备标识符、裝置識別碼",
    "serial": "serial number; 序列号、序號",
    "device_name": "device names; 设备名称、裝置名稱",
    "device_model": "phone model, printer type; 手机型号、机型、裝置型號",
    "system_version": "operating system version, OS versions; 操作系统版本号、系統版本",
    "app_version": "firmware version; 软件版本号",
    "crash_log": "crash logs, log files; 崩溃日志、當機紀錄",
    "ip": "IP address, IP-addresses; IP地址、IP位址",
    "url": "URLs visited, pages viewed; 浏览记录、瀏覽紀錄",
    "avatar": "avatar, profile picture; 头像、頭像",
    "photo": "photographs, pictures; 照片、圖片",
    "location": "precise location data, GPS; 地理位置信息、位置資訊",
    "contacts": "address book, contact list; 通讯录、通訊錄",
    "installed_apps": "list of apps, installed applications; 已安装应用列表",
    "password": "login password; 登录密码、密碼",
    "user_name": "user name, login names; 用户名、使用者名稱",
    "nickname": "nickname, display name; 昵称、暱稱",
    "postal_address": "shipping address, postal addresses; 收货地址、住址",
    "email": "e-mail address, email; 电子邮箱、電子郵件地址",
    "phone": "mobile number, telephone numbers; 手机号、電話號碼",
    "birth_date": "date of birth, birthday; 出生日期、生日",
    "resident_id": "passport, identity card; 身份证号码、身分證",
    "card": "credit card number, bank cards; 银行卡号、信用卡號",
    "account_number": "account number; 账号、帐号",
    "order": "order details, purchase history; 订单信息、訂單",
    "age": "age; 年龄、年齡",
    "gender": "gender; 性别、性別",
    "region": "region; 地区、地區",
    "introduction": "biography; 个人简介、簡介",
    "name": "full name, your legal names; 姓名",
    "print_job": "print jobs, printing history; 打印任务",
    "usage": "usage statistics; 使用时长",
}
"""Each kind of data in the words of policies, in both languages and both ways of writing Chinese."""
NEAR = (
    "imeis of mind",
    "machine",
    "images",
    "packages",
    "pageant",
    "agenda",
    "emailing list",
    "thread",
    "surname",
    "GPSS",
    "IDFAX",
)


@pytest.mark.parametrize("name", WORDS)
def test_each_kind_of_data_is_known_by_all_its_words_and_by_no_other_s(name: str) -> None:
    """A word that is read as another kind of data is a wrong entry in the data map."""
    for words in WORDS[name].split(";"):
        for word in words.replace("、", ",").split(","):
            assert lexicon.data_ids(word.strip()) == (name,), word


def test_every_kind_of_data_has_its_words_here() -> None:
    assert set(WORDS) == {datum.id for datum in lexicon.DATA}


@pytest.mark.parametrize("text", NEAR)
def test_a_part_of_a_word_is_no_datum(text: str) -> None:
    assert lexicon.data_ids(text) == ()


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        ("cloud_database", "cloud database; 数据库、資料庫"),
        ("cloud_hosting", "hosting, cloud servers, is stored with us; 云服务器、雲端主機、存储您的数据"),
        ("sms", "text messages, SMS; 短信、簡訊"),
        ("push", "push notifications, pushes, cloud messaging; 推送、推播"),
        ("email", "e-mails, mail delivery; 邮件、電子報"),
        ("payment", "checkout, billing; 支付、結帳"),
        ("crash_reporting", "crashes, error report; 闪退、異常當機"),
        ("analytics", "statistics, measurement; 统计、數據分析"),
        ("customer_service", "customer support, live chat; 客服、客戶服務"),
        ("other", "and other services; 其他服务、其他服務"),
    ],
)
def test_each_purpose_is_known_by_its_words(purpose: str, words: str) -> None:
    for word in words.replace(";", ",").replace("、", ",").split(","):
        assert lexicon.purposes_of(word.strip()) == (purpose,), word


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("in our app and on the website", (Surface.APP, Surface.SITE)),
        ("安卓端、官网", (Surface.APP, Surface.SITE)),
        ("for iOS", (Surface.APP,)),
        ("online shop", (Surface.SITE,)),
        ("网页", (Surface.SITE,)),
        ("your printers", (Surface.PRINTER,)),
        ("打印机", (Surface.PRINTER,)),
        ("printers of others, the application of law, curios, websitely", ()),
    ],
)
def test_surfaces_by_their_words(text: str, surfaces: tuple[Surface, ...]) -> None:
    """In the order of the vocabulary."""
    assert lexicon.surfaces_of(text) == surfaces


@pytest.mark.parametrize(
    ("text", "word"), [("relevant ads", "ads"), ("广告推送", "广告"), ("advertisers", "advertisers"), ("adverse", "")]
)
def test_advertising_by_its_words(text: str, word: str) -> None:
    found = lexicon.advertising(text)
    assert (found[0] if found else "") == word


@pytest.mark.parametrize(
    ("cell", "surfaces"),
    [
        ("App", (Surface.APP,)),
        ("app, website", (Surface.APP, Surface.SITE)),
        ("Site / Mobile apps", (Surface.APP, Surface.SITE)),
        ("Android, H5", (Surface.APP, Surface.SITE)),
        ("应用、网站", (Surface.APP, Surface.SITE)),
        ("Printer", (Surface.PRINTER,)),
        ("all", ()),
        ("-", ()),
        ("happy", ()),
    ],
)
def test_in_a_column_of_surfaces_a_word_is_enough(cell: str, surfaces: tuple[Surface, ...]) -> None:
    """`App` under `Platform` restricts the party to the app; in a sentence the word alone says nothing."""
    assert lexicon.surfaces_listed(cell) == surfaces
    assert lexicon.surfaces_of("happy with the app of a partner, web of trust") == ()
