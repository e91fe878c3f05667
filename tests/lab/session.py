"""The files that describe the demo session. In: phases with their times. Out: session.toml, subjects.toml, waivers.toml."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.persona import IDENTIFIERS, Identifier
from tests.lab.world import PRODUCT_KEY

PHASES = ("before_consent", "consented", "register", "pair_printer", "print", "pay", "background")
CAPTURES = {"app.mitm": "app", "printer.pcapng": "printer", "site.har": "site"}
TENANTS = ("o2nails-demo-app", "o2nails-demo-firmware", PRODUCT_KEY, "mqtt-cn-o2demo0001")
SCRIPTED = "Scripted demonstration traffic between local servers and made-up people; not a recording of any released product."
SESSION_KEY = b"demo key: 32 bytes, not a secret"

_WAIVERS = """\
# Findings that somebody has accepted, each with a reason, an owner and a last day. Made up, like everything in this folder.
schema = 1

[[waiver]]
rule = "SEC-CLEARTEXT"
party = "alibaba_cloud"
identifier = "*"
surface = "app"
reason = "The HTTPDNS look-up by address carries nothing but the name of our own API."
owner = "Demo QA"
expires = 2027-12-31

[[waiver]]
rule = "FLOW-PARTY-WRONG-SURFACE"
party = "google"
identifier = "*"
surface = "app"
reason = "The analytics SDK was to be removed by the summer; this waiver has run out and must not hide anything."
owner = "Demo QA"
expires = 2026-06-30
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase as it really happened; times are UTC nanoseconds."""

    name: str
    start: int
    end: int


def write_static(folder: Path) -> None:
    """Everything that is known before the recording: planted values, waivers, the demo's key, the session without phases."""
    (folder / "subjects.toml").write_text(subjects_text(IDENTIFIERS))
    (folder / "waivers.toml").write_text(_WAIVERS)
    (folder / "session.key").write_bytes(SESSION_KEY)
    (folder / "session.key").chmod(0o600)
    write_session(folder, ())


def write_session(folder: Path, phases: Sequence[Phase]) -> None:
    """session.toml with these phases."""
    lines = [
        "# Scripted demonstration traffic: made-up people and devices, local servers. Written by `make record-demo`.",
        "schema = 1",
        "",
        "[session]",
        'name = "demo"',
        'product = "O2Nails nail printer app"',
        'app_version = "2.8.4.8 (scripted client)"',
        'firmware = "1.0.3 (scripted client)"',
        'topology = "lab: phones through auditor record session, printer on its own interface, shop in Chromium"',
        'tester = "scripted demonstration"',
        f'scripted = "{SCRIPTED}"',
        'register = "o2nails-1.1"',
        f"required_phases = {_strings(PHASES)}",
        "",
        "[first_party]",
        'domains = ["o2nails.com", "cybernail.com"]',
        f"tenants = {_strings(TENANTS)}",
    ]
    for path, surface in CAPTURES.items():
        lines += ["", "[[capture]]", f'path = "{path}"', f'surface = "{surface}"']
    for phase in phases:
        lines += ["", "[[phase]]", f'id = "{phase.name}"', f"start = {_rfc3339(phase.start)}"]
        lines.append(f"end = {_rfc3339(phase.end)}")
    (folder / "session.toml").write_text("\n".join(lines) + "\n")


def subjects_text(identifiers: Sequence[Identifier]) -> str:
    lines = ["# The planted values of the demo. None of them belongs to a person or a device that exists.", "schema = 1"]
    for identifier in identifiers:
        lines += [
            "",
            "[[identifier]]",
            f'label = "{identifier.label}"',
            f'kind = "{identifier.kind}"',
            f'value = "{identifier.value}"',
            f'owner = "{identifier.owner}"',
        ]
    return "\n".join(lines) + "\n"


def _strings(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _rfc3339(nanoseconds: int) -> str:
    """A TOML offset date-time with milliseconds; TOML readers need not keep more."""
    moment = datetime.datetime.fromtimestamp(nanoseconds // 1_000_000 / 1000, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
