"""Cases of rules as data: a TOML file's flows and sightings become Facts, under a register made for the tests.

A flow says whom it goes to with `to`, one of RECIPIENTS; a sighting belongs to the flow above it unless it names another one.
Everything that a row does not say has a usual value, so that a case shows only what matters.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from auditor.judge.facts import Facts
from auditor.model.arrow import in_order, saying
from auditor.model.device import AccessPoint
from auditor.model.register import Category, Claim, Controller, DataUse, DeclaredParty, Gates, Register
from auditor.model.said import Said
from auditor.model.session import CaptureFile, Phase, Session
from auditor.model.tables import FLOWS, SIGHTINGS, Table
from auditor.model.vocabulary import Surface

FOLDER = Path(__file__).parent
START = 1_700_000_000_000_000_000
SECOND = 1_000_000_000

RECIPIENTS: dict[str, dict[str, Any]] = {
    "first": {
        "host": "api.acme.example",
        "recipient": "first_party",
        "party": "first_party",
        "entity": "Acme Co., Ltd.",
        "relation": "first_party",
        "country": "CN",
        "purposes": "first_party",
        "vantage": "app printer site",
    },
    "pushco": {
        "host": "api.pushco.example",
        "recipient": "pushco",
        "party": "pushco",
        "entity": "Push Co., Ltd.",
        "relation": "declared",
        "entity_match": "exact",
        "compared_party": "pushco",
        "country": "CN",
        "purposes": "push",
        "vantage": "app",
    },
    "smsco": {
        "host": "sms.smsco.example",
        "recipient": "smsco",
        "party": "smsco",
        "entity": "SMS Ltd",
        "relation": "declared",
        "entity_match": "exact",
        "compared_party": "smsco",
        "country": "CN",
        "purposes": "sms",
        "vantage": "server",
    },
    "payco": {
        "host": "pay.payco.example",
        "recipient": "payco",
        "party": "payco",
        "entity": "Pay, Inc.",
        "relation": "declared",
        "entity_match": "exact",
        "compared_party": "payco",
        "country": "CN",
        "purposes": "payment",
        "vantage": "app site",
    },
    "cloudco": {
        "host": "bucket.cloudco.example",
        "recipient": "cloudco",
        "party": "cloudco",
        "entity": "Cloud Co., Ltd.",
        "relation": "declared",
        "entity_match": "exact",
        "compared_party": "cloudco",
        "country": "CN",
        "purposes": "cloud_hosting",
        "vantage": "app",
    },
    "siteco": {
        "host": "count.siteco.example",
        "recipient": "siteco",
        "party": "siteco",
        "entity": "Site Statistics Co., Ltd.",
        "relation": "declared",
        "entity_match": "exact",
        "compared_party": "siteco",
        "country": "CN",
        "purposes": "analytics",
        "vantage": "app site",
    },
    "stranger": {
        "host": "log.tracker.example",
        "recipient": "trackerco",
        "entity": "Tracker GmbH",
        "relation": "undeclared",
        "country": "CN",
        "purposes": "analytics",
        "vantage": "app",
    },
    "nameless": {
        "host": None,
        "recipient": "203.0.113.9",
        "server_ip": "203.0.113.9",
        "relation": "unknown",
        "confidence": "none",
        "step": "none",
    },
    "phone": {"host": "time.os.example", "recipient": "osmaker", "entity": "OS Maker Inc.", "relation": "system"},
    "network": {"host": None, "server_ip": "203.0.113.53", "recipient": "203.0.113.53", "relation": "network"},
    "printer": {
        "host": None,
        "recipient": "local",
        "server_ip": "192.168.1.40",
        "server_port": 9100,
        "relation": "local",
        "application": None,
        "tls_version": None,
        "visibility": "cleartext",
    },
}
"""Whom a flow can go to."""

_FLOW = {
    "capture": "app.mitm",
    "surface": "app",
    "client_ip": "192.168.1.21",
    "client_port": 40000,
    "server_ip": "203.0.113.10",
    "server_port": 443,
    "transport": "tcp",
    "application": "http",
    "host_source": "http_host",
    "bytes_up": 1000,
    "bytes_down": 1000,
    "packets_up": 5,
    "packets_down": 5,
    "visibility": "decrypted",
    "tls_version": "TLSv1.3",
    "step": "exact",
    "confidence": "high",
    "reason": "a rule of the tests",
    "background": False,
    "unread": [],
}
_SIGHTING = {
    "direction": "up",
    "match": "planted",
    "confidence": "high",
    "part": "body",
    "path": "$.x",
    "encodings": [],
    "variant": "",
    "masked": "ab..yz",
    "location": "message 0 +1",
}
_DETAILS = ("entity_zh", "purposes", "vantage", "entity_match", "compared_party")
_BESIDE = ("recipient", "relation", "party", "entity", "service", "group", "purposes", "compared_party", "visibility")


def _party(party: str, name: str, purpose: str, line: int, **more: Any) -> DeclaredParty:
    usual: dict[str, Any] = {"languages": ("en", "zh-Hans"), "surfaces": (), "name_zh": name}
    return DeclaredParty(
        party=party, name_en=name, purposes=(purpose,), categories=(), links=(), lines=(f"p.txt:{line}",), confirmed=True,
        **{**usual, **more},
    )  # fmt: skip


def _use(party: str, purpose: str, kinds: tuple[str, ...], status: str, phases: tuple[str, ...] = ()) -> DataUse:
    return DataUse(party=party, purpose=purpose, kinds=kinds, surfaces=(), phases=phases, status=status)


def _category(name: str, line: int, kinds: tuple[str, ...], open_kinds: tuple[str, ...] = ()) -> Category:
    return Category(id=name, kinds=kinds, open_kinds=open_kinds, line=line, purposes=())


def _claim(name: str, line: int) -> Claim:
    return Claim(id=name, line=line, claim=f"The claim {name}.", claim_zh=f"声明 {name}。")


REGISTER = Register(
    id="tests",
    version="1",
    effective="2025-01-01",
    source_sha256="",
    controller=Controller(
        name_en="Acme Co., Ltd.", name_zh=None, domains=("acme.example",), contact=None, products=(), sites=(), lines=()
    ),
    parties=(
        _party("pushco", "Push Co., Ltd.", "push", 10),
        _party("smsco", "SMS Ltd", "sms", 11),
        _party("payco", "Pay, Inc.", "payment", 12, languages=("en",), name_zh=None),
        _party("cloudco", "Cloud Co., Ltd.", "cloud_hosting", 13),
        _party("siteco", "Site Statistics Co., Ltd.", "analytics", 14, surfaces=(Surface.SITE,)),
        _party("mailco", "Mail Ltd", "email", 15),
    ),
    categories=(
        _category("registration", 20, ("phone", "email", "password")),
        _category("device", 21, ("mac", "imei"), ("android_id",)),
        _category("logs", 22, ("ip",)),
    ),
    uses=(
        _use("pushco", "push", ("push_token",), "inferred"),
        _use("smsco", "sms", ("phone",), "confirmed"),
        _use("payco", "payment", (), "inferred"),
        _use("cloudco", "cloud_hosting", (), "unknown"),
        _use("siteco", "analytics", ("ip",), "inferred"),
    ),
    gates=Gates(),
    observability={
        "pushco": "client",
        "smsco": "server",
        "payco": "client",
        "cloudco": "client",
        "siteco": "site",
        "mailco": "server",
    },
    claims=(
        _claim("encryption", 30),
        _claim("only_listed_sharing", 31),
        _claim("phone_for_codes", 32),
        _claim("site_only_siteco", 33),
        _claim("deletion", 34),
        _claim("no_children", 35),
        _claim("changes_prompted", 36),
    ),
    disclosed_countries=("CN",),
    transfer_line=40,
    child_age=14,
)
"""A policy in two languages. Lines of parties 10-15, categories 20-22, claims 30-36, transfers 40."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of a rule."""

    rule: str
    name: str
    sort: str
    """positive, negative or near_miss."""
    facts: Facts
    findings: tuple[dict[str, Any], ...]
    """What each expected finding holds, as far as it matters."""


def cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file, which is named after its rule."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_case(path.stem, table) for table in document["case"])


def _case(rule: str, table: dict[str, Any]) -> Case:
    known = {
        "name",
        "sort",
        "flow",
        "sighting",
        "finding",
        "phase",
        "session",
        "register",
        "surfaces",
        "persona_age",
        "access_point",
    }
    assert not set(table) - known, f"{rule}: unknown keys {set(table) - known}"
    found = tuple(table.get("finding", ()))
    return Case(rule=rule, name=table["name"], sort=table["sort"], facts=_facts_of(table), findings=found)


def _facts_of(table: dict[str, Any]) -> Facts:
    session = table.get("session", {})
    phases = [
        Phase(id=row["id"], start=START + row["start"] * SECOND, end=START + row["end"] * SECOND)
        for row in table.get("phase", ())
    ]
    register = replace(REGISTER, **{key: _tuples(value) for key, value in table.get("register", {}).items()})
    return facts(
        flows=table.get("flow", []),
        sightings=table.get("sighting", []),
        register=register,
        session=Session(
            name="tests",
            folder=None,
            phases=tuple(phases),
            required_phases=tuple(session.get("required_phases", ())),
            captures=tuple(_capture(**row) for row in session.get("capture", ())),
        ),
        surfaces=tuple(Surface(word) for word in table["surfaces"]) if "surfaces" in table else None,
        persona_age=table.get("persona_age"),
        access_points=tuple(_access_point(**row) for row in table.get("access_point", ())),
    )


