"""`record wifi`: a channel's capture becomes one of Ethernet frames."""

from pathlib import Path

import pytest

from auditor.capture.frames import RADIOTAP
from auditor.devices.frames import read_frames
from auditor.devices.wifi_keys import Network
from auditor.errors import ConfigError, UsageError
from auditor.record.wifi_opened import open_capture, read_networks
from tests.unit.capture.wire import pcap
from tests.unit.devices import wpa2_network as air
from tests.unit.devices.test_wifi_frames import story

NETWORK = Network(air.SSID, air.PASSPHRASE)


@pytest.fixture
def channel(tmp_path: Path) -> str:
    path = tmp_path / "channel.pcap"
    path.write_bytes(pcap(air.on_air(story()), link=RADIOTAP))
    return str(path)


def test_frames_keep_their_times_and_the_file_is_its_owners(channel: str, tmp_path: Path) -> None:
    target = tmp_path / "open.pcapng"
    result = open_capture(channel, str(target), (NETWORK,))
    assert (result.frames, result.is_whole) == (7, True)
    assert result.reason == "7 frames written"
    found = list(read_frames(str(target)))
    assert [link for link, _, _ in found] == [1] * 7
    assert found[0][1] == air.on_air(story())[1][0]
    assert target.stat().st_mode & 0o077 == 0


def test_what_stays_closed_is_said(channel: str, tmp_path: Path) -> None:
    result = open_capture(channel, str(tmp_path / "open.pcapng"), (Network(air.SSID, "wrong passphrase"),))
    assert not result.is_whole
    assert "3 without a key" in result.reason
    assert "1 handshakes that no passphrase fits" in result.reason
    assert "wrong passphrase" not in result.reason


def test_a_capture_without_wifi_and_a_target_that_is_there_are_refused(channel: str, tmp_path: Path) -> None:
    cable = tmp_path / "cable.pcap"
    cable.write_bytes(pcap([(1, b"\0" * 60)]))
    with pytest.raises(UsageError, match="holds no data frames of Wi-Fi"):
        open_capture(str(cable), str(tmp_path / "open.pcapng"), (NETWORK,))
    assert not (tmp_path / "open.pcapng").exists()
    with pytest.raises(UsageError, match="cannot be written"):
        open_capture(channel, channel, (NETWORK,))
    with pytest.raises(UsageError, match="is not there"):
        open_capture(str(tmp_path / "none"), str(tmp_path / "open.pcapng"), (NETWORK,))


def test_networks_come_from_a_file_that_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "wifi.toml"
    path.write_text('schema = 1\n[[network]]\nssid = "SALON: GUEST"\npassphrase = "correct horse"\n')
    assert read_networks(str(path)) == (Network("SALON: GUEST", "correct horse"),)
    path.write_text('schema = 1\n[[network]]\nssid = "A"\npassphrse = "correct horse"\n')
    with pytest.raises(ConfigError) as caught:
        read_networks(str(path))
    assert "passphrase" in str(caught.value.faults)
    assert "correct horse" not in str(caught.value.faults)
    path.write_text("schema = 1\n")
    with pytest.raises(UsageError, match="names no network"):
        read_networks(str(path))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_networks(str(path))
    with pytest.raises(UsageError, match="cannot be read"):
        read_networks(str(tmp_path / "none"))
