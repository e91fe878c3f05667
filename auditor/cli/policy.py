"""`auditor policy read|lint|compare`: the text of a policy in; what it declares, and what is wrong with the declaration, out."""

from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import FailOn, Format, Output, Quiet, RegisterOption, RowFormat, fail_severity
from auditor.errors import CaptureError, ExitCode, Source, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.model.rule import RuleText
    from auditor.policy import LintFinding, PolicyReading

MAX_POLICY = 64 << 20
"""Bytes of one file."""

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Text or HTML; several files are one policy.", show_default=False)
]
FailOnChoice = Annotated[FailOn | None, typer.Option("--fail-on", help="End with 1 for a defect of this severity or worse.")]
RegisterOutput = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE.toml", help="Also write the register, and its data map beside it.")
]


def register(app: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(
        help="Reads, lints and compares privacy policies.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )
    group.command(epilog="Example: auditor policy read policy.txt -o register.toml")(read)
    group.command(epilog="Example: auditor policy lint policy.html --format csv")(lint)
    group.command(epilog="Example: auditor policy compare policy-zh.txt policy-en.txt")(compare)
    app.add_typer(group, name="policy")


def read(
    files: Files,
    form: Format = RowFormat.TABLE,
    output: RegisterOutput = None,
    against: RegisterOption = None,
    quiet: Quiet = False,
) -> Ending:
    """Lists the parties that a policy declares; with -o also writes the register for a person to confirm.

    With --register, what differs from that confirmed register is said on standard error.
    """
    from pathlib import Path

    from auditor.cli.output import check_target, write_file, write_out
    from auditor.model.tables import PARTIES
    from auditor.policy import data_map_text, register_text
    from auditor.report import rows

    if output and Path(output).suffix != ".toml":
        raise UsageError("a register is a TOML file", Source(output), "name it FILE.toml")
    check_target(output)
    reading = _reading(files)
    if output:
        path = Path(output)
        write_file(path, register_text(reading, path.stem).encode())
        data_map = path.with_name(f"{path.stem}.datamap.toml")
        if not data_map.exists():
            write_file(data_map, data_map_text(reading, path.stem).encode())
        if not quiet:
            say(f"wrote {path} and {data_map}: a person confirms them")
    if against:
        _tell_changes(reading, against)
    parties = [{name: getattr(party, name) for name in PARTIES.names} for party in reading.parties]
    write_out(rows.render(PARTIES, PARTIES.frame(parties), form.value), None)
    return _done(reading, f"{counted(len(parties), 'party', 'parties')} in {' and '.join(reading.languages)}")


def lint(
    files: Files,
    form: Format = RowFormat.TABLE,
    output: Output = None,
    fail_on: FailOnChoice = None,
    quiet: Quiet = False,
) -> Ending:
    """Lists what is wrong with a declaration itself: empty lists, missing links, parties without data and so on."""
    from auditor import policy

    return _told(policy.lint, files, form, output, fail_on, quiet)


def compare(
    files: Files,
    form: Format = RowFormat.TABLE,
    output: Output = None,
    fail_on: FailOnChoice = None,
    quiet: Quiet = False,
) -> Ending:
    """Sets the language versions of a policy side by side: one file with several languages, or several files."""
    from auditor import policy

    return _told(policy.compare, files, form, output, fail_on, quiet)


def _reading(paths: list[str]) -> "PolicyReading":
    """The policy in these files.

    Raises:
        UsageError: a file cannot be read. CaptureError: it is no text, or no policy.
    """
    from pathlib import Path

    from auditor import named_file, policy
    from auditor.catalog import destination_rules
    from auditor.policy_text import known_parties, recognised

    files = []
    for path in paths:
        data = named_file.read(path, MAX_POLICY, fix="a policy is a text")
        files.append(policy.PolicyFile(name=Path(path).name, data=data))
    try:
        return recognised(policy.read(tuple(files), known_parties(destination_rules.load())), ", ".join(paths))
    except CaptureError as error:
        raise type(error)(error.what, _place(error.source, paths), error.fix) from None


def _place(source: Source | None, paths: list[str]) -> Source | None:
    """The place with the whole path of its file, where only one is called so: places in a policy have its name alone."""
    from pathlib import Path

    called = [path for path in paths if source and Path(path).name == source.path]
    return Source(called[0], source.where) if source and len(called) == 1 else source


def _told(
    find: "Callable[[PolicyReading, tuple[RuleText, ...]], tuple[LintFinding, ...]]",
    files: list[str],
    form: RowFormat,
    output: str | None,
    fail_on: FailOn | None,
    quiet: bool,
) -> Ending:
    from auditor.catalog import rule_texts
    from auditor.cli.output import check_target, tell_promise, write_out
    from auditor.model.tables import LINT
    from auditor.report import rows

    tell_promise(output, form, quiet)
    check_target(output)
    reading = _reading(files)
    found = find(reading, rule_texts.load())
    lines = [{name: getattr(entry, name) for name in LINT.names} for entry in found]
    write_out(rows.render(LINT, LINT.frame(lines), form.value), output)
    if fail_on is not None:
        least = fail_severity(fail_on).rank
        failing = sum(entry.severity.rank >= least for entry in found)
        if failing:
            return Ending(ExitCode.FAIL, f"{failing} of {len(found)} defects are {fail_on.value} or worse")
    return _done(reading, counted(len(found), "defect"))


def _done(reading: "PolicyReading", what: str) -> Ending:
    """The good end, where the text could be read."""
    from auditor.policy import is_foreign

    if is_foreign(reading):
        return Ending(ExitCode.INCONCLUSIVE, f"{what}, but most of the text is neither English nor Chinese, and was not read")
    return done(what)


def _tell_changes(reading: "PolicyReading", against: str) -> None:
    from auditor.catalog import register_file
    from auditor.policy import changes

    found = changes(reading, register_file.load(against))
    if not found:
        say(f"no difference to the confirmed register {against}")
    for change in found:
        place = f"{change.line}: " if change.line else ""
        subject = change.party or "document"
        say(f"changed: {place}{subject} {change.what}: {change.was or 'nothing'} -> {change.now or 'nothing'}")
