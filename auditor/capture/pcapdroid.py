"""PCAPdroid's CSV of connections: a row for each, with the app that opened it. Content is not in it.

Columns as of PCAPdroid 1.4 and later: IPProto, SrcIP, SrcPort, DstIp, DstPort, UID, App, Proto, Status, Info, BytesSent,
BytesRcvd, PktsSent, PktsRcvd, FirstSeen, LastSeen. `Info` is the host, or the question of a DNS query.
"""

from auditor.capture.csv_rows import CsvRow, csv_rows, header_of
from auditor.capture.endpoint_names import address, host_name
from auditor.capture.imported import nanoseconds, reading_of, whole
from auditor.capture.reader import ReadOptions
from auditor.capture.transports import transport_name
from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import HostSource, Surface, Visibility

_COLUMNS = frozenset({"ipproto", "srcip", "srcport", "dstip", "dstport"})
_APPLICATIONS = {
    "https": "tls",
    "tls": "tls",
    "http": "http",
    "dns": "dns",
    "quic": "quic",
    "mdns": "mdns",
    "ntp": "ntp",
    "mqtt": "mqtt",
}
_SOURCES = {"tls": HostSource.TLS_SNI, "quic": HostSource.QUIC_SNI, "http": HostSource.HTTP_HOST}
_CLEAR = frozenset({"http", "dns", "mdns", "ntp", "mqtt"})


class PcapdroidReader:
    """Reads PCAPdroid's CSV."""

    name = "pcapdroid"
    surface = Surface.APP

    def recognises(self, head: bytes) -> bool:
        """By its columns."""
        return set(header_of(head)) >= _COLUMNS

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file.

        Raises:
            OSError: the file cannot be read.
        """
        del options
        damage: list[Damage] = []
        flows = []
        for number, row in enumerate(csv_rows(path, damage)):
            server = address(row.text("dstip"))
            if server is None:
                damage.append(Damage(f"line {row.line}", "its DstIP is no address"))
                continue
            flows.append(_flow(number, row, server))
        return reading_of(self.name, flows, damage)


def _flow(number: int, row: CsvRow, server: str) -> Flow:
    protocol = (row.text("proto") or "").lower()
    application = _APPLICATIONS.get(protocol, protocol or None)
    info = host_name(row.text("info"))
    host = info if application != "dns" else None
    source = _SOURCES.get(application or "", HostSource.DNS_ANSWER) if host else HostSource.NONE
    return Flow(
        flow_id=f"row-{number}",
        client_ip=address(row.text("srcip")),
        client_port=whole(row.text("srcport")),
        server_ip=server,
        server_port=whole(row.text("dstport")),
        transport=_transport(row.text("ipproto") or ""),
        application=application,
        host=host,
        host_source=source,
        names=(info,) if info else (),
        started=nanoseconds(row.text("firstseen") or ""),
        ended=nanoseconds(row.text("lastseen") or ""),
        packets_up=whole(row.text("pktssent")),
        packets_down=whole(row.text("pktsrcvd")),
        bytes_up=whole(row.text("bytessent")),
        bytes_down=whole(row.text("bytesrcvd")),
        visibility=_visibility(application, row),
        app=row.text("app", "uid"),
        unread=("payload: the table does not hold it",) if application in _CLEAR else (),
    )


def _transport(protocol: str) -> str | None:
    """By its number, or by its name where the table has that."""
    number = whole(protocol)
    return transport_name(number) if number is not None else protocol.lower() or None


def _visibility(application: str | None, row: CsvRow) -> Visibility | None:
    if not (whole(row.text("bytessent")) or whole(row.text("bytesrcvd"))):
        return None
    return Visibility.CLEARTEXT if application in _CLEAR else Visibility.OPAQUE


READER = PcapdroidReader()
