from struct import unpack_from

import pytest

from auditor.record.counters import Counters
from auditor.record.listening import open_packet_socket
from tests.unit.record.loopback import IS_ROOT, NEEDS_ROOT, own_target, send, take

pytestmark = pytest.mark.skipif(not IS_ROOT, reason=NEEDS_ROOT)


def test_a_ring_delivers_what_the_filter_passes_each_once_and_counts_it() -> None:
    target = own_target()
    tap = open_packet_socket("lo", target, least=1 << 40)
    send(target, 30)
    found = take(tap, 30)
    assert [unpack_from("<I", block, 20)[0] for block in found] == [142 + number for number in range(30)]
    assert tap.read_counters() == Counters(received=30, delivered=30)
    assert tap.engine == "socket with a packet ring"
    tap.close()


def test_an_empty_ring_has_nothing_to_deliver() -> None:
    tap = open_packet_socket("lo", own_target(), least=1 << 40)
    assert tap.drain([], 10) == 0
    assert tap.read_counters() == Counters()
    tap.close()
