"""An audit repeated: a sealed report and its captures in, the files that come out differently now out.

The date, the surfaces and the least severity that fails are taken from the report, and the baseline too unless its report is
named; nothing is written anywhere. Files that render from `audit.json` are rendered in both languages, because the report does
not say in which it was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.options import Language
from auditor.errors import AuditError
from auditor.model.vocabulary import Surface
from auditor.report import audit_json

if TYPE_CHECKING:
    from auditor.knowledge import Knowledge
    from auditor.model.audit import Audit
    from auditor.model.session import Waiver
    from auditor.pipeline import Audited
    from auditor.report.manifest import Manifest
    from auditor.session.folder import OpenedSession

NOT_REPEATABLE = frozenset({"pdf"})
"""Formats whose bytes depend on fonts of the machine; they are covered by the manifest only."""


class NotReplayableError(AuditError):
    """Something that the audit needs is not there, so nothing can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the audit was given beside its captures."""

    subjects: str | None = None
    waivers: str | None = None
    baseline: str | None = None
    register_name: str | None = None
    catalog: tuple[str, ...] = ()
    surface: Surface | None = None
    keylog: str | None = None
    ip_asn: str | None = None
    digest_key: str | None = None
    quiet: bool = False


def replay(files: Mapping[str, bytes], captures: Path, sealed: "Manifest", given: Given) -> tuple[str, ...]:
    """Names of the report's files whose bytes another audit of the same captures does not give.

    Raises:
        NotReplayableError: the digest key, waivers, planted values, register or this version of tool or catalog are not there.
        AuditError: a file of the session has faults.
    """
    audit = audit_json.decode(files[audit_json.FILE])
    entry = _on_its_surfaces(_session(captures, audit, given), audit, given)
    known = _knowledge(entry, sealed, given)
    if known.register.datamap_sha256 != audit.register.datamap_sha256:
        raise NotReplayableError("the data map beside the register is another one", fix="put the one that was used there")
    again = _audited(entry, audit, known, _waivers(entry, captures, sealed, given), given)
    differing = _differing(files, again)
    lost = _labels(audit) - _labels(again.audit)
    if differing and lost and given.subjects is None:
        what = f"planted values that the audit was given are not there: {', '.join(sorted(lost))}"
        raise NotReplayableError(what, fix="name their file with --subjects")
    return differing


def _on_its_surfaces(entry: "OpenedSession", audit: "Audit", given: Given) -> "OpenedSession":
    """The session with the surface of each capture as the audit was told it, unless it is told anew."""
    recorded = {row.path: row.surface for row in audit.inputs}
    captures = tuple(
        replace(one, surface=given.surface or recorded.get(one.name) or one.surface) for one in entry.session.captures
    )
    return replace(entry, session=replace(entry.session, captures=captures))


def _labels(audit: "Audit") -> set[str]:
    """Labels of the values that findings rest on."""
    return {row.identifier for row in audit.sightings if row.identifier is not None}


def _session(captures: Path, audit: "Audit", given: Given) -> "OpenedSession":
    """The session as it was audited: the folder itself, or loose files in it."""
    from auditor.cli.sessions import opened, portable
    from auditor.observe import PLAIN_TEXT

    inputs = [row for row in audit.inputs if row.format not in ("journal", PLAIN_TEXT) and row.outcome != "missing"]
    background = [str(captures / row.path) for row in inputs if row.background]
    whole = portable(opened([str(captures)], surface=given.surface, keylog=given.keylog, quiet=True)[0])
    names = {capture.name for capture in whole.session.captures}
    if whole.session.name == audit.session.name and {row.path for row in inputs} <= names:
        return whole
    loose = [str(captures / row.path) for row in inputs if not row.background]
    if not loose:
        return whole
    entry = opened(loose, surface=given.surface, background=background, keylog=given.keylog, quiet=True)[0]
    by_path = {str(captures / row.path): row.path for row in inputs}
    named = tuple(replace(one, name=by_path.get(one.path, one.name)) for one in entry.session.captures)
    return replace(entry, session=replace(entry.session, name=audit.session.name, captures=named))


def _knowledge(entry: "OpenedSession", sealed: "Manifest", given: Given) -> "Knowledge":
    from auditor import knowledge
    from auditor.version import VERSION

    if sealed.tool.version != VERSION:
        raise NotReplayableError(f"the report was made by version {sealed.tool.version}, and this is {VERSION}")
    known = knowledge.load(given.register_name or entry.session.register, given.catalog)
    if known.register.sha256 != sealed.register.sha256:
        raise NotReplayableError("the register is another one", fix="name the one that was used with --register")
    if known.sha256 != sealed.catalog_sha256:
        raise NotReplayableError("the catalog is another one", fix="use the version of the tool that made the report")
    return known


def _waivers(entry: "OpenedSession", captures: Path, sealed: "Manifest", given: Given) -> "tuple[Waiver, ...]":
    from auditor.cli.verify import file_bytes
    from auditor.knowledge import rule_ids
    from auditor.report.manifest import sha256
    from auditor.session.files import read_waivers

    path = Path(given.waivers) if given.waivers else captures / "waivers.toml"
    present = given.waivers is not None or (path.is_file() and entry.session.folder is not None)
    data = file_bytes(path) if present else None
    if (sha256(data) if data is not None else None) != sealed.waivers_sha256:
        raise NotReplayableError("the waivers are other ones", fix="name the file that was used with --waivers")
    return read_waivers(data.decode("utf-8-sig"), str(path), rule_ids()) if data is not None else ()


def _known_ids(audit: "Audit") -> frozenset[str] | None:
    """The baseline as far as the report shows it: the findings that were known. None where there was none."""
    if all(row.baseline is None for row in audit.findings):
        return None
    return frozenset(row.id for row in audit.findings if row.baseline == "known")


def _audited(
    entry: "OpenedSession", audit: "Audit", known: "Knowledge", waivers: "tuple[Waiver, ...]", given: Given
) -> "Audited":
    from auditor import pipeline
    from auditor.cli.progress import reading
    from auditor.cli.report_folder import baseline_audit
    from auditor.cli.sessions import addresses, subjects
    from auditor.session.digest_key import known_key
    from auditor.since import with_changes

    key = known_key(entry.session, given.digest_key)
    if key is None:
        raise NotReplayableError("the digest key is not there", fix="name it with --digest-key")
    before = baseline_audit(given.baseline)
    with reading(given.quiet) as progress:
        options = pipeline.Options(
            as_of=audit.as_of,
            key=key,
            fail_on=audit.verdict.fail_on,
            baseline=frozenset(row.id for row in before.findings) if before else _known_ids(audit),
            addresses=addresses(given.ip_asn),
            progress=progress,
        )
        errors = tuple(error.what for error in entry.errors)
        again = pipeline.audit(entry.session, subjects(given.subjects, entry), waivers, known, options, errors)
    if before:
        return replace(again, audit=with_changes(again.audit, before))
    # What changed is a matter of the earlier report, which need not be here: the manifest vouches for it.
    return replace(again, audit=replace(again.audit, changes=audit.changes))


def _differing(files: Mapping[str, bytes], again: "Audited") -> tuple[str, ...]:
    """The files whose bytes differ from what the audit gives now, in the language in which fewest do."""
    from auditor.report.formats import FORMATS

    frames = again.tables.by_name
    best: tuple[str, ...] | None = None
    for lang in Language:
        found: list[str] = []
        for form in FORMATS:
            if form.name not in NOT_REPEATABLE and any(name in files for name in form.files):
                made = form.write(again.audit, frames, lang.value)
                found += [name for name, data in made.items() if name in files and files[name] != data]
        if best is None or len(found) < len(best):
            best = tuple(sorted(found))
    return best or ()
