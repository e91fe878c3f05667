"""Cuts one flow out of a capture: path, format and flow in, bytes of a small capture out that Wireshark, mitmweb or jq opens.

mitmproxy files give a mitmproxy file, HAR gives HAR, packet captures give pcapng, the journal its records of a connection.
Packets are copied as they stand; names, statistics and decryption secrets of the source are left behind, because they speak of
other flows too. The result holds message content in the clear: whoever writes it must keep it as private as the capture itself.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.capture import mitm_spill, tnetstring
from auditor.capture.opened import open_capture
from auditor.errors import CaptureError, DamagedError, Source, UsageError
from auditor.evidence import packets
from auditor.model.tables import FLOWS

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("flow_id", "transport", "client_ip", "client_port", "server_ip", "server_port", "started", "ended")

HAR_LIMIT = 512 * 1024 * 1024
"""Bytes; a HAR file is read as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One flow, with the columns of its row in the flows table."""

    flow_id: str
    transport: str
    client_ip: str | None
    client_port: int | None
    server_ip: str | None
    server_port: int | None
    started: int | None
    """UTC nanoseconds; None where the source does not know."""
    ended: int | None

    @classmethod
    def find(cls, flows: "pd.DataFrame", flow: str) -> "Wanted":
        """The flow `CAPTURE#FLOW_ID` of a flows table.

        Raises:
            UsageError: the table has no such flow.
        """
        capture, _, flow_id = flow.rpartition("#")
        rows = flows[(flows["capture"] == capture) & (flows["flow_id"] == flow_id)]
        if not len(rows):
            raise UsageError(
                f"the flow {flow_id} is not in the flows table", Source(capture), "is it the report of this finding?"
            )
        (row,) = FLOWS.conform(rows.iloc[:1])[list(_COLUMNS)].astype("object").to_dict("records")
        known = {str(name): _plain(value) for name, value in row.items()}
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Cut:
    """A small capture."""

    suffix: str
    """.mitm, .har, .pcapng or, of the journal, .ndjson."""
    data: bytes
    kept: int
    """Flows, packets or records in it, at least 1."""


def _plain(value: Any) -> Any:
    """A table's value as Python's own: None for null, integer nanoseconds for a time."""
    import pandas as pd

    if pd.isna(value):
        return None
    return value.value if isinstance(value, pd.Timestamp) else value


def cut(path: str, form: str, wanted: Wanted) -> Cut:
    """The smallest capture that shows a flow.

    Args:
        path: the capture, compressed or not.
        form: its format, as the audit recognised it.
        wanted: the flow.

    Raises:
        UsageError: flows of this format cannot be cut out, or the flow is not in the file.
        DamagedError: the file breaks off or is damaged before the flow's end.
        CaptureError: it cannot be opened.
    """
    cutter = _CUTTERS.get(form)
    if cutter is None:
        known = ", ".join(sorted(_CUTTERS))
        raise UsageError(f"no flow can be cut out of the format {form!r}", Source(path), f"can be cut: {known}")
    try:
        result = cutter(path, wanted)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", Source(path), "name the folder of the captures") from None
    if not result.kept:
        raise UsageError(f"the flow {wanted.flow_id} is not in the file", Source(path), "is it the capture that was audited?")
    return result


def _mitmproxy(path: str, wanted: Wanted) -> Cut:
    """The frames of the flow, byte for byte, with the messages that stand in `streams/`.

    Files that were joined may hold several of one id: all of them are kept.
    """
    name = wanted.flow_id.partition("~")[0]
    found = []
    with open_capture(path) as stream:
        while True:
            place = stream.tell()
            try:
                frame = tnetstring.read_frame(stream)
                if frame is None:
                    break
                if tnetstring.parse_dictionary(frame).get("id") == name:
                    frame = mitm_spill.self_contained(frame, path)
                    found.append(b"%d:%s}" % (len(frame), frame))
            except (ValueError, CaptureError) as error:
                if found:
                    break
                raise DamagedError(f"the flow does not stand before the damage: {error}", Source(path, f"byte {place}")) from None
    return Cut(".mitm", b"".join(found), len(found))


def _har(path: str, wanted: Wanted) -> Cut:
    """The log with one entry; pages and the browser's own facts stay."""
    with open_capture(path) as stream:
        data = stream.read(HAR_LIMIT + 1)
    if len(data) > HAR_LIMIT:
        raise UsageError("the HAR file is too large to be cut", Source(path))
    try:
        document = json.loads(data.decode("utf-8-sig"))
        entries = document["log"]["entries"]
        number = int(wanted.flow_id)
        chosen = entries[number : number + 1] if number >= 0 else []
        document["log"]["entries"] = chosen
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError(f"no HAR log: {type(error).__name__}", Source(path)) from None
    return Cut(".har", json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"), len(chosen))


def _packets(path: str, wanted: Wanted) -> Cut:
    conversation = packets.Conversation.of(
        (wanted.client_ip, wanted.client_port), (wanted.server_ip, wanted.server_port), (wanted.started, wanted.ended)
    )
    with open_capture(path) as stream:
        data, kept = packets.cut(stream, conversation, path)
    return Cut(".pcapng", data, kept)


def _journal(path: str, wanted: Wanted) -> Cut:
    """The journal's records of a connection that no capture could show. They tell of it; content they have none."""
    client = f"{wanted.client_ip}:{wanted.client_port}"
    with open_capture(path) as stream:
        kept = [line for line in stream if b'"connection"' in line and _is_of(line, client)]
    return Cut(".ndjson", b"".join(kept), len(kept))


def _is_of(line: bytes, client: str) -> bool:
    """Whether this record is about a connection of the client: its address may stand in brackets."""
    try:
        record = json.loads(line)
    except ValueError:
        return False
    told = isinstance(record, dict) and record.get("kind") == "connection"
    return told and str(record.get("client", "")).replace("[", "").replace("]", "") == client


_CUTTERS: dict[str, Callable[[str, Wanted], Cut]] = {
    "mitmproxy": _mitmproxy,
    "har": _har,
    "pcap": _packets,
    "pcapng": _packets,
    "journal": _journal,
}
