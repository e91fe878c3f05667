"""The proxy's running servers in, what a phone needs to join each of them out.

The configuration of a WireGuard client holds the phone's private key: it is for the screen and for a file that only its owner
can read, never for a log.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CA_PAGE = "http://mitm.it/"
CLIENT_FILE = "auditor-wireguard-phone.conf"
_IPV4_ONLY = "AllowedIPs = 0.0.0.0/0\n"
_BOTH = "AllowedIPs = 0.0.0.0/0, ::/0\n"
"""Without IPv6 a phone on such a network would go around the proxy; so it goes in and ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWay:
    """One thing to scan."""

    title: str
    text: str
    """What the QR code holds."""
    is_secret: bool = False


def ways_to_join(servers: Iterable[Any], address: str | None) -> tuple[JoinWay, ...]:
    """What to scan for each server of the proxy that runs; `address` is this machine's on the phone's network."""
    ways = [way for server in servers if (way := _way(server, address)) is not None]
    if ways:
        ways.append(JoinWay(title="the proxy's CA certificate (open it on the phone after it has joined)", text=CA_PAGE))
    return tuple(ways)


def _way(server: Any, address: str | None) -> JoinWay | None:
    kind = server.mode.type_name
    if kind == "wireguard":
        said = server.client_conf()
        text = f"{said}\n".replace(_IPV4_ONLY, _BOTH).strip() if said else ""
        return JoinWay(title="WireGuard: scan it in the WireGuard app", text=text, is_secret=True) if text else None
    places = [place for place in server.listen_addrs if place]
    if kind not in ("regular", "socks5", "upstream") or not places:
        return None
    host = address or str(places[0][0])
    scheme = "socks5" if kind == "socks5" else "http"
    word = "SOCKS5 proxy" if kind == "socks5" else "proxy: set it in the phone's Wi-Fi settings"
    return JoinWay(title=word, text=f"{scheme}://{f'[{host}]' if ':' in host else host}:{places[0][1]}")


def keep_secret(way: JoinWay, folder: Path) -> Path:
    """Writes a configuration where only its owner can read it.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / CLIENT_FILE
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(way.text + "\n")
    return path
