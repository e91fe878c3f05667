"""Each leg that a phone tells of, through a stand-in for adb, with a real cause behind it where there can be one."""

import socket
from pathlib import Path

import pytest

from auditor.doctor import phone
from auditor.doctor.leg import Outcome, Setup
from tests.lab.authority import Authority
from tests.unit.doctor.conftest import MakePhone

APP = "com.example.nails"
SETTING = "settings get global http_proxy"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ca")
    made = Authority(folder)
    made.create()
    (folder / "mitmproxy-ca-cert.pem").write_bytes(made.certificate.read_bytes())
    return folder


def test_a_phone_is_told_by_model_and_version(make_phone: MakePhone) -> None:
    checked = phone.check_phone(Setup(adb=make_phone()))
    assert (checked.outcome, checked.facts) == (Outcome.OK, {"model": "Pixel 8", "release": "15"})


@pytest.mark.parametrize("state", ["device unauthorized.", "no devices/emulators found", "device offline"])
def test_without_a_phone_no_leg_of_it_is_judged(make_phone: MakePhone, state: str, authority: Path) -> None:
    setup = Setup(adb=make_phone({"state": state}), app=APP, confdir=authority)
    checks = (phone.check_phone, phone.check_reach, phone.check_setting, phone.check_trust, phone.check_app, phone.check_dns)
    for check in (*checks, phone.check_flutter, phone.check_clock):
        assert check(setup).outcome is Outcome.UNCHECKED


def test_a_proxy_that_the_phone_cannot_reach_is_isolation(make_phone: MakePhone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert phone.check_reach(Setup(adb=make_phone({SETTING: f"127.0.0.1:{port}"}))).key == "reached"
    assert phone.check_reach(Setup(adb=make_phone({SETTING: f"127.0.0.1:{port}"}))).key == "isolated"


@pytest.mark.parametrize("said", ["null", "", "x; reboot:80", "$(reboot):80", "host:80; id"])
def test_a_setting_that_is_no_address_is_never_run(make_phone: MakePhone, said: str) -> None:
    assert phone.check_reach(Setup(adb=make_phone({SETTING: said}))).key == "reach_unknown"


@pytest.mark.parametrize(
    ("said", "key"),
    [("null", "no_proxy_set"), (":0", "no_proxy_set"), ("10.0.0.2:8888", "other_proxy_set"), ("10.0.0.2:8080", "proxy_set")],
)
def test_the_phones_proxy_setting(make_phone: MakePhone, said: str, key: str) -> None:
    assert phone.check_setting(Setup(adb=make_phone({SETTING: said}))).key == key


def test_where_the_ca_is_installed(make_phone: MakePhone, authority: Path) -> None:
    name = phone.subject_hash(authority / "mitmproxy-ca-cert.pem")
    places = {
        "ca_system": f"/apex/com.android.conscrypt/cacerts/{name}.0",
        "ca_user": f"/data/misc/user/0/cacerts-added/{name}.0",
        "ca_not_on_phone": f"/system/etc/security/cacerts/{name}.1",
    }
    for key, place in places.items():
        assert phone.check_trust(Setup(adb=make_phone({"files": [place]}), confdir=authority)).key == key


def test_without_the_proxys_ca_trust_cannot_be_looked_at(make_phone: MakePhone, tmp_path: Path) -> None:
    assert phone.check_trust(Setup(adb=make_phone(), confdir=tmp_path)).key == "needs_ca"
    (tmp_path / "mitmproxy-ca-cert.pem").write_text("nonsense")
    assert phone.check_trust(Setup(adb=make_phone(), confdir=tmp_path)).key == "needs_ca"


def test_the_hash_is_the_one_that_openssl_makes(authority: Path) -> None:
    import shutil
    import subprocess

    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path = authority / "mitmproxy-ca-cert.pem"
    said = subprocess.run(
        ["openssl", "x509", "-subject_hash_old", "-noout", "-in", str(path)], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == phone.subject_hash(path)


@pytest.mark.parametrize(
    ("app", "dump", "key"),
    [
        (None, "", "name_the_app"),
        ("not a name; id", "", "no_package_name"),
        (APP, "Unable to find package", "app_missing"),
        (APP, "versionName=4.2.0\n flags=[ HAS_CODE ALLOW_BACKUP ]", "app_release"),
        (APP, "versionName=4.2.0\n flags=[ DEBUGGABLE HAS_CODE ]", "app_debuggable"),
    ],
)
def test_the_app_under_test(make_phone: MakePhone, app: str | None, dump: str, key: str) -> None:
    assert phone.check_app(Setup(adb=make_phone({f"dumpsys package {APP}": dump}), app=app)).key == key


@pytest.mark.parametrize(
    ("paths", "listing", "key"),
    [
        ("package:/data/app/~~x==/nails-1/base.apk", "lib/arm64-v8a/libflutter.so", "flutter"),
        ("package:/data/app/~~x==/nails-1/base.apk", "classes.dex", "no_flutter"),
        ("package:/data/app/x/base.apk;reboot", "libflutter.so", "app_not_found"),
        ("", "", "app_not_found"),
        ("package:/data/app/other/base.apk", "", "apk_unread"),
    ],
)
def test_signs_of_flutter(make_phone: MakePhone, paths: str, listing: str, key: str) -> None:
    answers = {f"pm path {APP}": paths, "unzip -l /data/app/~~x==/nails-1/base.apk": listing}
    assert phone.check_flutter(Setup(adb=make_phone(answers), app=APP)).key == key


@pytest.mark.parametrize(
    ("said", "key"), [("hostname", "dns_private"), ("off", "dns_off"), ("opportunistic", "dns_maybe"), ("null", "dns_default")]
)
def test_private_dns(make_phone: MakePhone, said: str, key: str) -> None:
    assert phone.check_dns(Setup(adb=make_phone({"settings get global private_dns_mode": said}))).key == key


@pytest.mark.parametrize(("off", "key"), [(0, "clock_right"), (3, "clock_right"), (90, "clock_off"), (-86_400, "clock_off")])
def test_a_clock_that_is_off(make_phone: MakePhone, off: int, key: str) -> None:
    checked = phone.check_clock(Setup(adb=make_phone({"clock": off})))
    assert checked.key == key
    if key == "clock_off":
        assert abs(int(checked.facts["seconds"]) - off) <= 2
