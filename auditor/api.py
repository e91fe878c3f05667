"""The Python interface: paths in, an object with typed tables out. The command line does the same and writes a report folder."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor import knowledge, pipeline
from auditor.errors import UsageError
from auditor.model.arrow import from_arrow
from auditor.model.audit import Audit
from auditor.model.vocabulary import Severity, Surface
from auditor.session.digest_key import digest_key as key_of
from auditor.session.files import read_subjects
from auditor.session.folder import open_sessions, read_text
from auditor.session.planted_files import with_images

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """One audited session. The frames have the published columns, with Arrow dtypes; no clear value stands in any of them."""

    document: Audit
    """Everything that a report says, as in audit.json."""
    flows: "pd.DataFrame"
    sightings: "pd.DataFrame"
    findings: "pd.DataFrame"
    recipients: "pd.DataFrame"

    @property
    def verdict(self) -> str:
        """pass, fail or inconclusive."""
        return str(self.document.verdict.result)

    def matrix(self) -> "pd.DataFrame":
        """Recipients by kinds of identifier: how many sightings of each kind each recipient got."""
        sent = self.sightings[self.sightings["direction"] == "up"]
        counts = sent.groupby(["recipient", "kind"]).size().unstack(fill_value=0)
        return counts.sort_index().sort_index(axis="columns").astype("int64")


def audit(
    *paths: str,
    surface: Surface | None = None,
    subjects: str | None = None,
    register: str | None = None,
    fail_on: Severity = Severity.HIGH,
    as_of: str | None = None,
    digest_key: str | None = None,
) -> AuditResult:
    """Audits one session: its folder, or loose capture files. `as_of` is an ISO date, today in UTC where it is left out.

    Raises:
        UsageError: no path, several sessions, or something that cannot be read.
        ConfigError: a file of the session has faults.
    """
    sessions = open_sessions(tuple(map(str, paths)), surface=surface, rules=knowledge.rule_ids)
    if len(sessions) != 1:
        raise UsageError("audit() takes one session", fix="give one folder, or the loose files of one session")
    opened = sessions[0]
    options = pipeline.Options(
        as_of=as_of or datetime.datetime.now(datetime.UTC).date().isoformat(),
        key=key_of(opened.session, digest_key),
        fail_on=fail_on,
    )
    planted = with_images(read_subjects(read_text(subjects), subjects), subjects) if subjects else opened.subjects
    known = knowledge.load(register or opened.session.register)
    errors = tuple(error.what for error in opened.errors)
    audited = pipeline.audit(opened.session, planted, opened.waivers, known, options, errors)
    tables = audited.tables
    return AuditResult(
        document=audited.audit,
        flows=from_arrow(tables.flows),
        sightings=from_arrow(tables.sightings),
        findings=from_arrow(tables.findings),
        recipients=from_arrow(tables.recipients),
    )
