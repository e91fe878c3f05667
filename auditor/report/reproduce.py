"""How a reviewer finds a flow again: the id of a flow in, the commands for the tool that opens its capture out.

A flow is named `CAPTURE#FLOW_ID`. Which tool opens the capture follows from the format that the audit recognised.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.audit import Audit
from auditor.report.display import safe

_STREAM = re.compile(r"(tcp|udp)-(\d+)")
_PACKET = re.compile(r"packet (\d+)")
_PACKETS = ("pcap", "pcapng")
_NO_HOST = re.compile(r"[^A-Za-z0-9-]")
_DOTS = re.compile(r"(\.)")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to look."""

    tool: str
    """mitmproxy, wireshark or har."""
    filter: str
    """What to type into the tool's filter line; for HAR the entry."""
    command: str
    """A shell command, captured names quoted."""


def formats(audit: Audit) -> Mapping[str, str]:
    """The recognised format of each input."""
    return {row.path: row.format or "" for row in audit.inputs}


def split(flow: str) -> tuple[str, str]:
    """`CAPTURE#FLOW_ID` as the capture and the flow's id."""
    capture, _, flow_id = flow.rpartition("#")
    return capture, flow_id


def recipe(flow: str, form: str, host: str | None, location: str = "") -> Recipe | None:
    """How to see the flow again; None for a format that no common tool opens.

    Args:
        flow: `CAPTURE#FLOW_ID`.
        form: the capture's format as in `inputs`.
        host: the flow's host, for mitmproxy, which has no filter for flow ids.
        location: a sighting's location, which names the packet.
    """
    capture, flow_id = split(flow)
    if form == "mitmproxy":
        shown = f"~d {_pattern(host)}" if host else "~all"
        return Recipe(
            "mitmproxy",
            shown,
            f"mitmweb --no-server -r {_word(capture)} --set view_filter={_word(shown)}  # flow {safe(flow_id)}",
        )
    if form in _PACKETS:
        shown = _display_filter(flow_id, location)
        return Recipe("wireshark", shown, f"wireshark -r {_word(capture)} -Y {_word(shown)}") if shown else None
    if form == "har":
        return Recipe("har", f"log.entries[{safe(flow_id)}]", f"jq '.log.entries[{_number(flow_id)}]' {_word(capture)}")
    return None


def _display_filter(flow_id: str, location: str) -> str:
    packet = _PACKET.match(location)
    if packet:
        return f"frame.number == {packet[1]}"
    stream = _STREAM.fullmatch(flow_id)
    return f"{stream[1]}.stream == {stream[2]}" if stream else ""


def _pattern(host: str) -> str:
    """The host as a regular expression of mitmproxy's filter language; a character that no host name has matches any."""
    return "".join(r"\." if part == "." else _NO_HOST.sub(".", part) for part in _DOTS.split(host))


def _word(text: str) -> str:
    return shlex.quote(safe(text))


def _number(flow_id: str) -> str:
    return flow_id if flow_id.isdecimal() else "0"
