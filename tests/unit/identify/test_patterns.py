"""Values that nobody planted: one kind each, high only where shape and context agree, near misses left alone."""

import json
from urllib.parse import urlencode

import pytest

from auditor.model.content import Piece
from auditor.model.vocabulary import Confidence, Match, Part
from tests.unit.identify.sessions import in_body, sight, unplanted

FOUND = [
    ({"imei": "490154203237518"}, "imei", Confidence.HIGH),
    ({"device_id": "353322111234564"}, "imei", Confidence.HIGH),
    ({"imsi": "460011234567890"}, "imsi", Confidence.HIGH),
    ({"iccid": "89860012345678901238"}, "iccid", Confidence.HIGH),
    ({"wifi_mac": "3c:5a:b4:01:02:03"}, "mac", Confidence.HIGH),
    ({"蓝牙地址": "3C5AB4010203"}, "mac", Confidence.HIGH),
    ({"bssid": "3c:5a:b4:01:02:03"}, "bssid", Confidence.HIGH),
    ({"android_id": "9a7b3c5d1e2f4a60"}, "android_id", Confidence.HIGH),
    ({"oaid": "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11"}, "oaid", Confidence.HIGH),
    ({"idfa": "8F2D1C34-0B5A-4E6F-9C7D-1A2B3C4D5E6F"}, "idfa", Confidence.HIGH),
    ({"gaid": "3d2e8f10-6b4c-4c1d-8e77-5a9b0c1d2e3f"}, "aaid", Confidence.HIGH),
    ({"phone": "13912345678"}, "phone", Confidence.HIGH),
    ({"手机号": "139 1234 5678"}, "phone", Confidence.HIGH),
    ({"mobile": "+49 30 901820"}, "phone", Confidence.HIGH),
    ({"account": "13912345678"}, "phone", Confidence.HIGH),
    ({"email": "someone@example.com"}, "email", Confidence.HIGH),
    ({"cardNo": "6222 0200 1111 2222 333"}, "card", Confidence.HIGH),
    ({"身份证号": "11010519491231002X"}, "resident_id", Confidence.HIGH),
    ({"local_ip": "192.168.1.20"}, "ip", Confidence.HIGH),
    ({"lat": 31.23041, "lon": 121.47370}, "location", Confidence.HIGH),
    ({"birthday": "1990-05-17"}, "birth_date", Confidence.HIGH),
    ({"access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklm"}, "token", Confidence.HIGH),
    ({"x": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklm"}, "token", Confidence.MEDIUM),
    ({"phone": "0033612345678"}, "phone", Confidence.HIGH),
    ({"电话": "+82 10-1234-5678"}, "phone", Confidence.HIGH),
    ({"内网地址": "172.16.4.9"}, "ip", Confidence.HIGH),
    ({"x": "someone@example.com"}, "email", Confidence.MEDIUM),
    ({"x": "353322111234564"}, "imei", Confidence.MEDIUM),
    ({"x": "sent 353322111234564 to"}, "imei", Confidence.MEDIUM),
    ({"account": "86-13812345678"}, "phone", Confidence.HIGH),
    ({"advertiserId": "3d2e8f10-6b4c-4c1d-8e77-5a9b0c1d2e3f"}, "aaid", Confidence.MEDIUM),
    ({"simSerialNo": "89860012345678901238"}, "iccid", Confidence.HIGH),
    ({"mmac": "3c:5a:b4:01:02:03"}, "bssid", Confidence.HIGH),
    ({"路由器MAC地址": "3c:5a:b4:01:02:03"}, "bssid", Confidence.HIGH),
    ({"adrid": "9a7b3c5d1e2f4a60"}, "android_id", Confidence.HIGH),
    ({"$ios_ifa": "8F2D1C34-0B5A-4E6F-9C7D-1A2B3C4D5E6F"}, "idfa", Confidence.HIGH),
    ({"lan_ip_address": "192.168.1.20"}, "ip", Confidence.HIGH),
    ({"location": [121.47372, 31.23043]}, "location", Confidence.MEDIUM),
    ({"loc": [31.23043, 121.47372]}, "location", Confidence.MEDIUM),
    ({"user_lat": 31.23041, "user_lng": 121.47370}, "location", Confidence.HIGH),
    ({"mLatitude": "31.23041", "mLongtitude": "121.47370"}, "location", Confidence.HIGH),
    ({"x": "11010519491231002X"}, "resident_id", Confidence.MEDIUM),
    ({"x": "call +8613912345678 now"}, "phone", Confidence.MEDIUM),
    ({"ssid": "Cafe"}, "ssid", Confidence.LOW),
    ({"password": "hunter2"}, "password", Confidence.LOW),
    ({"nick-name": "Bobby"}, "nickname", Confidence.LOW),
    ({"serial_no": "V11A000042"}, "serial", Confidence.LOW),
]


@pytest.mark.parametrize(("document", "kind", "confidence"), FOUND)
def test_found(document: object, kind: str, confidence: Confidence) -> None:
    """One sighting of the right kind and confidence."""
    found = in_body(json.dumps(document, ensure_ascii=False), by=unplanted())
    assert [(sighting.kind, sighting.confidence) for sighting in found] == [(kind, confidence)]
    assert found[0].match is (Match.NAME if confidence is Confidence.LOW else Match.PATTERN)


LONGER_NAMES = [
    ("receiver_phone", "13912345678", "phone"),
    ("绑定手机号", "13912345678", "phone"),
    ("consigneeMobile2", "+8613912345678", "phone"),
    ("legal_person_email", "someone@example.com", "email"),
    ("收款卡号", "6222020011112222333", "card"),
    ("legalIdCardNo", "11010519491231002X", "resident_id"),
    ("userBirthday", "1990年5月17日", "birth_date"),
    ("出生日期", "17/05/1990", "birth_date"),
    ("dob", "19991119", "birth_date"),
    ("simImsi1", "460011234567890", "imsi"),
    ("terminal_imei", "490154203237518", "imei"),
    ("printerMac", "3c:5a:b4:01:02:03", "mac"),
    ("homeRouterMac", "3c:5a:b4:01:02:03", "bssid"),
    ("SIM卡序列号", "89860012345678901238", "iccid"),
]


@pytest.mark.parametrize("carrier", ["json", "form", "query"])
@pytest.mark.parametrize(("name", "value", "kind"), LONGER_NAMES)
def test_a_longer_name_means_what_it_ends_with(name: str, value: str, kind: str, carrier: str) -> None:
    """Of several endings the longest counts; names in percent-encoding are read like others; one value is told once."""
    pair = urlencode({name: value})
    pieces = {
        "query": (Piece(Part.QUERY, "", pair.encode()),),
        "form": (Piece(Part.HEADER, "Content-Type", b"application/x-www-form-urlencoded"), Piece(Part.BODY, "", pair.encode())),
        "json": (Piece(Part.BODY, "", json.dumps({name: value}).encode()),),
    }
    found = sight(*pieces[carrier], by=unplanted())
    assert [(sighting.kind, sighting.confidence) for sighting in found] == [(kind, Confidence.HIGH)]


@pytest.mark.parametrize(("name", "value"), [("hmac", "9f03ab01cd03"), ("thread_id", "3d2e8f10-6b4c-4c1d-8e77-5a9b0c1d2e3f")])
def test_an_ending_that_means_something_else(name: str, value: str) -> None:
    """Not every word that ends so is a name of the kind."""
    assert in_body(json.dumps({name: value}), by=unplanted()) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("订单号", "353322111234564"), ("out_trade_no", "8986001234567890120"), ("LogisticCode", "353322111234564")],
)
def test_a_check_digit_under_the_name_of_another_number_is_chance(name: str, value: str) -> None:
    """One order number in ten passes it: low, so that no finding rests on it."""
    found = in_body(json.dumps({name: value}), by=unplanted())
    assert [sighting.confidence for sighting in found] == [Confidence.LOW]


