"""Findings and what is the printer's own in; the findings out, with both ends of each value of the printer that left elsewhere.

That the printer's MAC left through the app is one finding. It names where the printer itself shows the value (its traffic, or
the link layer of its capture), and the flow with which the app sent it away.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.judge.findings import MAX_EVIDENCE, Judged
from auditor.judge.rows import Rows
from auditor.model.device import EndRow, LocalFacts, OwnValue
from auditor.model.vocabulary import Surface

if TYPE_CHECKING:
    import pyarrow as pa

_ELSEWHERE = {Surface.APP: ("the app", "App"), Surface.SITE: ("the site", "网站")}


def with_both_ends(judged: Iterable[Judged], sightings: "pa.Table", facts: LocalFacts) -> tuple[Judged, ...]:
    """The findings, in the same order."""
    own = {entry.label: _printer_end(entry, sightings) for entry in facts.own}
    return tuple(_joined(entry, own) for entry in judged)


def _printer_end(entry: OwnValue, sightings: "pa.Table") -> EndRow | None:
    """Where the printer shows the value: in a message of its own, else in its capture's link layer; None for nowhere."""
    seen = Rows.of(sightings)
    shown = seen.where(seen.is_in("surface", (Surface.PRINTER,)) & seen.is_in("identifier", (entry.label,)))
    if len(shown):
        first = {name: shown.texts(name)[0] for name in ("part", "path", "flow")}
        place = f"{first['part']} {first['path']}" if first["path"] is not None else str(first["part"])
        return EndRow(
            end="printer",
            flow=str(first["flow"]),
            text=f"the printer shows it itself ({place})",
            text_zh=f"打印机自身流量中出现（{place}）",
        )
    if entry.capture is None:
        return None
    text, text_zh = "the printer's packets carry it as their own address", "打印机的数据包以其作为自身地址"
    return EndRow(end="printer", flow=entry.capture, text=text, text_zh=text_zh)


def _joined(judged: Judged, own: dict[str, EndRow | None]) -> Judged:
    finding = judged.finding
    if finding.surface not in _ELSEWHERE or not finding.identifier or not finding.recipient or not finding.first_flow:
        return judged
    labels = finding.identifier.split(", ")
    printer = next((end for end in map(own.get, labels) if end is not None), None)
    if printer is None:
        return judged
    who, who_zh = _ELSEWHERE[Surface(finding.surface)]
    away = EndRow(
        end=finding.surface,
        flow=finding.first_flow,
        text=f"{who} sends it to {finding.recipient}",
        text_zh=f"{who_zh}将其发送给 {finding.recipient}",
    )
    return replace(
        judged,
        finding=replace(
            finding,
            message=f"{finding.message} Both ends: {printer.text}, {printer.flow}; {away.text}, {away.flow}.",
            message_zh=f"{finding.message_zh}两端：{printer.text_zh}，{printer.flow}；{away.text_zh}，{away.flow}。",
        ),
        evidence=(*judged.evidence[: MAX_EVIDENCE - 1], *((printer.flow,) if "#" in printer.flow else ())),
        both_ends=(printer, away),
    )