def _access_point(security: str, name: str = "AC....01", default_key: bool = False) -> AccessPoint:
    how = Said("one of the usual keys", "常见密钥") if default_key else None
    return AccessPoint(name=name, capture="air.pcap", security=security, default_key=how)


def _capture(name: str, app: str | None = None) -> CaptureFile:
    return CaptureFile(path=name, name=name, surface=None, app=app)


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def facts(
    flows: list[dict[str, Any]],
    sightings: list[dict[str, Any]] | None = None,
    *,
    register: Register = REGISTER,
    session: Session | None = None,
    surfaces: tuple[Surface, ...] | None = None,
    persona_age: int | None = None,
    access_points: tuple[AccessPoint, ...] = (),
) -> Facts:
    """Facts of such rows. `started` and `at` are seconds; each flow is a second after the one before."""
    full = [_flow(number, row) for number, row in enumerate(flows)]
    by_id = {row["flow_id"]: row for row in reversed(full)}
    seen = [_sighting(row, by_id, full) for row in sightings or []]
    return Facts(
        pairs=in_order(_table(FLOWS, full, (*_DETAILS, "flow")), ("started",)),
        sightings=_table(SIGHTINGS, seen, ("flow", *(name for name in _BESIDE if name != "recipient"))),
        register=register,
        session=session or Session(name="tests", folder=None),
        surfaces=surfaces or tuple(surface for surface in Surface if surface in {row["surface"] for row in full}),
        persona_age=persona_age,
        access_points=access_points,
    )


def _flow(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(row)
    unknown = set(row) - set(FLOWS.names) - set(_DETAILS) - {"to"}
    assert not unknown, f"unknown columns {unknown}"
    full = {**_FLOW, "flow_id": f"f{number + 1}", **RECIPIENTS[row.pop("to", "stranger")], **row}
    full = {key: None if value == "null" else value for key, value in full.items()}
    started = START + int(full.get("started", number) * SECOND)
    host = full.get("host")
    return {"names": [host] if host else [], **full, "started": started, "ended": started, "flow": _name(full)}


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['capture']}#{row['flow_id']}"


def _sighting(row: Mapping[str, Any], flows: dict[str, dict[str, Any]], full: list[dict[str, Any]]) -> dict[str, Any]:
    flow = flows[row["flow_id"]] if "flow_id" in row else full[-1]
    taken = {name: flow.get(name) for name in ("capture", "flow_id", "surface", "phase", "host", *_BESIDE)}
    usual = {"identifier": f"the-{row['kind']}", "digest": f"digest-of-{row['kind']}", "flow": _name(flow)}
    at = START + int(row["at"] * SECOND) if "at" in row else flow["started"]
    merged = {**_SIGHTING, **taken, **usual, **row, "at": at}
    return {key: None if value == "null" else value for key, value in merged.items()}


def _table(table: Table, rows: list[dict[str, Any]], more: tuple[str, ...]) -> pa.Table:
    return saying(table.of_rows(rows), {name: pa.array([row.get(name) for row in rows], pa.string()) for name in more})