def test_the_plus_of_a_query_is_a_space() -> None:
    """A number of a list of JSON has no plus before it."""
    piece = Piece(Part.QUERY, "", b"ids=%5B9507%2C+88678809952%5D")
    assert sight(piece, by=unplanted()) == ()


WITHIN = [
    (
        "os=android##imei=353322111234564##mac=3c:5a:b4:01:02:03##android_id=9a7b3c5d1e2f4a60##lib=2",
        ["imei", "mac", "android_id"],
    ),
    (
        "android_id=9a7b3c5d1e2f4a60##imei=353322111234564##oaid=7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11",
        ["android_id", "imei", "oaid"],
    ),
    ("imsi:460011234567890\nmac=3c:5a:b4:11:a2:7f,bssid=64:09:80:1b:3c:9d\n", ["imsi", "mac", "bssid"]),
    ("I/Net(77): joined bssid=3c:5a:b4:01:02:04, imsi: 460011234567890", ["bssid", "imsi"]),
    ("user_phone:13912345678|oaid:7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11|", ["phone", "oaid"]),
]


@pytest.mark.parametrize(("text", "kinds"), WITHIN)
def test_a_name_within_a_text(text: str, kinds: list[str]) -> None:
    """SDKs join names and values with signs of their own, and logs hold both: each value is of its name's kind, told once."""
    for body in (text, json.dumps({"info": text})):
        found = in_body(body, by=unplanted())
        assert [(sighting.kind, sighting.confidence) for sighting in found] == [(kind, Confidence.HIGH) for kind in kinds]


