"""`auditor audit`, the main job, and `auditor demo`, the same over the recorded demonstration."""

import sys
from typing import Annotated

import typer

from auditor.cli.choices import Choices
from auditor.cli.ending import Ending, say, signals_like_ctrl_c
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
)
from auditor.errors import Source, UsageError

DEMO_DATE = "2026-11-22"
"""The day that the demo was recorded: its waivers are judged as of then, so that its report is the same every day."""

Out = Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Where the report folders go.")]
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
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        max=256,
        help="Processes for several sessions; default: one for each core, where it pays.",
    ),
]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help="A Dask cluster that is there (tcp://HOST:PORT).")
]
Background = Annotated[
    list[str] | None,
    typer.Option("--background", metavar="FILE", help="A capture of the idle phone without the app (repeatable)."),
]


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
    workers: Workers = None,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
) -> Ending:
    """Audits sessions or loose capture files and writes a report folder for each session.

    Exit codes: 0 pass, 1 fail, 2 usage or unreadable input, 3 not enough evidence, 4 integrity,
    70 internal error.
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
        workers=workers,
        scheduler=scheduler,
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
        AuditError: before anything was audited, because an option or a file of a single session is wrong.
    """
    from auditor.fleet.storage import clear_copies, session_paths
    from auditor.report.formats import formats

    formats(choices.formats)  # an unknown name ends the run before anything is read
    as_of = as_of_date(choices.as_of)
    with signals_like_ctrl_c():
        try:
            return _run(session_paths(tuple(paths), choices.out), choices, as_of)
        finally:
            clear_copies()


def _run(found: tuple[str, ...], choices: Choices, as_of: str) -> Ending:
    from auditor.cli.option_files import check_background, check_keylog, check_shared
    from auditor.fleet.storage import is_address

    if choices.scheduler is None:  # else only its workers may have the files
        check_keylog(choices.keylog)
        check_background(choices.background)
    elsewhere = choices.scheduler is not None or any(map(is_address, (*found, choices.out)))
    if len(found) > 1 or elsewhere:
        from auditor.cli.many_audits import audit_many, jobs

        waiting = jobs(found, choices, as_of)
        if len(waiting) > 1 and choices.scheduler is None:
            check_shared(choices)
        if len(waiting) > 1 or elsewhere:
            return audit_many(waiting, choices)
    return _single(found, choices, as_of)


def _single(paths: tuple[str, ...], choices: Choices, as_of: str) -> Ending:
    """One session, audited here."""
    from auditor.cli.many_audits import readers
    from auditor.cli.one_audit import report
    from auditor.cli.sessions import addresses, opened, portable

    entry = opened(
        list(paths), surface=choices.surface, background=list(choices.background), keylog=choices.keylog, quiet=choices.quiet
    )[0]
    with readers(paths, len(entry.session.captures), choices) as spread:
        ending, folder, audit = report(portable(entry), choices, as_of, addresses(choices.ip_asn), spread)
    if not choices.quiet:
        import shutil

        from auditor.cli.output import show
        from auditor.report.terminal import summary

        width = shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None
        show(summary(audit, choices.lang.value, width))
        say(f"report: {folder}")
    return ending
