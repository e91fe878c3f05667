import pytest

from auditor.errors import UsageError
from auditor.record.counters import Counters
from auditor.record.kernel_filter import parse_target
from auditor.record.listening import open_packet_socket
from auditor.record.packet_ring import PacketRing
from auditor.record.packet_socket import BUFFER_LEAST
from tests.unit.record.loopback import IS_ROOT, NEEDS_ROOT, own_target, send, take

pytestmark = pytest.mark.skipif(not IS_ROOT, reason=NEEDS_ROOT)


def test_a_socket_delivers_what_the_filter_passes_each_once_and_counts_it() -> None:
    target = own_target()
    tap = open_packet_socket("lo", target)
    send(target, 20)
    assert len(take(tap, 20)) == 20
    assert tap.read_counters() == Counters(received=20, delivered=20)
    assert tap.is_up() is True
    tap.close()


def test_the_buffer_is_as_large_as_it_must_be() -> None:
    tap = open_packet_socket("lo", own_target())
    assert tap.buffer_bytes >= BUFFER_LEAST
    tap.close()


def test_where_the_buffer_stays_small_a_ring_takes_its_place() -> None:
    tap = open_packet_socket("lo", own_target(), least=1 << 40)
    assert isinstance(tap, PacketRing)
    tap.close()


def test_a_mac_is_refused_where_there_is_no_such_interface_or_link() -> None:
    with pytest.raises(UsageError, match="there is no interface"):
        open_packet_socket("wlan77", parse_target("02:00:5e:10:00:01"))
