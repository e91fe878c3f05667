from ctypes.util import find_library

import pytest

from auditor.errors import UsageError
from auditor.record.counters import Counters
from auditor.record.libpcap_tap import open_libpcap
from tests.unit.record.loopback import IS_ROOT, NEEDS_ROOT, own_target, send, take

HAS_LIBPCAP = find_library("pcap") is not None


@pytest.mark.skipif(not (IS_ROOT and HAS_LIBPCAP), reason=f"{NEEDS_ROOT}, and libpcap")
def test_libpcap_delivers_what_the_filter_passes_each_once_and_counts_it() -> None:
    target = own_target()
    tap = open_libpcap("lo", target)
    send(target, 20)
    assert len(take(tap, 20)) == 20
    assert tap.read_counters() == Counters(received=20, delivered=20)
    assert (tap.link_type, tap.is_up()) == (1, True)
    tap.close()
    tap.close()


@pytest.mark.skipif(not HAS_LIBPCAP, reason="libpcap is not installed")
def test_an_interface_that_is_not_there_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"^libpcap cannot capture on wlan77: [^\n]+$"):
        open_libpcap("wlan77", None)
