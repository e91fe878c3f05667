"""The readers of packet captures, and of what other tools say about packets."""

from auditor.capture import pcap, pcapng
from auditor.capture.reader import Reader

READERS: tuple[Reader, ...] = (pcapng.READER, pcap.READER)
"""In the order in which they are asked."""
