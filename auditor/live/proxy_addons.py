"""What the live view adds to the proxy: the phone's page with the phases, and a door that stays shut.

Both come before all other addons. Requests for the page end here (AddonHalt): they are no traffic of the app, so neither the
journal nor the flow file has them, and nothing of them leaves this machine. The door keeps whoever uses the proxy (the phone,
and other machines) from the ports of this tool on any address of this machine, however that address is written or looked up.
"""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

from mitmproxy import ctx, http
from mitmproxy.exceptions import AddonHalt
from mitmproxy.proxy import server_hooks

from auditor.live.marking import begin_phase
from auditor.live.own_ports import is_local_address, page_ports
from auditor.live.phase_page import HOST, PhasePage, PhaseRequest
from auditor.record.phases import read_mark

REFUSED = "the proxy is no way to the auditor's own ports"
WRONG_SCHEME = f"open http://{HOST}/ without https"


class PhasePageAddon:
    """Answers for http://audit.phase/."""

    def __init__(self, folder: Path) -> None:
        self.page = PhasePage(phase=lambda: _phase(folder), mark=lambda phase: begin_phase(folder, phase))

    def request(self, flow: http.HTTPFlow) -> None:
        """A request is there."""
        if not _is_own(flow):
            return
        request = flow.request
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers.fields}
        body = request.get_content(strict=False) or b""
        answer = self.page.answer(PhaseRequest(method=request.method, target=request.path, headers=headers, body=body))
        made = [(name.encode(), value.encode()) for name, value in answer.headers]
        flow.response = http.Response.make(int(answer.status), answer.body, http.Headers(made))
        raise AddonHalt

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """A request begins."""
        _halt_own(flow)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """The answer begins."""
        _halt_own(flow)

    def response(self, flow: http.HTTPFlow) -> None:
        """The answer is there."""
        _halt_own(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """The phone broke it off."""
        _halt_own(flow)


class OwnPortsAddon:
    """Refuses connections to the proxy itself and to this tool's pages."""

    def __init__(self, pages: Callable[[], frozenset[int]] = page_ports) -> None:
        self._pages = pages

    async def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """A server is about to be connected. What fails here is refused: a door that is stuck is shut."""
        address = data.server.address
        if address is None:
            return
        try:
            name, port = address[0], address[1]
            if name.lower().rstrip(".") == HOST:
                data.server.error = WRONG_SCHEME
            elif port in self.ports():
                await self._check(data, name, port)
        except Exception:
            data.server.error = REFUSED
            raise

    def ports(self) -> frozenset[int]:
        """The proxy's own ports and those of the pages that run."""
        server = ctx.master.addons.get("proxyserver")  # type: ignore[no-untyped-call]
        own = {address[1] for address in server.listen_addrs()} if server else set()
        return self._pages() | own

    async def _check(self, data: server_hooks.ServerConnectionHookData, name: str, port: int) -> None:
        """Refuses an address of this machine; a name is looked up, and what it means now is what is connected.

        A second look-up could give another answer, so the checked address takes the name's place.
        """
        if is_local_address(name) or name.lower().rstrip(".").rpartition(".")[2] == "localhost":
            # RFC 6761, section 6.3: such names are this machine's, and no name server is asked for them
            data.server.error = REFUSED
            return
        try:
            found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except OSError:
            return  # nothing will be connected either
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or any(is_local_address(address) for address in addresses):
            data.server.error = REFUSED
        elif name not in addresses:
            data.server.address = (addresses[0], port)


def _is_own(flow: http.HTTPFlow) -> bool:
    return flow.request.pretty_host.lower().rstrip(".") == HOST and flow.request.scheme == "http"


def _halt_own(flow: http.HTTPFlow) -> None:
    if _is_own(flow):
        raise AddonHalt


def _phase(folder: Path) -> str | None:
    mark = read_mark(folder)
    return mark.id if mark else None


def proxy_addons(folder: Path) -> tuple[object, ...]:
    """Both, for a recording into the folder."""
    return (OwnPortsAddon(), PhasePageAddon(folder))
