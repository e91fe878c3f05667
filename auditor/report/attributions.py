"""What `auditor attribute` prints: a name as asked, its endpoint and its attribution in; one row for each name out.

In ndjson the evidence is a list of objects, one for each rung; in the other formats each rung is an object as JSON text.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from auditor.model.attribution import Attribution, Endpoint
from auditor.model.tables import ATTRIBUTIONS
from auditor.report import rows

type Answer = tuple[str, Endpoint, Attribution]


def render(answers: Sequence[Answer], form: str) -> bytes:
    """The rows in the order in which the names were asked."""
    found = [_row(*answer) for answer in answers]
    if form == "ndjson":
        return b"".join(msgspec.json.encode(row) + b"\n" for row in found)
    for row in found:
        row["evidence"] = [msgspec.json.encode(rung).decode() for rung in row["evidence"]]
    if form == "table":
        return "\n".join(_text(row) for row in found).encode()
    return rows.render(ATTRIBUTIONS, ATTRIBUTIONS.frame(found), form)


def _row(name: str, endpoint: Endpoint, answer: Attribution) -> dict[str, Any]:
    row: dict[str, Any] = {column: getattr(answer, column, None) for column in ATTRIBUTIONS.names}
    row.update(name=name, host=endpoint.host, evidence=[asdict(rung) for rung in answer.evidence])
    return {key: str(value) if isinstance(value, str) else value for key, value in row.items()}


def _text(row: dict[str, Any]) -> str:
    """One name for people: the answer, then every rung."""
    from auditor.report.display import safe

    shown: tuple[str, ...] = (
        "recipient",
        "entity",
        "entity_zh",
        "group",
        "country",
        "hosting",
        "party",
        "relation",
        "tenant",
        "service",
    )
    shown = (*shown, "server_country", "step", "confidence", "reason")
    lines = [safe(row["name"])]
    lines += [f"  {key:<15}{safe(str(row[key]))}" for key in shown if row[key] is not None]
    if row["evidence"]:
        lines.append("  evidence")
    for rung in map(msgspec.json.decode, row["evidence"]):
        seen = f", seen {rung['seen']}" if rung["seen"] else ""
        said = f"{rung['pattern']}: {rung['service'] or rung['group'] or ''} ({rung['confidence']}; {rung['source']}{seen})"
        lines.append(f"    {rung['step']:<15}{safe(said)}")
    return "\n".join(lines) + "\n"
