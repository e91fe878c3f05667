"""A capture of a Wi-Fi channel and the networks' keys in; a capture of Ethernet frames in the clear out: `record wifi`.

The copy says nothing of losses: in monitor mode nobody can count the frames that the antenna missed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor import named_file
from auditor.devices.frames import read_frames
from auditor.devices.wifi_frames import Opened, open_frame
from auditor.devices.wifi_keys import Network, WifiKeys
from auditor.errors import Source, UsageError
from auditor.record.capture_file import CaptureFile
from auditor.record.link import ETHERNET
from auditor.record.pcapng_blocks import enhanced_packet, interface_description, section_header
from auditor.record.recording import tool_version
from auditor.toml_file import Node
from auditor.toml_file import load as load_toml

MAX_TEXT = 1 << 20
_FLUSH_BLOCKS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class WifiResult:
    """What was opened."""

    frames: int
    """Ethernet frames that were written."""
    counts: Counter[str]

    @property
    def is_whole(self) -> bool:
        """Whether every data frame could be opened."""
        return not any(self.counts[name] for name in ("no_key", "damaged", "not_supported"))

    @property
    def reason(self) -> str:
        """One line for the end of standard error."""
        counts = self.counts
        said = [f"{self.frames} frames written"]
        said += [f"{counts[name]} {words}" for name, words in _CLOSED.items() if counts[name]]
        return "; ".join(said)


_CLOSED = {
    "no_key": "without a key (join again while it records)",
    "damaged": "that the key does not open",
    "not_supported": "of a cipher that is not supported (TKIP, WEP, WPA3)",
    "handshake_wrong_passphrase": "handshakes that no passphrase fits",
    "handshake_not_supported": "handshakes of another kind than WPA2 with a passphrase",
}


def read_networks(path: str) -> tuple[Network, ...]:
    """The networks of a TOML file: [[network]] with ssid and passphrase. Messages never hold a passphrase.

    Raises:
        UsageError, ConfigError: it cannot be read or has faults.
    """
    try:
        text = named_file.read(path, MAX_TEXT, fix="give a text file").decode()
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8 text", Source(path, f"byte {error.start}")) from None
    networks = load_toml(text, path, _networks)
    if not networks:
        raise UsageError("names no network", Source(path), 'write [[network]] with ssid = "..." and passphrase = "..."')
    return networks


def _networks(root: Node) -> tuple[Network, ...]:
    root.schema()
    return tuple(Network(ssid=node.text("ssid"), passphrase=node.text("passphrase")) for node in root.tables("network"))


def open_capture(source: str, target: str, networks: tuple[Network, ...]) -> WifiResult:
    """Writes the Ethernet frames of a capture.

    Raises:
        UsageError: it holds no Wi-Fi frames, the target is there already or cannot be written, a passphrase cannot be one.
    """
    if not Path(source).is_file():
        raise UsageError("is not there, or no file", Source(source))
    opened = Opened()
    frames = _ethernet(source, WifiKeys(networks), opened)
    first = next(frames, None)
    if not opened.counts["data"]:
        raise UsageError(
            "holds no data frames of Wi-Fi", Source(source), "record in monitor mode: `auditor record setup monitor`"
        )
    head = (section_header(f"traffic-auditor {tool_version()}", "opened"), interface_description(ETHERNET, "wifi", "", "opened"))
    file = CaptureFile(Path(target), head)
    written = 0
    try:
        while first is not None:
            file.pending.append(first)
            written += 1
            if len(file.pending) >= _FLUSH_BLOCKS:
                file.flush()
            first = next(frames, None)
        file.flush()
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(target)) from None
    finally:
        file.close()
    return WifiResult(frames=written, counts=opened.counts)


def _ethernet(source: str, keys: WifiKeys, opened: Opened) -> Iterator[bytes]:
    for link, at, frame in read_frames(source):
        for ethernet in open_frame(link, frame, keys, opened):
            yield enhanced_packet(at, ethernet, len(ethernet))