def test_several_values_of_one_text_that_stands_otherwise_in_the_capture() -> None:
    """A text with an escaped line has one place for all that it holds; each value is told all the same, and once."""
    found = in_body(json.dumps({"info": "mail someone@example.com\ncall +8613912345678"}), by=unplanted())
    assert [sighting.kind for sighting in found] == ["email", "phone"]


@pytest.mark.parametrize("text", ["mac: arm64, phone: iphone", "address=0x7f9a3c5d1e2f, mobile=1", "x.imei=imei;y.mac=abcdef"])
def test_a_name_within_a_text_that_no_identifier_follows(text: str) -> None:
    assert in_body(text, by=unplanted()) == ()


DOUBTFUL: list[tuple[dict[str, object], str, Confidence]] = [
    ({"vendor_id": "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11"}, "idfv", Confidence.LOW),
    ({"ad_id": "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11"}, "aaid", Confidence.LOW),
    ({"adid": "7c1f0b525d3e4f7a9a410d0e5d3f2a11"}, "aaid", Confidence.LOW),
    ({"aid": "9a7b3c5d1e2f4a60"}, "android_id", Confidence.LOW),
    ({"uid": "3c5ab401020f"}, "mac", Confidence.LOW),
    ({"born": "2024-03-08"}, "birth_date", Confidence.LOW),
    ({"mid": "353322111234564"}, "imei", Confidence.MEDIUM),
    ({"account_no": "6222020011112222333"}, "card", Confidence.MEDIUM),
    ({"address": "7A:5C:03:9E:11:D2"}, "mac", Confidence.HIGH),
]


@pytest.mark.parametrize(("document", "kind", "confidence"), DOUBTFUL)
def test_a_name_that_means_other_things_as_often(document: object, kind: str, confidence: Confidence) -> None:
    """Shops have vendors, feeds have ads and articles: only a shape that is no chance counts for more than the name."""
    found = in_body(json.dumps(document), by=unplanted())
    assert [(sighting.kind, sighting.confidence) for sighting in found] == [(kind, confidence)]


@pytest.mark.parametrize(
    "text",
    [
        "订单号：353322111234564",
        "id=7 order: 353322111234564;",
        "var orderNo='8986001234567890120'",
        "运单号 353322111234564 已发货",
    ],
)
def test_a_check_digit_behind_the_name_of_another_number_is_chance(text: str) -> None:
    """The name may stand within the text, too."""
    found = in_body(json.dumps({"message": text}, ensure_ascii=False), by=unplanted())
    assert [sighting.confidence for sighting in found] == [Confidence.LOW]


