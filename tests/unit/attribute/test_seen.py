"""What an endpoint is before anybody is asked about it."""

from auditor.attribute.seen import look

from .conftest import sni


def test_an_address_in_place_of_a_name_counts_before_the_connection() -> None:
    """What the client asked for is taken, not a proxy's address."""
    seen = look(sni("203.107.1.1", server_ip="192.168.1.2"))
    assert (str(seen.address), seen.name, seen.domain) == ("203.107.1.1", None, None)


def test_a_public_name_is_never_local() -> None:
    """A transparent proxy has a private address; the name decides. A local name with a public address is not local."""
    assert not look(sni("api.example.org", server_ip="192.168.1.2")).is_local
    assert not look(sni("printer.local", server_ip="203.0.113.1")).is_local
    assert look(sni("printer.local", server_ip="192.168.1.2")).is_local
    assert look(sni("printer.local")).is_local
    assert not look(sni(None)).is_local


def test_fallbacks() -> None:
    """Domain, else name, else address, else unknown."""
    assert look(sni("a.example.org")).fallback == "example.org"
    assert look(sni("nas", server_ip="203.0.113.1")).fallback == "nas"
    assert look(sni(None, server_ip="203.0.113.1")).fallback == "203.0.113.1"
    assert look(sni("a b", server_ip="no address")).fallback == "unknown"


def test_reasons() -> None:
    """Why nothing is known, in words."""
    assert "invalid host name" in look(sni("a b")).why_unknown
    assert "no name was seen for 203.0.113.1" in look(sni(None, server_ip="203.0.113.1")).why_unknown
    assert "neither a name nor an address" in look(sni(None)).why_unknown
