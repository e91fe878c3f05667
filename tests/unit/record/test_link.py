import socket

import pytest

from auditor.errors import UsageError
from auditor.record.link import check_interface, find_link, is_up

HAS_LO = "lo" in {name for _, name in socket.if_nameindex()}


@pytest.mark.parametrize("name", ["wlan77", "", "lo\0", "a" * 40, "../lo"])
def test_a_name_that_no_interface_has_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UsageError, match=r"there is no interface .* \(there are: "):
        check_interface(name)


@pytest.mark.skipif(not HAS_LO, reason="this machine has no loopback interface lo")
def test_loopback_is_ethernet_that_shows_twice() -> None:
    link = find_link("lo")
    assert (link.name, link.link_type, link.is_loopback) == ("lo", 1, True)


@pytest.mark.skipif(not HAS_LO, reason="this machine has no loopback interface lo")
def test_an_interface_is_up_or_gone() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        index = socket.if_nametoindex("lo")
        assert is_up(asking, "lo", index) is not None
        assert is_up(asking, "wlan77", index) is None
        assert is_up(asking, "lo", index + 1) is None
