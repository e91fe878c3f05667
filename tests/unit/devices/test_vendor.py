"""Makers by the prefix of a link address."""

import pytest

from auditor.devices.vendor import is_device, is_random, vendor_of


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def test_a_known_prefix_names_its_maker() -> None:
    assert "Espressif" in (vendor_of(mac("c0:4e:30:11:12:07")) or "")
    assert "IANA" in (vendor_of(mac("00:00:5e:00:53:01")) or "")


@pytest.mark.parametrize("text", ["da:00:11:22:33:44", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:00:5e:00:00:fb"])
def test_made_up_group_and_empty_addresses_have_none(text: str) -> None:
    assert vendor_of(mac(text)) is None


def test_a_made_up_address_is_said_to_be_one() -> None:
    assert is_random(mac("da:00:11:22:33:44"))
    assert not is_random(mac("c0:4e:30:11:12:07"))
    assert not is_random(b"")


def test_groups_are_no_devices() -> None:
    assert is_device(mac("c0:4e:30:11:12:07"))
    assert not is_device(mac("33:33:00:00:00:01"))
    assert not is_device(mac("01:00:5e:00:00:fb"))
    assert not is_device(b"\1")
