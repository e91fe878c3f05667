"""What a test phone tells over adb, and what is no value although a phone says it. All values are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.doctor.adb import NoPhoneError
from auditor.doctor.identifiers import QUESTIONS, accounts, parcel_digits, pull
from auditor.model.vocabulary import KINDS
from auditor.session.files import OWNERS
from tests.unit.doctor.conftest import MakePhone

PARCEL = """Result: Parcel(
  0x00000000: 00000000 0000000f 00350033 00300032 '........3.5.2.0.'
  0x00000010: 00390039 00300030 00370031 00310036 '9.9.0.0.1.7.6.1.'
  0x00000020: 00340031 00310038 00000000          '4.8.1.......    ')
"""
WIFI = 'noise\nmWifiInfo SSID: "DemoSalon-5G", BSSID: 00:00:5e:00:53:01, MAC: 00:00:5e:00:53:21\n'
ANSWERS = {
    "getprop ro.serialno": "DEMO0PIXEL8",
    "settings get secure android_id": "9a7b3c5d1e2f4a60",
    "service call iphonesubinfo 1 s16 com.android.shell": PARCEL,
    "cat /sys/class/net/wlan0/address": "00:00:5e:00:53:21",
    "settings get secure bluetooth_address": "02:00:00:00:00:00",
    "settings get global device_name": "Demo Pixel",
    "dumpsys wifi": WIFI,
}


def test_everything_that_a_phone_tells_is_a_planted_value(make_phone: MakePhone) -> None:
    pulled = pull(make_phone(ANSWERS))
    assert {value.label: value.value for value in pulled.values} == {
        "phone-serial": "DEMO0PIXEL8",
        "phone-android-id": "9a7b3c5d1e2f4a60",
        "phone-imei": "352099001761481",
        "phone-wifi-mac": "00:00:5e:00:53:21",
        "phone-name": "Demo Pixel",
        "wifi-ssid": "DemoSalon-5G",
        "wifi-bssid": "00:00:5e:00:53:01",
    }
    assert pulled.withheld == ("phone-bluetooth-mac",)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("getprop ro.serialno", "unknown"),
        ("getprop ro.serialno", ""),
        ("getprop ro.serialno", 'x"\n[[identifier]]'),
        ("settings get secure android_id", "null"),
        ("settings get secure android_id", "9a7b3c5d1e2f4a6"[:4]),
        ("cat /sys/class/net/wlan0/address", "00:00:00:00:00:00"),
        ("cat /sys/class/net/wlan0/address", "Permission denied"),
        ("service call iphonesubinfo 1 s16 com.android.shell", PARCEL.replace("4.8.1", "4.8.2")),
        ("service call iphonesubinfo 1 s16 com.android.shell", "Result: Parcel(fffffffc)"),
        ("dumpsys wifi", 'mWifiInfo SSID: "<unknown ssid>\nBSSID: 02:00:00:00:00:00'),
        ("settings get global device_name", "\x1b]0;x\x07"),
    ],
)
def test_an_answer_of_another_shape_is_no_value(make_phone: MakePhone, asked: str, answer: str) -> None:
    assert pull(make_phone({asked: answer})).values == ()


def test_without_a_phone_there_is_nobody_to_ask(make_phone: MakePhone) -> None:
    with pytest.raises(NoPhoneError):
        pull(make_phone({"state": "no devices/emulators found"}))


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ("Accounts: 0\n", 0),
        ("Accounts: 2\n Account {name=a@example.org, type=com.google}\n Account {name=b, type=x}\n Account {name=b, type=x}", 2),
        ("", None),
    ],
)
def test_accounts_say_whether_somebody_uses_the_phone(make_phone: MakePhone, answer: str, count: int | None) -> None:
    assert accounts(make_phone({"dumpsys account": answer})) == count


def test_a_phone_that_does_not_tell_its_accounts(make_phone: MakePhone) -> None:
    assert accounts(make_phone()) is None


def test_questions_use_known_kinds_and_owners_and_labels_of_their_own() -> None:
    assert {question.kind for question in QUESTIONS} <= set(KINDS)
    assert {question.owner for question in QUESTIONS} <= set(OWNERS)
    assert len({question.label for question in QUESTIONS}) == len(QUESTIONS)


@given(st.text(max_size=80))
def test_any_answer_of_a_service_gives_digits_or_nothing(answer: str) -> None:
    assert parcel_digits(answer) == "" or parcel_digits(answer).isdigit()