INNOCENT: list[dict[str, object]] = [
    {"uid": "100020123456"},
    {"mac": "00:11:22:33:44:55"},
    {"phone": "13800138000", "mobile": "+86 138 0013 8000"},
    {"mac": "AA-BB-CC-DD-EE-FF"},
    {"help": "MAC: 00:1A:2B:3C:4D:5E or aabbccddeeff"},
    {"device_id": "100020123456"},
    {"headphone": "12345678902"},
    {"smartphone": "13812345678"},
    {"automobile": "13812345678"},
    {"rebirth": "2024-03-08"},
    {"gameId": "a1b2c3d4e5f607"},
    {"servicePhone": "1-800-275-2273"},
    {"servicePhone": "1 (800) 275-2273"},
    {"loc": "0.2536 0.7512"},
    {"loc": [0.2536, 0.7512]},
    {"location": [12.5, 30.75]},
    {"position": [112.47372, 31.23043]},
    {"coordinates": [112.47372, 31.23043, 7.1]},
    {"ll": "0.2536,-0.7512"},
    {"lat": 0.25361, "lng": 0.7512},
    {"imei": "490154203237519"},
    {"imei": "000000000000000"},
    {"imei": "unknown"},
    {"order": "490154203237518"},
    {"id": "201812345678"},
    {"uid": "123456789012"},
    {"id": "6011000990139424"},
    {"mac": "02:00:00:00:00:00"},
    {"mac": "00:00:00:00:00:00"},
    {"x": "aa:bb:cc:dd:ee:ff"},
    {"android_id": "9774d56d682e549c"},
    {"idfa": "00000000-0000-0000-0000-000000000000"},
    {"id": "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11"},
    {"phone": "12345"},
    {"to": "20251122"},
    {"account": "4912345678"},
    {"icon": "logo@2x.png"},
    {"ip": "8.8.8.8"},
    {"version": "10.2.3.4"},
    {"position": "12.25,30.75"},
    {"lat": 0, "lon": 0},
    {"x": 31.23041, "y": 121.4737},
    {"ssid": "<unknown ssid>"},
    {"password": ""},
    {"imsi": "999991234567890"},
    {"iccid": "89860012345678901239"},
    {"身份证号": "110105194912310021"},
    {"身份证号": "110105491231002"},
    {"身份证号码": "11010519491331002X"},
    {"app_version": "192.168.1.20"},
    {"版本": "192.168.1.20"},
    {"ip": "203.0.113.9"},
    {"ip": "172.32.4.9"},
    {"sim": 0.460011234567891},
    {"手机号": "12345678901"},
    {"dsn": "https://9f2b7c1d@o12345.ingest.example.io/77"},
    {"origin": "git@github.com:someone/repo.git"},
    {"viewport": "31.230416,121.473701"},
]


@pytest.mark.parametrize("document", INNOCENT, ids=lambda document: json.dumps(document))
def test_innocent(document: object) -> None:
    """Wrong check digits, fillers, and shapes without context."""
    assert in_body(json.dumps(document, ensure_ascii=False), by=unplanted()) == ()


def test_imei_is_never_a_card() -> None:
    """Fifteen digits that pass for both are of one kind, the key's."""
    found = in_body(json.dumps({"imei": "378282246310005"}), by=unplanted())
    assert [sighting.kind for sighting in found] == ["imei"]


def test_token_is_the_same_at_two_recipients() -> None:
    """A token that one party sets and another receives carries one digest at both."""
    first = in_body('{"access_token":"Zx81kQw99LmN2"}', by=unplanted())
    second = in_body("access_token=Zx81kQw99LmN2&v=1", by=unplanted())
    assert [sighting.digest for sighting in first] == [sighting.digest for sighting in second] != []


@pytest.mark.parametrize(("value", "kinds"), [("Li", []), ("Lin", ["nickname"])])
def test_too_short_for_a_name_in_whatever_it_stands(value: str, kinds: list[str]) -> None:
    for text in (json.dumps({"nickname": value}), urlencode({"nickname": value, "other": "some text"})):
        assert [sighting.kind for sighting in in_body(text, by=unplanted())] == kinds
