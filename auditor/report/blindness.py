"""What an audit could not see, as sentences in both languages: an audit in, sentences out.

The document's own `blind_spots` are English only. Where its tables say the same thing, the sentence is made from them, so that
a Chinese reader gets it as well.
"""

from collections.abc import Callable
from functools import partial

from auditor.model.audit import Audit, GateRow, HostRow, InputRow
from auditor.model.vocabulary import Outcome
from auditor.report.amounts import gate_number, reached
from auditor.report.decision import Sentence, failed_gates
from auditor.report.display import safe
from auditor.report.words import label, word


def blind_spots(audit: Audit) -> tuple[Sentence, ...]:
    """Each unread file, missing phase, closed host and failed gate, the widest blindness first."""
    return (*_inputs(audit), *_phases(audit), *_hosts(audit), *_unread(audit), *_gates(audit))


def _inputs(audit: Audit) -> list[Sentence]:
    def values(row: InputRow, lang: str) -> dict[str, object]:
        return {"path": safe(row.path), "outcome": label("outcome", row.outcome, lang)}

    bad = [row for row in audit.inputs if row.outcome is not Outcome.READ]
    return [_both("coverage.spot_input", partial(values, row)) for row in bad]


def _phases(audit: Audit) -> list[Sentence]:
    def values(phase: str, lang: str) -> dict[str, object]:
        return {"phase": safe(label("phase", phase, lang))}

    missing = [phase.id for phase in audit.session.phases if phase.required and phase.started is None]
    return [_both("coverage.spot_phase", partial(values, phase)) for phase in missing]


def _hosts(audit: Audit) -> list[Sentence]:
    def values(row: HostRow, lang: str) -> dict[str, object]:
        where = {"host": safe(row.host), "recipient": safe(row.recipient), "surface": label("surface", row.surface, lang)}
        return {**where, "n": row.opaque}

    closed = sorted((row for row in audit.coverage.hosts if row.opaque), key=lambda row: (-row.opaque, row.host, row.surface))
    return [_both("coverage.spot_host", partial(values, row)) for row in closed]


def _unread(audit: Audit) -> list[Sentence]:
    count = len(audit.coverage.unread)
    return [_both("coverage.spot_unread", lambda _: {"n": count})] if count else []


def _gates(audit: Audit) -> list[Sentence]:
    def values(gate: GateRow, lang: str) -> dict[str, object]:
        shown = {"value": reached(gate, lang), "bound": gate_number(gate, gate.bound)}
        return {"gate": safe(label("gate", gate.name, lang)), **shown}

    return [_both("coverage.spot_gate", partial(values, gate)) for gate in failed_gates(audit)]


def _both(key: str, values: Callable[[str], dict[str, object]]) -> Sentence:
    return Sentence(word(key, "en", **values("en")), word(key, "zh", **values("zh")))


def left_out(audit: Audit, lang: str) -> str:
    """How many flows were subtracted as an idle phone's or another app's; empty where none was."""
    count = sum(row.left_out for row in audit.inputs)
    return word("terminal.left_out", lang, n=count) if count else ""
