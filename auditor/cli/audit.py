"""`auditor audit`, the main job, and `auditor demo`, the same over the recorded demonstration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.ending import Ending, say, tell_errors, worst
from auditor.cli.options import (
    CatalogOption,
    DigestKeyOption,
    FailOn,
    IpAsnOption,
    KeylogOption,
    Language,
    Paths,
    Quiet,
    RegisterOption,
    SubjectsOption,
    SurfaceOption,
    as_of_date,
    fail_severity,
)
from auditor.errors import AuditError, ExitCode, Source, UsageError
from auditor.model.vocabulary import Surface

if TYPE_CHECKING:
    from auditor.attribute.address_table import AddressTable
    from auditor.pipeline import Audited
    from auditor.session.folder import OpenedSession

DEMO_DATE = "2026-11-22"
"""The day that the demo was recorded: its waivers are judged as of then, so that its report is the same every day."""

Out = Annotated[str, typer.Option("--out", metavar="DIR", help="Where the report folders go.")]
Formats = Annotated[
    list[str] | None, typer.Option("--format", metavar="NAME", help="A format to write (repeatable); default: all of them.")
]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Least severity of a finding that fails the audit.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of texts for people.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Date that waivers are judged by; default: today, UTC.")
]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="REPORT", help="Report folder of the last release.")]
WaiversOption = Annotated[str | None, typer.Option("--waivers", metavar="FILE", help="Accepted findings (waivers.toml).")]
Key = Annotated[str | None, typer.Option("--key", metavar="FILE", help="Sign the report with this key (auditor keygen).")]
Background = Annotated[
    list[str] | None,
    typer.Option("--background", metavar="FILE", help="A capture of the idle phone without the app (repeatable)."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The options of an audit as they were given."""

    surface: Surface | None = None
    subjects: str | None = None
    register_name: str | None = None
    catalog: tuple[str, ...] = ()
    baseline: str | None = None
    waivers: str | None = None
    out: str = "reports"
    formats: tuple[str, ...] = ()
    fail_on: FailOn = FailOn.HIGH
    lang: Language = Language.EN
    background: tuple[str, ...] = ()
    keylog: str | None = None
    ip_asn: str | None = None
    as_of: str | None = None
    digest_key: str | None = None
    key: str | None = None
    quiet: bool = False


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: auditor audit captures/2026-11-release --out reports --fail-on high")(audit)
    app.command(epilog="Example: auditor demo --lang zh")(demo)


def audit(
    paths: Paths,
    surface: SurfaceOption = None,
    subjects: SubjectsOption = None,
    register_name: RegisterOption = None,
    catalog: CatalogOption = None,
    baseline: Baseline = None,
    waivers: WaiversOption = None,
    out: Out = "reports",
    formats: Formats = None,
    fail_on: FailOnOption = FailOn.HIGH,
    lang: Lang = Language.EN,
    background: Background = None,
    keylog: KeylogOption = None,
    ip_asn: IpAsnOption = None,
    as_of: AsOf = None,
    digest_key: DigestKeyOption = None,
    key: Key = None,
    quiet: Quiet = False,
) -> Ending:
    """Audits sessions or loose capture files and writes a report folder for each session.

    Exit codes: 0 pass, 1 fail, 2 usage or unreadable input, 3 not enough evidence, 70 internal error.
    """
    choices = Choices(
        surface=surface,
        subjects=subjects,
        register_name=register_name,
        catalog=tuple(catalog or ()),
        baseline=baseline,
        waivers=waivers,
        out=out,
        formats=tuple(formats or ()),
        fail_on=fail_on,
        lang=lang,
        background=tuple(background or ()),
        keylog=keylog,
        ip_asn=ip_asn,
        as_of=as_of,
        digest_key=digest_key,
        key=key,
        quiet=quiet,
    )
    return run(paths, choices)


def demo(out: Out = "reports", lang: Lang = Language.EN, quiet: Quiet = False) -> Ending:
    """Audits the recorded demonstration in captures/demo and says where the report is. It is meant to fail: exit code 1."""
    from pathlib import Path

    here = Path("captures/demo")
    beside = Path(__file__).resolve().parents[2] / here
    folder = next((path for path in (here, beside) if (path / "session.toml").is_file()), None)
    if folder is None:
        raise UsageError("the demo session is not here", Source(str(here)), "run it in a clone of the project")
    return run([str(folder)], Choices(out=out, lang=lang, as_of=DEMO_DATE, quiet=quiet))


