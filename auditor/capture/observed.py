"""Rows of the flows table: what a `Listener` counted and what its stories say go in, the table OBSERVED comes out.

Conversations with a story are rows of their own; the many without (a glance was enough for them, or nothing was said in them)
become columns at once (`plain_rows`).
"""

from typing import TYPE_CHECKING, Any

from auditor.capture import columns as c
from auditor.capture.listener import Listener, half_bytes
from auditor.capture.marked import notes
from auditor.capture.story import Story
from auditor.capture.tls import version_name
from auditor.capture.transports import transport_name
from auditor.capture.turns import in_turns
from auditor.model.arrow import in_order
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import HostSource, Visibility

if TYPE_CHECKING:
    import pyarrow as pa

_APPLICATIONS = {
    c.A_TLS: ("tls", Visibility.OPAQUE, HostSource.TLS_SNI),
    c.A_QUIC: ("quic", Visibility.OPAQUE, HostSource.QUIC_SNI),
    c.A_HTTP: ("http", Visibility.CLEARTEXT, HostSource.HTTP_HOST),
    c.A_DNS: ("dns", Visibility.CLEARTEXT, None),
    c.A_NTP: ("ntp", Visibility.CLEARTEXT, None),
    c.A_MQTT: ("mqtt", Visibility.CLEARTEXT, None),
}

MANY = 2_000
"""Stories whose rows are worth another process, while this one makes the plain ones."""
AT_ONCE = 4_096
"""Rows of stories that are objects at the same time."""


def observed(listener: Listener) -> "pa.Table":
    """The table of all conversations of a capture, in its published order. The listener forgets them: they and two tables, one
    of them sorted, would be the most memory that a reading takes."""
    return in_order(_unordered(listener), OBSERVED.order)


def _unordered(listener: Listener) -> "pa.Table":
    """Plain rows as columns, the others one by one."""
    import numpy as np
    import pyarrow as pa

    from auditor.capture.plain_rows import PlainRows
    from auditor.capture.same_device import same_device

    told = np.array(sorted(listener.stories), np.int64)
    plain = np.setdiff1d(np.arange(listener.count), told, assume_unique=True)
    listener.names.know_devices(same_device(listener.rows[: listener.count]))
    columns = PlainRows(listener, plain)
    columns.teach(told)
    works = (columns.table, lambda: _table(listener, told.tolist()))
    makers = in_turns(works) if listener.glances is not None and len(told) >= MANY else (work() for work in works)
    table = pa.concat_tables(makers)
    listener.forget()
    return table


def _table(listener: Listener, told: list[int]) -> "pa.Table":
    """The rows of stories."""
    import pyarrow as pa

    schema = OBSERVED.arrow_schema()
    parts = [schema.empty_table()]
    for start in range(0, len(told), AT_ONCE):
        some = told[start : start + AT_ONCE]
        for row in some:
            prefill(listener, row)
        rows = [_row(listener, listener.rows[row].tolist(), listener.stories[row]) for row in some]
        parts.append(pa.Table.from_pylist(rows, schema=schema))
    return pa.concat_tables(parts)


def prefill(listener: Listener, row: int) -> None:
    """Adds what a glance had understood of a conversation before it became a story: the glance's names come first."""
    glances, story, cells = listener.glances, listener.stories[row], listener.rows[row].tolist()
    if glances is None or cells[c.APPLICATION] not in _APPLICATIONS:
        return
    application, visibility, source = _APPLICATIONS[cells[c.APPLICATION]]
    if story.application is None:
        story.spoke(application, visibility)
    more = glances.more_names(row, int(listener.state[c.EXTRAS])) if cells[c.MARKS] & c.MORE_NAMES else []
    _name_first(story, [glances.name(number) for number in (cells[c.NAME], *more) if number])
    if cells[c.NAME] and source is not None:
        story.hosts[source] = glances.name(cells[c.NAME])
    story.url = glances.name(cells[c.URL]) or story.url
    glanced = glances.name(cells[c.ALPN]) or None
    # Of several connections of QUIC the first counts; in TLS the server's choice, told later.
    story.alpn = glanced or story.alpn if application == "quic" else story.alpn or glanced
    story.tls_version = story.tls_version or version_name(cells[c.VERSION])
    found = HostSource.QUIC_SNI in story.hosts
    story.miss(notes(cells[c.MARKS] & ~c.UNREADABLE if found else cells[c.MARKS]))


def _name_first(story: Story, names: list[str]) -> None:
    """Names the story before those that it has."""
    later, story.names = story.names, {}
    for name in names:
        story.name(name)
    story.names |= later


def _row(listener: Listener, cells: list[int], story: Story) -> dict[str, Any]:
    client = cells[c.CLIENT]
    if client < 0:
        client = max(story.client, 0)
    server = 1 - client
    addresses = [half_bytes(cells[c.ADDRESS_HI + side], cells[c.ADDRESS_LO + side]) for side in (0, 1)]
    ports = [port if port >= 0 else None for port in cells[c.PORT : c.PORT + 2]]
    transport = transport_name(cells[c.TRANSPORT])
    return {
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
        **_told(listener, story, addresses[client]),
    }


def _told(listener: Listener, story: Story, client: str) -> dict[str, Any]:
    host, source = story.host
    resolved = story.resolved
    chain = resolved.chain if resolved and resolved.name == host else listener.names.chain(client, host or "")
    return {
        "application": story.application,
        "host": host,
        "host_source": source,
        "names": story.all_names,
        "url": story.url,
        "app": story.app,
        "visibility": story.visibility,
        "tls_version": story.tls_version,
        "alpn": story.alpn,
        "cnames": chain,
        "unread": story.all_unread(),
    }
