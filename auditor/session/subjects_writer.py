"""Planted values in, subjects.toml with them out: appended, never changed otherwise, readable by its owner only."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.errors import Source, UsageError
from auditor.model.session import PlantedValue
from auditor.session.files import read_subjects
from auditor.session.folder import read_text
from auditor.session.scaffold import SUBJECTS

NAME = "subjects.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of the values."""

    added: tuple[PlantedValue, ...]
    """With the labels that they have in the file."""
    known: tuple[PlantedValue, ...]
    """Those that stood there already."""


def add_subjects(folder: Path, values: tuple[PlantedValue, ...]) -> Added:
    """Appends the values that are not there yet; makes the file, with its comments, where there is none.

    Raises:
        UsageError: the folder is none, or cannot be written.
        ConfigError: the file has faults; nothing is changed.
    """
    if not folder.is_dir():
        raise UsageError("there is no such folder", Source(str(folder)), "make it with `auditor init DIR`")
    path = folder / NAME
    text = read_text(str(path)) if path.exists() else SUBJECTS
    have = read_subjects(text, str(path)).identifiers
    pairs = {(one.kind, one.value) for one in have}
    known = tuple(value for value in values if (value.kind, value.value) in pairs)
    added = _labelled([value for value in values if value not in known], {one.label for one in have})
    addition = "".join(_table(value) for value in added)
    whole = text + ("" if text.endswith("\n") else "\n") + addition
    read_subjects(whole, str(path))
    if added:
        _write(path, addition if path.exists() else whole, needs_line=path.exists() and not text.endswith("\n"))
    return Added(added=added, known=known)


def _labelled(values: list[PlantedValue], labels: set[str]) -> tuple[PlantedValue, ...]:
    """The values, each with a label that none of `labels` and no other has."""
    taken, found = set(labels), []
    for value in values:
        found.append(replace(value, label=_free(value.label, taken)))
        taken.add(found[-1].label)
    return tuple(found)


def _free(label: str, labels: set[str]) -> str:
    name, number = label, 1
    while name in labels:
        number += 1
        name = f"{label}-{number}"
    return name


def _table(value: PlantedValue) -> str:
    words = {name: json.dumps(getattr(value, name), ensure_ascii=False) for name in ("label", "kind", "value", "owner")}
    return "\n[[identifier]]\n" + "".join(f"{name} = {word}\n" for name, word in words.items())


def _write(path: Path, text: str, *, needs_line: bool) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(("\n" if needs_line else "") + text)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
