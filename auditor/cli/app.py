"""The application: every command by name, and the one place where errors become lines and exit codes."""

import errno
import os
import sys
import warnings
from functools import cache
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from auditor.cli import (
    audit,
    catalog,
    diff,
    doctor,
    evidence,
    fleet,
    live,
    phase,
    policy,
    record,
    redact,
    report,
    session,
    signoff,
    subject,
    tables,
    verify,
)
from auditor.cli.ending import Ending, abandon, done, failed, say
from auditor.cli.output import finish_output, reader_is_gone
from auditor.errors import AuditError, ExitCode, Source, UsageError

app = typer.Typer(
    name="auditor",
    help="Audits what a phone app, its printer and its website send, to whom, against what the privacy policy declares.",
    epilog="Start with: auditor demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for module in (
    session,
    audit,
    report,
    evidence,
    verify,
    signoff,
    redact,
    diff,
    fleet,
    tables,
    policy,
    catalog,
    record,
    phase,
    live,
    doctor,
    subject,
):
    module.register(app)


def show_version(wanted: bool) -> None:
    """Answers `--version`."""
    if wanted:
        from auditor.version import NAME, VERSION

        print(f"{NAME} {VERSION}")
        raise typer.Exit


@app.callback(
    help="Audits what a phone app, its printer and its website send, to whom, against what the privacy policy declares.",
    epilog="Start with: auditor demo",
)
def common(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=show_version)] = False,
) -> None:
    """Options before the command."""


def main(argv: list[str], *, alone: bool = False) -> int:
    """Runs one command. Returns its exit code; the last line on standard error says what it means.

    `alone`: nothing else runs in this process before or after it; commands find it in their context.
    """
    quiet = "--quiet" in argv or "-q" in argv
    ending = _run(argv, alone)
    try:
        finish_output()
    except AuditError as error:
        ending = failed(error)
    if ending is None:
        return 0
    if not (quiet and ending.code is ExitCode.PASS):
        say(ending.line)
    return int(ending.code)


_TEXTS = frozenset({"--product", "--app-version", "--firmware", "--topology", "--tester", "--note", "--set"})
"""Options whose value may be empty."""


@cache
def _command() -> Any:
    """The commands, put together once in a process."""
    return typer.main.get_command(app)


def _run(argv: list[str], alone: bool) -> Ending | None:
    """The end of a command; None where it only showed help."""
    try:
        _check_empty(argv)
        result = _command().main(args=argv, prog_name="auditor", standalone_mode=False, obj=alone)
    except AuditError as error:
        return failed(error)
    except TyperException as error:
        return _usage(error, argv)
    except (KeyboardInterrupt, typer.Abort):
        return Ending(ExitCode.INTERRUPTED, "interrupted")
    except OSError as error:
        return _closed_file(error)
    except MemoryError:
        return Ending(ExitCode.INTERNAL, "out of memory")
    except BaseException as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user, and what means to end
        if isinstance(error.__context__, BrokenPipeError) and reader_is_gone():  # Typer makes a SystemExit of it
            abandon(sys.stdout)
            return done("the reader of the output went away")
        return _internal(error)  # the program (SystemExit) or a task (CancelledError) is no pass
    if result == ExitCode.INTERRUPTED:  # Typer turns Ctrl-C into a result
        return Ending(ExitCode.INTERRUPTED, "interrupted")
    return result if isinstance(result, Ending) else None


def _check_empty(argv: list[str]) -> None:
    """An empty path would be the current folder, which nobody means who wrote a variable that is not set.

    Raises:
        UsageError: an argument, or the value of an option that is no text of the user's own, is empty.
    """
    for before, word in zip(("", *argv), argv, strict=False):
        option, _, value = word.partition("=")
        empty = option if option.startswith("--") and "=" in word and not value else before if not word else None
        if empty is not None and empty not in _TEXTS:
            what = f"the value of {empty} is empty" if empty.startswith("-") else "an argument is empty"
            raise UsageError(what, fix="is a variable not set?")


def _usage(error: TyperException, argv: list[str]) -> Ending:
    format_message = getattr(error, "format_message", None)
    message = format_message() if format_message else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":  # the message is the help
        for line in message.splitlines():
            say(line)
        return Ending(ExitCode.USAGE, "a command is missing")
    say(f"error: {' '.join(message.replace('Value error, ', '').split())}{_meant(error, argv)}")
    command = getattr(getattr(error, "ctx", None), "command_path", "auditor")
    return Ending(ExitCode.USAGE, f"the command's words are wrong; `{command} --help` shows them")


def _meant(error: TyperException, argv: list[str]) -> str:
    """A path that looks like an option, or the options that begin with a letter that is none (long ones like it are named)."""
    wrong = str(getattr(error, "option_name", ""))
    if type(error).__name__ != "NoSuchOption":
        return ""
    paths = [word for word in argv if word.startswith(wrong) and os.path.lexists(word)]
    if paths:
        return f" (for the path {paths[0]} write ./{paths[0]})"
    if wrong.startswith("--"):
        return ""
    parameters = getattr(getattr(error, "cmd", None), "params", ())
    names = [name for one in parameters for name in one.opts if name.startswith(f"-{wrong}")]
    return f" (Possible options: {', '.join(sorted(names))})" if names else ""


def _closed_file(error: OSError) -> Ending:
    """What the system refused, and for which file, where nobody nearer has said it better."""
    if error.errno in (errno.EMFILE, errno.ENFILE):  # whichever file it was: that one is not to blame
        warnings.simplefilter("ignore")  # what was half made, like an event loop without its sockets, complains when it goes
        sys.unraisablehook = lambda _: None
        return failed(UsageError("too many files are open at once", fix="allow more: ulimit -n 256"))
    if error.filename is None:
        return _internal(error)
    from auditor.session.folder import shown

    return failed(UsageError(f"cannot be used: {error.strerror or error}", Source(shown(str(error.filename)))))


def _internal(error: BaseException) -> Ending:
    """A fault of this program: its kind and place, and never what it was working on, which may be somebody's data."""
    if os.environ.get("AUDITOR_TRACEBACK"):
        raise error
    place = "unknown place"
    trace = error.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')} line {trace.tb_lineno}"
        trace = trace.tb_next
    say(f"error: internal error: {type(error).__name__} in {place}; please report it (AUDITOR_TRACEBACK=1 shows more)")
    return Ending(ExitCode.INTERNAL, "internal error")
