"""QR codes for the phone: drawn on a terminal only. Where there is none, a line says what to type, and where secrets lie."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.ending import say

if TYPE_CHECKING:
    from auditor.record.app_join import JoinWay


def show_ways(ways: tuple["JoinWay", ...], confdir: str) -> None:
    """Shows each way to join on standard error. A private key is never written as text, and never where it could be logged."""
    is_screen = sys.stderr.isatty()
    for way in ways:
        if is_screen:
            for line in (f"{way.title}{'' if way.is_secret else f': {way.text}'}", *drawn(way.text).splitlines()):
                say(line)
        elif way.is_secret:
            say(_kept(way, confdir))
        else:
            say(f"{way.title}: {way.text}")


def drawn(text: str) -> str:
    """The text as a QR code of half blocks."""
    import segno

    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out=out, compact=True)
    return out.getvalue().rstrip("\n")


def _kept(way: "JoinWay", confdir: str) -> str:
    from auditor.record.app_join import keep_secret

    try:
        path = keep_secret(way, Path(confdir).expanduser())
    except OSError as error:
        return f"{way.title}: no terminal for a QR code, and no file for the configuration: {error.strerror or error}"
    return (
        f"{way.title.partition(':')[0]}: this is no terminal for a QR code; the configuration, with its private key, is in {path}"
    )
