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
