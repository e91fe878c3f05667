"""Rows of the flows table: what a `Listener` counted and what the stories say go in, the table OBSERVED comes out."""

from typing import TYPE_CHECKING, Any

from auditor.capture import columns as c
from auditor.capture.listener import Listener, half_bytes
from auditor.capture.story import Story
from auditor.capture.transports import transport_name
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import HostSource

if TYPE_CHECKING:
    import pandas as pd


def observed(listener: Listener) -> "pd.DataFrame":
    """The table of all conversations of a capture, in its published order."""
    rows = listener.rows[: listener.count].tolist()
    return OBSERVED.sorted(OBSERVED.frame(_row(listener, cells, listener.stories.get(index)) for index, cells in enumerate(rows)))


def _row(listener: Listener, cells: list[int], story: Story | None) -> dict[str, Any]:
    client = cells[c.CLIENT]
    if client < 0:
        client = max(story.client, 0) if story else 0
    server = 1 - client
    addresses = [half_bytes(cells[c.ADDRESS_HI + side], cells[c.ADDRESS_LO + side]) for side in (0, 1)]
    ports = [port if port >= 0 else None for port in cells[c.PORT : c.PORT + 2]]
    transport = transport_name(cells[c.TRANSPORT])
    counted: dict[str, Any] = {
        "flow_id": f"{transport}-{cells[c.STREAM]}",
        "client_ip": addresses[client],
        "client_port": ports[client],
        "server_ip": addresses[server],
        "server_port": ports[server],
        "transport": transport,
        "started": cells[c.STARTED] if cells[c.STARTED] != c.NO_TIME else None,
        "ended": cells[c.ENDED] if cells[c.ENDED] != c.NO_TIME else None,
        "packets_up": cells[c.PACKETS + client],
        "packets_down": cells[c.PACKETS + server],
        "bytes_up": cells[c.BYTES + client],
        "bytes_down": cells[c.BYTES + server],
    }
    if story is not None:
        return counted | _told(listener, story, addresses[client])
    resolved = listener.names.find(addresses[client], addresses[server], cells[c.STARTED])
    return counted | {
        "host": resolved.name if resolved else None,
        "host_source": resolved.source if resolved else HostSource.NONE,
        "names": (),
        "cnames": resolved.chain if resolved else (),
        "unread": (),
    }


def _told(listener: Listener, story: Story, client: str) -> dict[str, Any]:
    host, source = story.host
    resolved = story.resolved
    chain = resolved.chain if resolved and resolved.name == host else listener.names.chain(client, host or "")
    return {
        "application": story.application,
        "host": host,
        "host_source": source,
        "names": tuple(story.names),
        "url": story.url,
        "visibility": story.visibility,
        "tls_version": story.tls_version,
        "alpn": story.alpn,
        "cnames": chain,
        "unread": story.all_unread(),
    }
