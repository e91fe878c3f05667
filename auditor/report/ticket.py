"""A finding as a ticket: one finding in, Markdown for an issue tracker out, every value masked."""

from collections.abc import Mapping, Sequence

from auditor.model.audit import FindingRow, SightingRow
from auditor.model.declaration import QuoteRow
from auditor.report.decision import short
from auditor.report.display import shortened
from auditor.report.markdown import code, text
from auditor.report.reproduce import recipe, split
from auditor.report.words import label, word

_PLACES = 5
_LONGEST = 300


def ticket(
    row: FindingRow,
    sightings: Sequence[SightingRow],
    formats: Mapping[str, str],
    lang: str,
    quotes: Sequence[QuoteRow] = (),
) -> str:
    """Title, facts, the policy's words, places, reproduction and references.

    Args:
        row: the finding.
        sightings: those that it rests on.
        formats: the format of each input, by path.
        lang: en or zh.
        quotes: what the policy says at the finding's line.
    """
    parts = [
        f"## {text(short(row, lang))}",
        text(shortened(row.message_zh if lang == "zh" else row.message, 4 * _LONGEST)),
        _facts(row, lang),
    ]
    if quotes:
        said = "\n".join(f"> {text(quote.line)}: {text(quote.text)}" for quote in quotes)
        parts.append(f"### {word('finding.quote', lang)}\n\n{said}")
    places = [_place(sighting) for sighting in sightings[:_PLACES]]
    if places:
        parts.append(f"### {word('finding.evidence', lang)}\n\n" + "\n".join(places))
    parts.append(_reproduce(row, formats, lang))
    if row.references:
        parts.append(f"### {word('finding.references', lang)}\n\n" + "\n".join(f"- {text(name)}" for name in row.references))
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(row: FindingRow, lang: str) -> str:
    facts = (
        ("id", code(row.id)),
        ("severity", label("severity", row.severity, lang)),
        ("recipient", code(_short(row.recipient))),
        ("host", code(_short(row.host))),
        ("data", text(label("kind", row.kind, lang))),
        ("phase", text(label("phase", row.phase, lang))),
        ("surface", label("surface", row.surface, lang)),
        ("class", label("class", row.finding_class, lang)),
        ("clause", code(row.clause)),
        ("flows", str(row.flows)),
    )
    return "\n".join(f"- **{word(f'finding.{name}', lang)}:** {value}" for name, value in facts if value != "-")


def _place(row: SightingRow) -> str:
    chain = " → ".join(row.encodings)
    decoded = f" ({code(chain)})" if chain else ""
    where = f"{code(_short(f'{row.capture}#{row.flow_id}'))} {code(row.location)} {code(_short(row.path))}"
    return f"- {where}{decoded}: {code(row.masked)}"


def _short(captured: str | None) -> str | None:
    return shortened(captured, _LONGEST) if captured else None


def _reproduce(row: FindingRow, formats: Mapping[str, str], lang: str) -> str:
    lines = []
    for flow in row.evidence[:1]:
        way = recipe(flow, formats.get(split(flow)[0], ""), row.host)
        if way:
            lines.append(way.command)
    lines += [f"auditor explain {row.rule}", f"auditor evidence REPORT {row.id} -o finding.capture"]
    return f"### {word('finding.reproduce', lang)}\n\n" + "\n".join(f"    {line}" for line in lines)
