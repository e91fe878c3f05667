"""`python -m auditor`, and the `auditor` command."""

import sys

TYPE_CHECKING = False  # typing takes a while to load, and nobody hears Ctrl-C meanwhile
if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from types import FrameType


class Interrupted(KeyboardInterrupt):
    """Ctrl-C. Where a plain KeyboardInterrupt passes through code made from text (dataclasses have some), Python ends by
    SIGINT later on, whatever exit code was asked for; it does not for this one.
    """


_DEAF = frozenset({"_find_and_load", "_get_module_lock.<locals>.cb"})
"""Functions of Python's import that Ctrl-C must not end: below the first, compiled modules are made, of which orjson's ends the
process by a fault of memory when it is interrupted and pyarrow's go on without what they wanted; what the other raises is told to
the terminal and forgotten."""
_AGAIN = 0.005
"""Seconds until Ctrl-C is tried again."""


def interrupt(_: int, frame: "FrameType | None") -> None:
    """Takes Ctrl-C, as Python's own handler does; a moment later where it would do harm or not be heard.

    Raises:
        Interrupted: where it can.
    """
    while frame is not None:
        if frame.f_code.co_qualname in _DEAF:
            once_more()
            return
        frame = frame.f_back
    raise Interrupted


def once_more() -> None:
    """Ctrl-C, a moment later. To whom it goes then is a question of that moment."""
    import signal

    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, _AGAIN)


def told(unraisable: "UnraisableHookArgs") -> None:
    """What was raised where nobody can catch it, like in what Python calls as an object goes: told as ever, but Ctrl-C is tried
    again."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt):
        once_more()
    else:
        sys.__unraisablehook__(unraisable)


def speak_utf8() -> None:
    """Begins anew in UTF-8 where files may have ASCII names alone (PYTHONUTF8=0 and the locale C): a session with a Chinese name
    could be read, but its report could not be written."""
    import os

    if sys.getfilesystemencoding() == "ascii" and sys.executable:
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 - this program itself


def run() -> None:
    """Runs the command line and leaves with its exit code."""
    try:
        import gc
        import os
        import signal  # within reach of the except, because it takes a while

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where whoever called us ignores Ctrl-C
            signal.signal(signal.SIGINT, interrupt)
            sys.unraisablehook = told
        speak_utf8()
        gc.set_threshold(20_000)  # new objects until Python looks for cycles among them: usually 2,000, and there are few cycles
        # Arrow's own allocator gives memory back between two columns and takes it again, page by page: a sixth of a table's cost.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nobody multiplies matrices; its threads wait by turning
        from auditor.cli.app import main

        code = main(sys.argv[1:], alone=True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is over, and said
        gc.freeze()  # all memory goes with the process: Python would search it for cycles first, for a quarter of a second
    except KeyboardInterrupt:  # while the program itself was still being loaded, or was ending
        if sys.stderr is not None:
            sys.stderr.write("exit 130 (interrupted): interrupted\n")
        sys.exit(130)
    sys.exit(code)


if __name__ == "__main__":
    run()
