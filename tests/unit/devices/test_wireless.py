"""What wireless frames say: protection and name of an access point, handshakes, and nothing from anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.devices.wireless import WIRELESS_LINKS, Beacon, KeyMessage, is_key, read_wireless

from .air import BSSID, RSN, STATION, WPA, beacon, handshake

WPS = bytes.fromhex("dd090050f204104a000110")
"""An element of the same maker's, which says that a button can be pressed."""
RADIOTAP = bytes.fromhex("00000800") + bytes(4)
PPI = bytes.fromhex("00000800") + (105).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("private", "elements", "security"),
    [
        (False, b"", "open"),
        (True, b"", "wep"),
        (True, WPA, "wpa"),
        (True, RSN, "wpa2"),
        (True, WPA + RSN, "wpa2"),
        (True, WPS, "wep"),
        (False, WPS, "open"),
        (True, RSN[:-1], "wep"),
    ],
)
def test_protection(private: bool, elements: bytes, security: str) -> None:
    """The privacy bit and the elements decide."""
    assert read_wireless(105, beacon(private=private, elements=elements)) == Beacon(
        bssid=BSSID, ssid=b"AcmeNails-1020", security=security
    )


@pytest.mark.parametrize(
    ("link", "head"), [(105, b""), (127, RADIOTAP), (192, PPI), (119, bytes(144)), (163, bytes(4) + b"\0\0\0\x08")]
)
def test_every_wireless_link_type(link: int, head: bytes) -> None:
    """Behind the header that the driver puts in front."""
    assert link in WIRELESS_LINKS
    assert isinstance(read_wireless(link, head + beacon()), Beacon)


def test_a_hidden_name_is_empty() -> None:
    """No length, or zeros of the right length."""
    for ssid in (b"", bytes(14)):
        found = read_wireless(105, beacon(ssid))
        assert isinstance(found, Beacon)
        assert found.ssid == b""


@pytest.mark.parametrize("version", [1, 2])
def test_a_handshake_knows_its_key_and_no_other(version: int) -> None:
    """Both descriptor versions; another key, name or direction does not fit."""
    first, second = (read_wireless(105, frame) for frame in handshake("nails4you", version=version))
    assert isinstance(first, KeyMessage)
    assert isinstance(second, KeyMessage)
    assert (first.is_first, second.is_first, first.bssid, second.station) == (True, False, BSSID, STATION)
    assert is_key("nails4you", b"AcmeNails-1020", first, second)
    assert not is_key("nails4you!", b"AcmeNails-1020", first, second)
    assert not is_key("nails4you", b"AcmeNails-1021", first, second)
    assert not is_key("short", b"AcmeNails-1020", first, second)


def test_the_code_is_that_of_the_standard() -> None:
    """IEEE 802.11-2020, J.4.2: the pre-shared key of `password` and `IEEE`."""
    import hashlib

    key = hashlib.pbkdf2_hmac("sha1", b"password", b"IEEE", 4096, 32)
    assert key.hex() == "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"


def test_protected_and_torn_frames_say_nothing() -> None:
    """A protected data frame, a cut beacon, a cut message."""
    first, _ = handshake("nails4you")
    assert read_wireless(105, first[:1] + b"\x42" + first[2:]) is None
    assert read_wireless(105, first[:100]) is None
    assert read_wireless(105, beacon()[:30]) is None
    assert read_wireless(1, beacon()) is None


@given(st.sampled_from(sorted(WIRELESS_LINKS)), st.binary(max_size=200), st.integers(0, 180), st.binary(max_size=8))
def test_any_frame_is_a_fact_or_none(link: int, frame: bytes, at: int, other: bytes) -> None:
    """Bytes as they come, and a good frame with some of them changed."""
    read_wireless(link, frame)
    good = handshake("nails4you")[1] if at % 2 else beacon()
    read_wireless(link, good[:at] + other + good[at + len(other) :])
