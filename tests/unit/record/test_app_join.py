"""What a phone scans to join the proxy."""

from pathlib import Path
from types import SimpleNamespace

from auditor.record.app_join import CA_PAGE, keep_secret, ways_to_join

CONF = "[Interface]\nPrivateKey = abc=\nAddress = 10.0.0.1/32\n\n[Peer]\nAllowedIPs = 0.0.0.0/0\nEndpoint = 192.168.4.1:51820"


def server(kind: str, *places: tuple[str, int], conf: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(mode=SimpleNamespace(type_name=kind), listen_addrs=places, client_conf=lambda: conf)


def test_each_mode_has_its_own_way_and_the_ca_page_comes_last() -> None:
    servers = (server("regular", ("0.0.0.0", 8080)), server("socks5", ("::", 1080)), server("wireguard", conf=CONF))
    ways = ways_to_join(servers, "192.168.4.1")
    assert [(way.text.splitlines()[0], way.is_secret) for way in ways] == [
        ("http://192.168.4.1:8080", False),
        ("socks5://192.168.4.1:1080", False),
        ("[Interface]", True),
        (CA_PAGE, False),
    ]


def test_ipv6_goes_into_the_tunnel_too() -> None:
    (way, _) = ways_to_join((server("wireguard", conf=CONF),), None)
    assert "AllowedIPs = 0.0.0.0/0, ::/0\n" in way.text


def test_modes_without_anything_to_scan_have_none() -> None:
    assert ways_to_join((server("transparent", ("0.0.0.0", 8080)), server("local"), server("wireguard")), "192.168.4.1") == ()


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    assert ways_to_join((server("regular", ("::", 8080)),), "2001:db8::1")[0].text == "http://[2001:db8::1]:8080"


def test_a_secret_is_kept_for_its_owner_only_and_written_over(tmp_path: Path) -> None:
    (way, _) = ways_to_join((server("wireguard", conf=CONF),), None)
    for _ in range(2):
        path = keep_secret(way, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == way.text + "\n"
