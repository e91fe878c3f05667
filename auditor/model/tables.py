"""Every published column, once: the schema of each table, and tables and frames that obey it.

Stages pass Arrow tables to each other, with one chunk in each column where rows are few; what users get are pandas frames with
Arrow dtypes (`pandas.ArrowDtype`), so that text stays text, lists stay lists and an absent value is null in memory as in Parquet.
Times are UTC nanoseconds. A frame costs ten times what a table does, whatever is in it, and a small session makes many.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from auditor.model.arrow import array_of, arrow_of, column_of, from_arrow, in_order, places_in_order

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Type(StrEnum):
    """The types a column can have."""

    TEXT = "text"
    INT = "int"
    BOOL = "bool"
    TIME = "time"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One published column."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: its columns in order, and the columns that its rows are sorted by."""

    name: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    def arrow_schema(self) -> "pa.Schema":
        """The Arrow schema, as written to Parquet."""
        import pyarrow as pa

        kinds = {
            Type.TEXT: pa.string(),
            Type.INT: pa.int64(),
            Type.BOOL: pa.bool_(),
            Type.TIME: pa.timestamp("ns", tz="UTC"),
            Type.LIST: pa.list_(pa.string()),
        }
        return pa.schema([pa.field(column.name, kinds[column.type]) for column in self.columns])

    def of_rows(self, rows: Iterable[Mapping[str, Any]] = ()) -> "pa.Table":
        """An Arrow table of these rows (missing keys become null). Times come as integer nanoseconds."""
        import pyarrow as pa

        rows, schema = list(rows), self.arrow_schema()
        arrays = [pa.array([row.get(field.name) for row in rows], type=field.type, from_pandas=False) for field in schema]
        return pa.Table.from_arrays(arrays, schema=schema)

    def frame(self, rows: Iterable[Mapping[str, Any]] = ()) -> "pd.DataFrame":
        """As `of_rows`, as a frame."""
        return from_arrow(self.of_rows(rows))

    def conform(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """The frame with exactly this table's columns and types; columns it lacks become null."""
        return from_arrow(self.arrow(frame))

    def arrow(self, data: "pd.DataFrame | pa.Table") -> "pa.Table":
        """As `conform`, of a frame or a table, as an Arrow table with one chunk in each column."""
        import pyarrow as pa

        schema, arrays = self.arrow_schema(), []
        table = data if isinstance(data, pa.Table) else arrow_of(data, self.names)
        present = frozenset(table.column_names)
        for field in schema:
            array = array_of(table, field.name) if field.name in present else pa.nulls(len(data), field.type)
            arrays.append(array if array.type.equals(field.type) else array.cast(field.type))
        return pa.Table.from_arrays(arrays, schema=schema)

    def sorted(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """The frame in its published order, its rows numbered from 0: null last, equal rows as they come."""
        import pyarrow as pa

        places = places_in_order(pa.table({name: column_of(frame[name]) for name in self.order}), self.order)
        return (frame if places is None else frame.take(places.to_numpy())).reset_index(drop=True)

    def published(self, table: "pa.Table") -> "pa.Table":
        """The table with exactly these columns and types, in its published order."""
        return in_order(self.arrow(table), self.order)


def concat(table: Table, parts: "Sequence[pd.DataFrame | pa.Table]") -> "pa.Table":
    """Frames or tables of one table below each other; an empty one where there are none."""
    import pyarrow as pa

    return pa.concat_tables([table.arrow(part) for part in parts]) if parts else table.of_rows()


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from lines of `name type meaning`."""
    rows = (line.split(maxsplit=2) for line in text.strip().splitlines())
    return tuple(Column(name, Type(kind), meaning) for name, kind, meaning in rows)


OBSERVED = Table(
    "observed",
    _columns("""
flow_id text mitmproxy's flow id; the HAR entry's index; tcp-N, udp-N in a packet capture
client_ip text as in RFC 5952, without zone
client_port int the client's port
server_ip text null where the source does not know it
server_port int the server's port
transport text tcp, udp, icmp ...
application text the innermost protocol recognised: tls, quic, http, dns, mqtt, ntp ...
host text the name that was asked for, lower case, without a trailing dot
host_source text where the host was read
names list every name seen in the flow, in order of appearance
url text without query, HTTP only
started time the first packet or the request's start
ended time the last packet or the response's end
packets_up int packets from the client
packets_down int packets to the client
bytes_up int bytes from the client: frame lengths in packet captures, head and body as transferred elsewhere
bytes_down int bytes to the client
visibility text cleartext, decrypted, opaque; null when no payload was seen
tls_version text like TLSv1.3
alpn text the negotiated or offered application protocol
app text the app or process that opened the flow, where the capture says so
cnames list the chain of names behind the host, from DNS answers
unread list what was not looked through, each `part: reason`
"""),
    ("started", "flow_id"),
)
"""What a capture reader says of each flow: the flows table before attribution."""

FLOWS = Table(
    "flows",
    _columns("""
capture text the file's path as given, or relative to its session
flow_id text mitmproxy's flow id; the HAR entry's index; tcp-N, udp-N in a packet capture
surface text app, printer, site
phase text the phase in which the flow started
client_ip text as in RFC 5952, without zone
client_port int the client's port
server_ip text null where the source does not know it
server_port int the server's port
transport text tcp, udp, icmp ...
application text the innermost protocol recognised
host text the name that was asked for
host_source text where the host was read
domain text the registrable domain
names list every name seen in the flow, in order of appearance
url text without query, HTTP only
started time UTC
ended time UTC
packets_up int packets from the client
packets_down int packets to the client
bytes_up int bytes from the client
bytes_down int bytes to the client
visibility text cleartext, decrypted, opaque; null when no payload was seen
tls_version text like TLSv1.3
alpn text the application protocol
service text what runs there
entity text the legal name in English of who receives the content
group text the parent group
country text of the entity, ISO 3166 alpha-2
server_country text of the server, from the region in the name or an address table
hosting text the group whose infrastructure it is
party text the declared party's id
recipient text party, else the group's slug, else domain, else address
relation text how the recipient stands to the register
tenant text the customer's label on a shared platform
step text rung of the evidence ladder
confidence text high, medium, low, none
reason text why this attribution, or why there is none
app text the app or process, where the capture says so
background bool from a background capture
unread list what was not looked through, each `part: reason`
"""),
    ("capture", "started", "flow_id"),
)

SIGHTINGS = Table(
    "sightings",
    _columns("""
capture text the file's path as given, or relative to its session
flow_id text the flow
surface text app, printer, site
phase text the phase at the sighting's time
at time UTC
direction text up is from the client
kind text imei, mac, phone ...
identifier text the planted value's label, or null
match text planted, pattern, name
confidence text high, medium, low
part text url_path, query, header, cookie, body, payload, dns, sni, mqtt
path text like $.device.imei or the header's name
encodings list outermost first
variant text the canonical form matched
masked text never the clear value
digest text keyed, 32 hex digits
location text packet 812 +14, or message 0 +120
host text the host of the sighting's own request
recipient text who received it
"""),
    ("capture", "flow_id", "at", "location", "kind", "variant", "path"),
)

RECIPIENTS = Table(
    "recipients",
    _columns("""
recipient text party, group, domain or address
surface text app, printer, site
party text the declared party's id
entity text the legal name
entity_zh text the legal name in Chinese
group text the parent group
country text of the entity
relation text the strongest relation to the register seen
services list what runs there
hosts list the hosts that were asked for
purposes list what the services are for, words of the catalog
kinds list the identifiers that were sent there
flows int flows
bytes_up int bytes sent there
bytes_down int bytes received from there
first time the first flow's start
entities list the legal names of all companies behind it; entity is the first of them
entities_zh list the same in Chinese; in English where a company has no Chinese name
countries list of these companies, each once; country is that of entity
"""),
    ("surface", "recipient"),
)

FINDINGS = Table(
    "findings",
    _columns("""
id text stable over re-runs
rule text the rule's id
severity text info, low, medium, high, critical
status text open, waived
surface text app, printer, site
phase text the phase
recipient text who receives the content
party text the declared party's id
entity text the legal name
service text what runs there
host text the host
kind text the identifier's kind
identifier text the planted value's label
class text clear, vague, ambiguous, incorrect, omitted, not_assessable
confidence text high, medium, low
baseline text new, known, or null without a baseline
flows int number of flows
first_flow text CAPTURE#FLOW_ID
clause text line in the policy, like L175
references list each as it is cited, with its edition
message text in English
message_zh text in Chinese
"""),
    ("rule", "surface", "phase", "recipient", "host", "kind", "id"),
)

ATTRIBUTIONS = Table(
    "attributions",
    _columns("""
name text as asked
host text the name that was looked up
domain text the registrable domain
service text what runs there
entity text the legal name in English
entity_zh text the legal name in Chinese
group text the parent group
country text of the entity
server_country text of the server
hosting text the group whose infrastructure it is
party text the declared party's id
recipient text who receives the content
relation text how the recipient stands to the register
tenant text the customer's label on a shared platform
step text rung of the evidence ladder
confidence text high, medium, low, none
reason text why
evidence list every rung, as JSON objects
"""),
    ("name",),
)

PARTIES = Table(
    "parties",
    _columns("""
party text the party's id
name_en text as the policy writes it in English
name_zh text as the policy writes it in Chinese
languages list where it is named
purposes list closed list
surfaces list where it is said to be used; empty when the policy does not say
categories list categories of data bound to it
links list links to its own policy
lines list file:line of each mention
confirmed bool whether a person confirmed the entry
"""),
    ("party",),
)

LINT = Table(
    "lint",
    _columns("""
rule text the lint rule's id
severity text info, low, medium, high, critical
line int from 1
column int from 1, in code points
language text en, zh-Hans, zh-Hant
message text what is wrong
references list ids of the references
"""),
    ("line", "column", "rule"),
)

TABLES = (FLOWS, SIGHTINGS, RECIPIENTS, FINDINGS, ATTRIBUTIONS, PARTIES, LINT)
