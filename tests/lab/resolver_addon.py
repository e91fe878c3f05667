"""A mitmproxy addon for tests: names resolve by a table, and a name that is not in it fails as an unknown host does.

In: option `lab_routes`, a JSON file of `host:port` to `[[address, port]]`. The name that the client asked for stays in the
flow; only the socket goes elsewhere. Installed in `configure`, before mitmproxy opens its own sockets.
"""

import asyncio
import ipaddress
import json
import socket
from pathlib import Path

from mitmproxy import ctx, exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy.server_hooks import ServerConnectionHookData


class TableResolver:
    """Replaces the event loop's getaddrinfo."""

    def __init__(self) -> None:
        self.routes: dict[str, list[tuple[str, int]]] = {}

    def load(self, loader: Loader) -> None:
        loader.add_option("lab_routes", str, "", "JSON file: host:port to addresses.")

    def configure(self, updated: set[str]) -> None:
        if "lab_routes" not in updated:
            return
        try:
            self.routes = json.loads(Path(ctx.options.lab_routes).read_text())
        except (OSError, ValueError) as error:
            raise exceptions.OptionsError(f"lab_routes: {error}") from error  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().getaddrinfo = self.getaddrinfo  # type: ignore[assignment, method-assign]

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """An address that a client behind a tunnel asks for is led elsewhere like a name; addresses are not resolved."""
        address = data.server.address
        if address and address[0] != "127.0.0.1" and _is_address(address[0]):
            for place in self.routes.get(f"{address[0]}:{address[1]}", [])[:1]:
                data.server.address = (place[0], place[1])

    async def getaddrinfo(
        self, host: str | bytes | None, port: str | int | None, **_hints: int
    ) -> list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]:
        """The table's answer; the proxy's own listening address is let through."""
        name = host.decode() if isinstance(host, bytes) else host or "0.0.0.0"
        found = self.routes.get(f"{name}:{port}")
        if found is None:
            own = [address for address in ctx.options.listen_host.split() if address == name]
            if not own:
                raise socket.gaierror(socket.EAI_NONAME, f"{name}:{port} is not in the lab's table")
            found = [(name, int(port or 0))]
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, number)) for address, number in found]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


addons = [TableResolver()]
