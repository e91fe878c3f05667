"""Keys of a WPA2 network."""

import pytest

from auditor.devices.wifi_keys import Handshake, Network, WifiKeys
from auditor.errors import UsageError
from tests.unit.devices import wpa2_network as air


def messages(passphrase: str = air.PASSPHRASE) -> list[bytes]:
    """The EAPOL frames alone."""
    return [frame[32:] for frame in air.handshake(passphrase)]


def heard(keys: WifiKeys, *frames: bytes) -> list[Handshake]:
    return [keys.hear(air.ACCESS_POINT, air.STATION, frame) for frame in frames]


def test_the_master_key_is_that_of_the_standard() -> None:
    """IEEE 802.11-2020 table J.1, the first test vector."""
    wanted = "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"
    assert Network("IEEE", "password").master_key().hex() == wanted
    assert Network("IEEE", wanted).master_key().hex() == wanted


@pytest.mark.parametrize("passphrase", ["short", "", "x" * 65, "g" * 64])
def test_what_can_be_no_passphrase_is_refused_without_showing_it(passphrase: str) -> None:
    with pytest.raises(UsageError) as caught:
        Network("IEEE", passphrase).master_key()
    assert not passphrase or passphrase not in str(caught.value)


def test_two_messages_open_the_session_and_the_third_brings_the_groups_key() -> None:
    keys = WifiKeys((Network(air.SSID, air.PASSPHRASE),))
    first, second, third, fourth = messages()
    assert heard(keys, first, second) == [Handshake.NOTHING, Handshake.OPENED]
    assert keys.pairwise(air.ACCESS_POINT, air.STATION) == air.pairwise_keys()[32:48]
    assert keys.group(air.ACCESS_POINT, 1) is None
    heard(keys, third, fourth)
    assert keys.group(air.ACCESS_POINT, 1) == air.GROUP_KEY


def test_a_wrong_passphrase_is_known_to_be_wrong() -> None:
    keys = WifiKeys((Network(air.SSID, "wrong passphrase"),))
    assert heard(keys, *messages()[:2])[1] is Handshake.WRONG_PASSPHRASE
    assert keys.pairwise(air.ACCESS_POINT, air.STATION) is None


def test_the_second_message_alone_opens_nothing() -> None:
    keys = WifiKeys((Network(air.SSID, air.PASSPHRASE),))
    assert heard(keys, messages()[1]) == [Handshake.NOTHING]


def test_another_kind_of_handshake_is_said_to_be_one() -> None:
    keys = WifiKeys((Network(air.SSID, air.PASSPHRASE),))
    first, second, *_ = messages()
    sha256 = second[:6] + bytes([second[6] & 0xF8 | 3]) + second[7:]
    assert heard(keys, first, sha256)[1] is Handshake.NOT_SUPPORTED


def test_a_station_that_joins_again_gets_new_keys() -> None:
    keys = WifiKeys((Network(air.SSID, air.PASSPHRASE),))
    heard(keys, *messages())
    other = messages()[0][:17] + bytes(range(1, 33)) + messages()[0][49:]
    heard(keys, other)
    assert keys.pairwise(air.ACCESS_POINT, air.STATION) is None
