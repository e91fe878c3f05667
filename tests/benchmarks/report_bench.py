"""How long a large session takes to render in all formats: python -m tests.benchmarks.report_bench [FLOWS FINDINGS].

100,000 flows and 5,000 findings must be rendered in 20 s and 1.5 GB, the page must stay under 10 MB and open within 2 s (in
Chromium, where there is one). Measured are processor and wall seconds of each format; making the session up is not.
"""

import json
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pandas as pd
import pyarrow as pa

from auditor.catalog import rule_texts
from auditor.judge import claims, coverage, findings, verdict
from auditor.judge.document import Judgement, Setting, document
from auditor.judge.facts import Facts
from auditor.model.audit import Audit, FindingRow
from auditor.model.rule import Cited
from auditor.model.tables import FINDINGS as FINDINGS_TABLE
from auditor.model.tables import FLOWS, SIGHTINGS
from auditor.model.vocabulary import Outcome, Severity
from auditor.recipients import first_pairs, recipients_table
from auditor.report.formats import FORMATS, Frames
from tests.benchmarks.judge_bench import DAY, facts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LIMIT_SECONDS = 20.0
LIMIT_BYTES = 1536 << 20
LIMIT_PAGE = 10_000_000
LIMIT_OPEN = 2.0


def session(flows: int, wanted: int) -> tuple[Audit, Frames]:
    """A made-up session of that size: the judge's own findings, repeated under other ids or cut to the number that is asked."""
    made = facts(flows, flows // 3)
    audit, recipients = _judged(made)
    rows = tuple(_again(audit.findings, wanted))
    audit = replace(audit, findings=rows)
    table = pd.DataFrame([msgspec.to_builtins(row) for row in rows])
    frames = {
        "flows": FLOWS.published(first_pairs(made.pairs)),
        "sightings": SIGHTINGS.published(made.sightings),
        "findings": FINDINGS_TABLE.conform(table[[name for name in FINDINGS_TABLE.names if name in table.columns]]),
        "recipients": recipients,
    }
    return audit, frames


def _judged(made: Facts) -> tuple[Audit, pa.Table]:
    cited = {text.id: Cited(text=text, citations=text.references) for text in rule_texts.load()}
    judged = findings.find(made, cited)
    gates = coverage.gates(made, coverage.Recorded())
    inputs = [verdict.InputState("app.mitm", Outcome.READ)]
    decided = verdict.decide([entry.finding for entry in judged], gates, inputs, Severity.HIGH)
    judgement = Judgement(judged=judged, gates=gates, verdict=decided, claims=claims.check_claims(made), waivers=())
    setting = Setting(
        version="0",
        as_of=DAY,
        fail_on=Severity.HIGH,
        catalog_sha256="0" * 64,
        destinations=0,
        references=0,
        cited=cited,
        applied=tuple(cited),
        inputs=(),
    )
    recipients = recipients_table(made)
    return document(made, judgement, setting, recipients, made.pairs), recipients


def _again(rows: tuple[FindingRow, ...], wanted: int) -> list[FindingRow]:
    """As many rows as wanted, each id once."""
    return [
        msgspec.structs.replace(rows[number % len(rows)], id=f"{rows[number % len(rows)].rule}-{number:010x}")
        for number in range(wanted)
    ]


def rendered(audit: Audit, frames: Frames) -> dict[str, dict[str, float]]:
    """Seconds and bytes of each format."""
    took = {}
    for form in FORMATS:
        wall, cpu = time.perf_counter(), time.process_time()
        files = form.write(audit, frames, "en")
        took[form.name] = {
            "wall_s": round(time.perf_counter() - wall, 2),
            "cpu_s": round(time.process_time() - cpu, 2),
            "bytes": sum(map(len, files.values())),
        }
        if form.name == "html":
            took["html"]["open_s"] = opened(files["report.html"])
    return took


def opened(page: bytes) -> float:
    """Seconds until the page is loaded and laid out in Chromium, the best of three; -1 where there is none."""
    program = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if program is None:
        return -1.0
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_bytes(page)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-background-networking"])
        took = min(_opened_once(browser, file.as_uri()) for _ in range(3))
        browser.close()
    return round(took, 2)


def _opened_once(browser: "Browser", address: str) -> float:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    begun = time.perf_counter()
    tab.goto(address)
    # Asking for a place forces the layout, and a frame says that it was drawn.
    tab.evaluate("new Promise(done => { document.body.getBoundingClientRect(); requestAnimationFrame(() => done()); })")
    took = time.perf_counter() - begun
    tab.close()
    return took


def main(argv: list[str]) -> int:
    """Prints the measures; 1 where a limit was passed."""
    flows, wanted = (int(argv[0]), int(argv[1])) if len(argv) == 2 else (100_000, 5_000)
    audit, frames = session(flows, wanted)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    took = rendered(audit, frames)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    wall, cpu = (round(sum(entry[name] for entry in took.values()), 2) for name in ("wall_s", "cpu_s"))
    sizes = {"flows": flows, "findings": len(audit.findings), "recipients": len(audit.recipients)}
    print(json.dumps(sizes | took | {"wall_s": wall, "cpu_s": cpu, "tables_mb": before >> 20, "peak_mb": peak >> 20}, indent=1))
    slow = min(wall, cpu) > LIMIT_SECONDS or took["html"]["open_s"] > LIMIT_OPEN
    return int(slow or peak > LIMIT_BYTES or took["html"]["bytes"] > LIMIT_PAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
