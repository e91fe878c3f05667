"""Which device a typed name means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.devices.choose import Heard, is_exact, meant

NAIL = Heard(
    mac="c0:4e:30:11:12:07", vendor="Espressif Inc.", addresses=("192.168.50.40",), names=("nail-printer-42", "udhcp 1.36")
)
OTHER = Heard(
    mac="c0:4e:30:aa:bb:cc", vendor="Espressif Inc.", addresses=("192.168.50.41",), names=("lamp.local",), services=("_hap._tcp",)
)
PHONE = Heard(mac="da:00:11:22:33:44", random=True, addresses=("192.168.50.21",), names=("nail-printer-42-app",))
ROUTER = Heard(mac=None, addresses=("192.168.50.1",), is_router=True)
EVERYONE = (NAIL, OTHER, PHONE, ROUTER)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("nail-printer-42", (NAIL,)),
        ("NAIL-Printer-42", (NAIL,)),
        (" lamp ", (OTHER,)),
        ("espressif", (NAIL, OTHER)),
        ("nail", (NAIL, PHONE)),
        ("_hap", (OTHER,)),
        ("hp laserjet", ()),
        ("", ()),
    ],
)
def test_an_exact_name_goes_before_parts_of_names(name: str, wanted: tuple[Heard, ...]) -> None:
    assert meant(name, EVERYONE) == wanted


def test_only_a_whole_name_is_exact() -> None:
    assert is_exact("nail-printer-42", NAIL)
    assert not is_exact("nail-printer-42", PHONE)
    assert is_exact("lamp", OTHER)


def test_a_device_shows_as_one_line_that_begins_with_what_to_type() -> None:
    assert str(NAIL) == "c0:4e:30:11:12:07 (Espressif Inc., 192.168.50.40, nail-printer-42, udhcp 1.36)"
    assert str(PHONE).startswith("da:00:11:22:33:44 (made-up address, ")
    assert str(ROUTER) == "192.168.50.1 (192.168.50.1, router)"
    talkative = Heard(
        mac="02:00:5e:00:00:01", addresses=("a", "b"), names=("n1", "n2", "n3"), services=("_ipp._tcp", "_http._tcp")
    )
    assert str(talkative) == "02:00:5e:00:00:01 (a, n1, n2, _ipp._tcp)"


@given(st.text(max_size=30))
def test_any_name_means_some_of_the_devices(name: str) -> None:
    assert set(meant(name, EVERYONE)) <= set(EVERYONE)