def run(paths: list[str], choices: Choices) -> Ending:
    """Audits all sessions behind the paths and writes their reports.

    Raises:
        AuditError: before anything was audited, because an option or a file of a session is wrong.
    """
    from auditor.cli.sessions import addresses, opened, portable
    from auditor.report.formats import formats

    formats(choices.formats)  # an unknown name ends the run before anything is read
    as_of = as_of_date(choices.as_of)
    sessions = opened(
        paths,
        surface=choices.surface,
        background=list(choices.background),
        keylog=choices.keylog,
        quiet=choices.quiet,
    )
    _check_names(sessions)
    table = addresses(choices.ip_asn)
    endings = [_guarded(portable(entry), choices, as_of, table) for entry in sessions]
    code = worst(entry.code for entry in endings)
    if len(endings) == 1:
        return endings[0]
    counts = ", ".join(
        f"{sum(entry.code is kind for entry in endings)} {kind.word}"
        for kind in ExitCode
        if any(entry.code is kind for entry in endings)
    )
    return Ending(code, f"{len(endings)} sessions: {counts}")


def _check_names(sessions: "tuple[OpenedSession, ...]") -> None:
    from auditor.cli.report_folder import folder_name

    names = [folder_name(entry.session.name) for entry in sessions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two sessions would have the report folder {twice!r}", fix="give each its own name in session.toml")


def _guarded(entry: "OpenedSession", choices: Choices, as_of: str, table: "AddressTable | None") -> Ending:
    """The end of one session; an error of its own does not cost the others."""
    try:
        return _session(entry, choices, as_of, table)
    except AuditError as error:
        tell_errors((error,))
        return Ending(error.exit_code, f"{entry.session.name}: see the lines above")


def _session(entry: "OpenedSession", choices: Choices, as_of: str, table: "AddressTable | None") -> Ending:
    """Audits one session, writes its report, and says what came out."""
    from auditor import knowledge, pipeline
    from auditor.cli.progress import reading
    from auditor.cli.report_folder import baseline_ids, locked, sealing, write_report
    from auditor.cli.sessions import subjects, tell_inputs
    from auditor.session.digest_key import digest_key
    from auditor.session.files import read_waivers
    from auditor.session.folder import read_text

    waivers = entry.waivers
    if choices.waivers:
        waivers = read_waivers(read_text(choices.waivers), choices.waivers, knowledge.rule_ids())
    known = knowledge.load(choices.register_name or entry.session.register, choices.catalog)
    planted = subjects(choices.subjects, entry)
    if not planted.identifiers and not choices.quiet:
        say(f"warning: {entry.session.name}: no values are planted, so identifiers are found by checked patterns only")
    baseline = baseline_ids(choices.baseline)
    own_waivers = f"{entry.session.folder}/waivers.toml" if entry.session.folder else None
    sealed = sealing(choices.waivers or own_waivers, choices.key)
    with locked(choices.out, entry.session.name), reading(choices.quiet) as progress:
        options = pipeline.Options(
            as_of=as_of,
            key=digest_key(entry.session, choices.digest_key),
            fail_on=fail_severity(choices.fail_on),
            baseline=baseline,
            addresses=table,
            progress=progress,
        )
        errors = tuple(error.what for error in entry.errors)
        audited = pipeline.audit(entry.session, planted, waivers, known, options, errors)
        folder = write_report(audited, choices.out, choices.formats, choices.lang, sealed)
    tell_inputs(audited.inputs)
    _tell(audited, folder, choices)
    verdict = audited.audit.verdict
    word = verdict.result.value if verdict.exit in (0, 1, 3) else None
    return Ending(ExitCode(verdict.exit), verdict.reasons[0], word)


def _tell(audited: "Audited", folder: str, choices: Choices) -> None:
    if choices.quiet:
        return
    import shutil

    from auditor.cli.output import show
    from auditor.report.terminal import summary

    width = shutil.get_terminal_size((100, 24)).columns
    show(summary(audited.audit, choices.lang.value, width))
    say(f"report: {folder}")
