"""The addon's options as mitmproxy holds them in, checked settings out.

mitmproxy drops a whole script, and lets traffic pass unaudited, when `--set` gives an option of the script a value that it
cannot convert, twice, or not at all. So every option is text, which is always convertible, and the raw settings are looked at
before mitmproxy converts them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import UsageError
from auditor.toml_file import nearest

PREFIX = "audit_"
FORBIDDEN = ("emudhra", "emudhra_old")
"""Options of other releases of mitmproxy that sign with a certificate authority that was broken into."""


@dataclass(frozen=True, slots=True)
class OptionText:
    """One option: its name, and what it does."""

    name: str
    meaning: str


OPTIONS = (
    OptionText("audit_session", "Folder of the session: journal.ndjson is written there; .phase and session.toml are read."),
    OptionText("audit_register", "The register that flows are compared with: a bundled name, or a TOML file."),
    OptionText("audit_catalog", "Folder with destination rules that go before the bundled ones."),
    OptionText("audit_surface", "Whose traffic it is: app (usual), printer or site."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddonSettings:
    """What the options say; None where they say nothing."""

    session: Path | None = None
    register: str | None = None
    catalog: str | None = None
    surface: str = "app"


def check_raw(deferred: Mapping[str, object]) -> None:
    """Looks at the settings of options that mitmproxy does not know yet, the addon's own among them.

    Raises:
        UsageError: an option with the addon's prefix does not exist, or was given twice or without a value.
    """
    known = tuple(option.name for option in OPTIONS)
    for name, setting in deferred.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise UsageError(f"unknown option {name}", fix=nearest(name, known))
        values = getattr(setting, "val", [setting])
        if len(values) != 1 or not isinstance(values[0], str):
            raise UsageError(f"the option {name} must be given once, with one text", fix=f"--set {name}=VALUE")


def check_left(deferred: Mapping[str, object], known: Iterable[str]) -> None:
    """Looks at the settings that no option took when everything was loaded; mitmproxy lets each of them be.

    Those of its configuration file are texts and numbers, and may be meant for another of its programs.

    Raises:
        UsageError: the command line sets an option that does not exist.
    """
    for name, setting in deferred.items():
        if hasattr(setting, "val"):
            raise UsageError(f"unknown option {name}", fix=nearest(name, tuple(known)))


def read_settings(options: Mapping[str, str]) -> AddonSettings:
    """Settings from the options' texts.

    Raises:
        UsageError: a folder does not exist, or a word is none of those that are known.
    """
    session = options.get("audit_session", "")
    folder = Path(session).expanduser() if session else None
    if folder is not None and not folder.is_dir():
        raise UsageError(f"audit_session: there is no folder {session!r}", fix="make it with `auditor init DIR`")
    surface = options.get("audit_surface", "") or "app"
    if surface not in ("app", "printer", "site"):
        raise UsageError(f"audit_surface: unknown surface {surface!r}", fix="known: app, printer, site")
    return AddonSettings(
        session=folder,
        register=options.get("audit_register") or None,
        catalog=options.get("audit_catalog") or None,
        surface=surface,
    )


def check_forbidden(options: object) -> None:
    """Refuses to audit through certificates that no honest audit uses.

    Raises:
        UsageError: such an option is on.
    """
    for name in FORBIDDEN:
        if getattr(options, name, False):
            raise UsageError(f"the option {name} signs with a stolen key", fix="install mitmproxy's own CA on the test phone")
