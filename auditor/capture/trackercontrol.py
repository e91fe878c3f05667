"""TrackerControl's CSV export: a row for each contact of an app with a host. Content is not in it.

Columns as of 2023: time, host (or daddr), app or package, uid, and what TrackerControl makes of it. Whom it takes for a tracker
is its opinion and is left out.
"""

from auditor.capture.csv_rows import CsvRow, csv_rows, header_of
from auditor.capture.endpoint_names import address, host_name
from auditor.capture.imported import nanoseconds, reading_of, whole
from auditor.capture.reader import ReadOptions
from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import HostSource, Surface

_HOSTS = ("host", "hostname", "daddr", "domain")
_APPS = ("package", "packagename", "app", "appname", "application", "uid")
_TIMES = ("time", "timestamp", "date")
_OWN = frozenset({"tracker", "trackername", "trackercategory", "category", "uncertain", "daddr", "company"})


class TrackerControlReader:
    """Reads TrackerControl's export."""

    name = "trackercontrol"
    surface = Surface.APP

    def recognises(self, head: bytes) -> bool:
        """By its columns: a time, a host, an app, and one that only TrackerControl has."""
        names = set(header_of(head))
        return all(names & set(group) for group in (_HOSTS, _APPS, _TIMES)) and bool(names & _OWN)

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file.

        Raises:
            OSError: the file cannot be read.
        """
        del options
        damage: list[Damage] = []
        flows = []
        for number, row in enumerate(csv_rows(path, damage)):
            target = row.text(*_HOSTS)
            if target is None:
                damage.append(Damage(f"line {row.line}", "no host"))
                continue
            flows.append(_flow(number, row, target))
        return reading_of(self.name, flows, damage)


def _flow(number: int, row: CsvRow, target: str) -> Flow:
    host = host_name(target)
    at = nanoseconds(row.text(*_TIMES) or "")
    return Flow(
        flow_id=f"row-{number}",
        server_ip=address(target) or address(row.text("daddr", "ip")),
        server_port=whole(row.text("dport", "port")),
        host=host,
        # TrackerControl reads names from DNS answers.
        host_source=HostSource.DNS_ANSWER if host else HostSource.NONE,
        names=(host,) if host else (),
        started=at,
        ended=at,
        app=row.text(*_APPS),
    )


READER = TrackerControlReader()
