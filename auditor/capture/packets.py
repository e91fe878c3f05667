"""The readers of packet captures, and of what other tools say about packets."""

from auditor.capture import app_privacy, pcap, pcapdroid, pcapng, trackercontrol
from auditor.capture.reader import Reader

READERS: tuple[Reader, ...] = (pcapng.READER, pcap.READER, pcapdroid.READER, trackercontrol.READER, app_privacy.READER)
"""In the order in which they are asked."""
