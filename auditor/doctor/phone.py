"""What a test phone tells over adb: whether it is there, reaches the proxy, trusts its CA, has the app, and what time it has."""

import hashlib
import re
import time
from pathlib import Path

from auditor.doctor.adb import NoPhoneError
from auditor.doctor.leg import Checked, Setup, failed, ok, unchecked
from auditor.errors import UsageError

CLOCK_SECONDS = 5.0
"""A clock that is further off makes certificates invalid and phases wrong."""
_PACKAGE = re.compile(r"[A-Za-z][\w]*(\.[A-Za-z][\w]*)+")
_USER_STORE = "/data/misc/user/0/cacerts-added"
_SYSTEM_STORES = ("/apex/com.android.conscrypt/cacerts", "/system/etc/security/cacerts")
_SETS = (("off", "dns_off"), ("opportunistic", "dns_maybe"))


def check_phone(setup: Setup) -> Checked:
    """Whether adb finds a phone that allows it."""
    try:
        model = setup.adb.shell("getprop", "ro.product.model")
        release = setup.adb.shell("getprop", "ro.build.version.release")
    except NoPhoneError as error:
        return unchecked("phone_missing", why=error.what, fix=error.fix)
    except UsageError as error:
        return failed("phone_fails", why=error.what)
    return ok("phone_there", model=model[:40] or "?", release=release[:10] or "?")


def check_reach(setup: Setup) -> Checked:
    """Whether the phone reaches the proxy: a company's Wi-Fi often keeps its clients apart."""
    said = _asked(setup, "settings", "get", "global", "http_proxy")
    if isinstance(said, Checked):
        return said
    place = said if re.fullmatch(r"[\w.:\[\]-]+:\d{1,5}", said) else ""
    host, _, port = place.rpartition(":")
    if not place:
        return unchecked("reach_unknown")
    answer = _asked(setup, f"echo | nc -w 3 {host} {port} >/dev/null 2>&1; echo code $?")
    if isinstance(answer, Checked):
        return answer
    if answer.endswith("code 0"):
        return ok("reached", place=place)
    if answer.endswith("code 127"):
        return unchecked("no_nc")
    return failed("isolated", place=place)


def check_setting(setup: Setup) -> Checked:
    """Whether the phone is told to use the proxy."""
    said = _asked(setup, "settings", "get", "global", "http_proxy")
    if isinstance(said, Checked):
        return said
    if said in ("", "null", ":0"):
        return failed("no_proxy_set", port=setup.proxy_port)
    if said.rpartition(":")[2] != str(setup.proxy_port):
        return failed("other_proxy_set", said=said[:60], port=setup.proxy_port)
    return ok("proxy_set", said=said[:60])


def check_trust(setup: Setup) -> Checked:
    """Where on the phone the proxy's CA is installed."""
    if not setup.ca_path.is_file():
        return unchecked("needs_ca")
    try:
        name = subject_hash(setup.ca_path)
    except (OSError, ValueError):
        return unchecked("needs_ca")
    for store in _SYSTEM_STORES:
        found = _is_file(setup, f"{store}/{name}.0")
        if isinstance(found, Checked):
            return found
        if found:
            return ok("ca_system", store=store)
    found = _is_file(setup, f"{_USER_STORE}/{name}.0")
    if isinstance(found, Checked):
        return found
    return ok("ca_user") if found else failed("ca_not_on_phone")


def check_app(setup: Setup) -> Checked:
    """Whether the app under test is there, in which version, and whether it is a build for tests."""
    if setup.app is None:
        return unchecked("name_the_app")
    if not _PACKAGE.fullmatch(setup.app):
        return failed("no_package_name", app=setup.app[:60])
    said = _asked(setup, "dumpsys", "package", setup.app)
    if isinstance(said, Checked):
        return said
    version = re.search(r"versionName=([\w.+-]{1,40})", said)
    if version is None:
        return failed("app_missing", app=setup.app)
    is_test_build = re.search(r"flags=\[[^\]]*\bDEBUGGABLE\b", said) is not None
    return ok("app_debuggable" if is_test_build else "app_release", app=setup.app, version=version[1])


def check_flutter(setup: Setup) -> Checked:
    """Whether the app is made with Flutter, which ignores the proxy setting and the phone's CAs."""
    if setup.app is None or not _PACKAGE.fullmatch(setup.app):
        return unchecked("name_the_app")
    said = _asked(setup, "pm", "path", setup.app)
    if isinstance(said, Checked):
        return said
    paths = [line.removeprefix("package:") for line in said.splitlines() if re.fullmatch(r"package:/[\w./=~+-]+\.apk", line)]
    if not paths:
        return unchecked("app_not_found", app=setup.app)
    listed = []
    for path in paths[:8]:
        contents = _asked(setup, "unzip", "-l", path)
        if isinstance(contents, Checked):
            return unchecked("apk_unread", why=contents.facts.get("why", ""))
        listed.append(contents)
    return failed("flutter") if any("libflutter.so" in text for text in listed) else ok("no_flutter")


def check_dns(setup: Setup) -> Checked:
    """Whether the phone's look-ups go around everybody (Private DNS)."""
    said = _asked(setup, "settings", "get", "global", "private_dns_mode")
    if isinstance(said, Checked):
        return said
    if said == "hostname":
        return failed("dns_private")
    return ok(dict(_SETS).get(said, "dns_default"))


def check_clock(setup: Setup) -> Checked:
    """How far the phone's clock is from this machine's."""
    before = time.time()
    said = _asked(setup, "date", "+%s")
    after = time.time()
    if isinstance(said, Checked):
        return said
    if not re.fullmatch(r"\d{1,12}", said):
        return unchecked("clock_unread")
    off = int(said) + 0.5 - (before + after) / 2
    slack = CLOCK_SECONDS + (after - before) / 2
    return failed("clock_off", seconds=f"{off:+.0f}") if abs(off) > slack else ok("clock_right")


def subject_hash(path: Path) -> str:
    """The name under which Android keeps a CA: OpenSSL's old hash of the subject (X509_NAME_hash_old), 8 hex digits.

    Raises:
        OSError, ValueError: there is no certificate.
    """
    from cryptography import x509

    subject = x509.load_pem_x509_certificate(path.read_bytes()).subject.public_bytes()
    digest = hashlib.md5(subject, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"


def _is_file(setup: Setup, path: str) -> bool | Checked:
    said = _asked(setup, f"ls {path} >/dev/null 2>&1; echo code $?")
    return said if isinstance(said, Checked) else said.endswith("code 0")


def _asked(setup: Setup, *words: str) -> str | Checked:
    """The phone's answer; why there is none where it cannot be asked."""
    try:
        return setup.adb.shell(*words)
    except NoPhoneError as error:
        return unchecked("no_phone", why=error.what, fix=error.fix)
    except UsageError as error:
        return unchecked("phone_silent", why=error.what)
