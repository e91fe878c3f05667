"""Frames of a WPA2 network, opened with its passphrase; tshark opens the same."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.frames import IEEE_802_11, RADIOTAP
from auditor.devices.wifi_frames import Opened, open_frame
from auditor.devices.wifi_keys import Network, WifiKeys
from tests.unit.capture.wire import ip, pcap, tcp_segment, udp_datagram
from tests.unit.devices import wpa2_network as air

REQUEST = b"GET /fw?sn=SN0042 HTTP/1.1\r\nHost: fw.example\r\n\r\n"
UP = air.SNAP + b"\x08\x00" + ip("192.168.50.40", "198.51.100.7", 6, tcp_segment(50_000, 80, 1, 1, 24, REQUEST))
DOWN = (
    air.SNAP + b"\x08\x00" + ip("198.51.100.7", "192.168.50.40", 6, tcp_segment(80, 50_000, 1, 1, 24, b"HTTP/1.1 200 OK\r\n\r\n"))
)
TO_ALL = air.SNAP + b"\x08\x00" + ip("192.168.50.1", "224.0.0.251", 17, udp_datagram(5353, 5353, b"hello"))
EVERYBODY = bytes.fromhex("01005e0000fb")


def story(passphrase: str = air.PASSPHRASE) -> list[bytes]:
    """Beacon, handshake, and a frame each: up, down, to everybody."""
    key = air.pairwise_keys()[32:48]
    return [
        air.beacon(),
        *air.handshake(passphrase),
        air.ciphered(air.data_frame(to_ap=True, payload=UP, sequence=10), key, 1),
        air.ciphered(air.data_frame(to_ap=False, payload=DOWN, sequence=11), key, 1),
        air.ciphered(air.data_frame(to_ap=False, payload=TO_ALL, sequence=12, target=EVERYBODY, qos=False), air.GROUP_KEY, 1, 1),
    ]


def opened(frames: list[bytes], *networks: Network, link: int = RADIOTAP) -> tuple[list[bytes], Opened]:
    keys, result = WifiKeys(networks or (Network(air.SSID, air.PASSPHRASE),)), Opened()
    head = air.RADIOTAP if link == RADIOTAP else b""
    return [ethernet for frame in frames for ethernet in open_frame(link, head + frame, keys, result)], result


@pytest.mark.parametrize("link", [RADIOTAP, IEEE_802_11])
def test_with_the_passphrase_every_frame_opens(link: int) -> None:
    found, result = opened(story(), link=link)
    assert [frame[12:14] for frame in found] == [b"\x88\x8e"] * 4 + [b"\x08\x00"] * 3
    assert found[4] == air.ACCESS_POINT + air.STATION + UP[6:]
    assert found[5] == air.STATION + air.ACCESS_POINT + DOWN[6:]
    assert found[6] == EVERYBODY + air.ACCESS_POINT + TO_ALL[6:]
    assert result.counts["opened"] == 3
    assert result.counts["handshake_opened"] == 1
    assert result.counts["other"] == 1


def test_of_several_networks_the_right_one_is_taken() -> None:
    found, _ = opened(story(), Network("OTHER", "something else"), Network(air.SSID, air.PASSPHRASE))
    assert len(found) == 7


def test_a_wrong_passphrase_opens_nothing_and_is_said() -> None:
    found, result = opened(story(), Network(air.SSID, "wrong passphrase"))
    assert len(found) == 4
    assert result.counts["handshake_wrong_passphrase"] == 1
    assert result.counts["no_key"] == 3


def test_without_the_handshake_frames_stay_closed() -> None:
    frames = story()
    _, result = opened(frames[5:])
    assert result.counts["no_key"] == 3


def test_a_frame_that_was_changed_is_not_opened() -> None:
    frames = story()
    frames[5] = frames[5][:-1] + bytes([frames[5][-1] ^ 1])
    found, result = opened(frames)
    assert len(found) == 6
    assert result.counts["damaged"] == 1


def test_old_ciphers_are_counted() -> None:
    frames = story()
    wep = bytearray(frames[5])
    wep[29] = 0  # no extended IV
    _, result = opened([*frames[:5], bytes(wep)])
    assert result.counts["not_supported"] == 1


def test_an_aggregate_is_taken_apart() -> None:
    parts = b""
    for number, payload in ((1, UP), (2, DOWN)):
        part = bytes([number]) * 6 + air.STATION + len(payload).to_bytes(2) + payload
        parts += part + bytes(-len(part) % 4)
    frame = bytearray(air.data_frame(to_ap=True, payload=parts, sequence=1))
    frame[24] |= 0x80
    found, _ = opened([bytes(frame)])
    assert [ethernet[:12] for ethernet in found] == [b"\1" * 6 + air.STATION, b"\2" * 6 + air.STATION]


def test_a_checksum_at_the_end_is_left_out() -> None:
    radiotap = b"\x00\x00\x09\x00\x02\x00\x00\x00\x10"
    frame = air.data_frame(to_ap=True, payload=UP, sequence=1)
    found = list(open_frame(RADIOTAP, radiotap + frame + b"FCS!", WifiKeys(()), Opened()))
    assert found == [air.ACCESS_POINT + air.STATION + UP[6:]]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_opens_the_same(tmp_path: Path) -> None:
    path = tmp_path / "air.pcap"
    path.write_bytes(pcap(air.on_air(story()), link=RADIOTAP))
    command = ["tshark", "-r", str(path), "-o", "wlan.enable_decryption:TRUE"]
    command += [
        "-o",
        f'uat:80211_keys:"wpa-pwd","{air.PASSPHRASE}:{air.SSID}"',
        "-Y",
        "ip",
        "-T",
        "fields",
        "-e",
        "ip.dst",
        "-e",
        "http.host",
    ]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.splitlines() == ["198.51.100.7\tfw.example", "192.168.50.40\t", "224.0.0.251\t"]


@given(st.sampled_from([RADIOTAP, IEEE_802_11, 192]), st.binary(max_size=200))
def test_any_bytes_are_taken_without_an_error(link: int, data: bytes) -> None:
    assert isinstance(list(open_frame(link, data, WifiKeys(()), Opened())), list)


KEYS = (Network("x", "0" * 64),)


@given(st.integers(0, 8), st.integers(0, 180), st.binary(min_size=1, max_size=4))
def test_a_bent_story_is_taken_without_an_error(which: int, at: int, noise: bytes) -> None:
    frames = story()
    bent = bytearray(frames[which % len(frames)])
    bent[at : at + len(noise)] = noise
    frames[which % len(frames)] = bytes(bent)
    keys, result = WifiKeys(KEYS), Opened()
    for frame in frames:
        list(open_frame(IEEE_802_11, frame, keys, result))
