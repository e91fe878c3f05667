"""Files that options name, looked at before anything is read: a capture may take minutes, and a name is mistyped in a moment."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import DamagedError, Source, UsageError
from auditor.session.folder import read_text

if TYPE_CHECKING:
    from auditor.cli.choices import Choices

_HEAD = 1 << 20
"""Bytes of a key log's comments."""


def check_keylog(path: str | None) -> None:
    """It may be empty still, or hold a comment alone: whoever writes one begins with that. What a key log opened serves, too.

    Raises:
        UsageError: it is not there, or is something else.
    """
    if not path:
        return
    if not os.path.isfile(path):
        raise UsageError(
            "is no regular file" if os.path.exists(path) else "does not exist", Source(path), "name the key log file"
        )
    from auditor.capture.keylog import keylog_fault
    from auditor.capture.plain_text import is_plain_text

    fault = keylog_fault(path)
    if fault and not is_plain_text(path) and not _is_begun(path):
        raise UsageError(fault, Source(path), "name the file of SSLKEYLOGFILE")


def _is_begun(path: str) -> bool:
    """Whether nothing but comments and empty lines stands in it."""
    try:
        with Path(path).open("rb") as file:
            return all(not line.strip() or line.startswith(b"#") for line in file.read(_HEAD).splitlines())
    except OSError:
        return False


def check_background(paths: Iterable[str]) -> None:
    """What is damaged is left to the audit, which names the place.

    Raises:
        CaptureError: one is not there, or is no capture.
    """
    for path in paths:
        from auditor.capture import formats

        with suppress(DamagedError):
            formats.recognise(path)


def check_knowledge(registers: Iterable[str], catalog: Iterable[str]) -> None:
    """Registers by their names or files, and folders of destinations.

    Raises:
        UsageError, ConfigError: one is not there or has faults.
    """
    from auditor.catalog import destination_rules, register_file

    for name in dict.fromkeys(registers):
        register_file.load(name)
    if folders := tuple(catalog):
        destination_rules.load(folders)


def check_shared(choices: "Choices") -> None:
    """What all of several audits share, once for all of them.

    Raises:
        AuditError: a file is not there or has faults.
    """
    from auditor.cli.report_folder import baseline_audit, sealing
    from auditor.cli.sessions import addresses
    from auditor.knowledge import rule_ids
    from auditor.session.digest_key import passing_key
    from auditor.session.files import read_subjects, read_waivers

    check_knowledge((choices.register_name,) if choices.register_name else (), choices.catalog)
    if choices.subjects:
        read_subjects(read_text(choices.subjects), choices.subjects)
    if choices.waivers:
        read_waivers(read_text(choices.waivers), choices.waivers, rule_ids())
    sealing(choices.waivers, choices.key)
    baseline_audit(choices.baseline)
    addresses(choices.ip_asn)
    passing_key(choices.digest_key)
