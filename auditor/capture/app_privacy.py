"""iOS App Privacy Report (NDJSON): a line for each access or network activity; the hosts that an app asked for come out.

The report names hosts, counts and times, but no ports, bytes or content. Lines of `type` `access` (sensors, contacts) are gone
over.
"""

import json
from collections.abc import Iterator
from typing import Any

from auditor.capture.endpoint_names import address, host_name
from auditor.capture.imported import nanoseconds, reading_of
from auditor.capture.opened import open_capture
from auditor.capture.reader import ReadOptions
from auditor.errors import DamagedError
from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import HostSource, Surface

MAX_LINE = 1 << 20
_ACTIVITY = "networkActivity"


class AppPrivacyReader:
    """Reads App Privacy Reports."""

    name = "app_privacy_report"
    surface = Surface.APP

    def recognises(self, head: bytes) -> bool:
        """By the keys of its first line."""
        line = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]
        if not line.startswith(b"{"):
            return False
        return (b'"networkActivity"' in head and b'"domain"' in head) or (b'"accessor"' in line and b'"timeStamp"' in line)

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file.

        Raises:
            OSError: the file cannot be read.
        """
        del options
        damage: list[Damage] = []
        flows = [_flow(number, entry) for number, entry in enumerate(_entries(path, damage))]
        return reading_of(self.name, flows, damage)


def _entries(path: str, damage: list[Damage]) -> Iterator[dict[str, Any]]:
    """The network activities of the file; broken lines are added to `damage`."""
    number = 0
    with open_capture(path) as stream:
        while True:
            number += 1
            try:
                line = stream.readline(MAX_LINE)
            except DamagedError as error:
                damage.append(Damage(f"line {number}", error.what))
                return
            if not line:
                return
            entry = _entry(line)
            if entry is None:
                damage.append(Damage(f"line {number}", "is no JSON object"))
            elif entry.get("type") == _ACTIVITY:
                if isinstance(entry.get("domain"), str):
                    yield entry
                else:
                    damage.append(Damage(f"line {number}", "a network activity without a domain"))


def _entry(line: bytes) -> dict[str, Any] | None:
    """The line's object; an empty one for a blank line."""
    if not line.strip():
        return {}
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _flow(number: int, entry: dict[str, Any]) -> Flow:
    domain = _text(entry, "domain")
    host = host_name(domain)
    started = nanoseconds(_text(entry, "firstTimeStamp")) or nanoseconds(_text(entry, "timeStamp"))
    return Flow(
        flow_id=f"row-{number}",
        server_ip=address(domain),
        host=host,
        # The system knows the name that the app asked to connect to.
        host_source=HostSource.CONNECT if host else HostSource.NONE,
        names=(host,) if host else (),
        started=started,
        ended=nanoseconds(_text(entry, "timeStamp")) or started,
        app=_text(entry, "bundleID") or None,
    )


READER = AppPrivacyReader()
