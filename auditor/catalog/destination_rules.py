"""Loads the destination catalog: the bundled files and the user's folders go in, one Catalog comes out.

A user's folder holds files of the same form. Its patterns win over bundled ones of the same text, and its entities, groups and
sources over those of the same id.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from auditor import named_file
from auditor.catalog import destination_file
from auditor.catalog.destination_file import Known, Names, Services
from auditor.errors import ConfigError, Fault, Source, UsageError
from auditor.model.destination import Catalog, Pattern
from auditor.toml_file import Document


def load(extra: tuple[str, ...] = ()) -> Catalog:
    """The bundled catalog with the user's folders over it.

    Raises:
        UsageError: a folder does not exist or holds no TOML file.
        ConfigError: files have faults; all of them are told.
    """
    if not extra:
        return _bundled()
    files = list(bundled())
    for folder in extra:
        files.extend(folder_files(folder))
    return assemble(files)


@cache
def _bundled() -> Catalog:
    """The bundled catalog, read once in a process: a worker audits many sessions with it."""
    return assemble(bundled())


def bundled() -> Iterable[tuple[str, bytes]]:
    """Names and bytes of the bundled files."""
    folder = resources.files("auditor.catalog").joinpath("destinations")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    for entry in found:
        yield entry.name, entry.read_bytes()


def assemble(files: Iterable[tuple[str, bytes]]) -> Catalog:
    """A catalog from names and bytes of files; what stands later wins.

    Raises:
        ConfigError: with the faults of all files.
    """
    files = tuple(files)
    return _catalog(read(files), _digest(files))


@dataclass(frozen=True, slots=True)
class Contents:
    """What the files say, before what stands later wins."""

    names: tuple[Names, ...]
    known: Known
    services: tuple[Services, ...]


def read(files: Iterable[tuple[str, bytes]]) -> Contents:
    """The contents of files.

    Raises:
        ConfigError: with the faults of all files.
    """
    faults: list[Fault] = []
    documents = [document for name, data in files if (document := _document(name, data, faults))]
    named = tuple(destination_file.names(document) for document in documents)
    known = _known(named)
    said = tuple(destination_file.services(document, known) for document in documents)
    for document in documents:
        try:
            document.check()
        except ConfigError as error:
            faults.extend(error.faults)
    faults.extend(_party_faults(named, known))
    if faults:
        raise ConfigError(tuple(faults))
    return Contents(named, known, said)


def folder_files(folder: str) -> list[tuple[str, bytes]]:
    """Paths and bytes of a user's files.

    Raises:
        UsageError: the folder does not exist or holds no TOML file, or one cannot be read.
    """
    paths = sorted(Path(folder).glob("*.toml"))
    if not paths:
        raise UsageError("no catalog file (*.toml) here", Source(folder), "give the folder that holds them")
    return [(str(path), named_file.read(str(path))) for path in paths]


def _document(name: str, data: bytes, faults: list[Fault]) -> Document | None:
    try:
        return Document(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.append(Fault(Source(name, f"line {line}"), "not UTF-8", "save the file as UTF-8"))
    except ConfigError as error:
        faults.extend(error.faults)
    return None


def _known(named: tuple[Names, ...]) -> Known:
    return Known(
        groups={one.group.slug: one.group for one in named if one.group},
        entities={entity.id: entity for one in named for entity in one.entities},
        sources={source.code: source for one in named for source in one.sources},
    )


def _party_faults(named: tuple[Names, ...], known: Known) -> Iterable[Fault]:
    for one in named:
        for party in one.parties:
            if party.entity not in known.entities:
                yield Fault(Source(f"party '{party.party}'"), f"unknown entity '{party.entity}'")


def _catalog(contents: Contents, digest: str) -> Catalog:
    named, known, said = contents.names, contents.known, contents.services
    parties = {party.party: party for one in named for party in one.parties}
    tenants = {tenant.name: tenant for one in said for tenant in one.tenants}
    ports = {(hint.transport, hint.port): hint for one in said for hint in one.ports}
    return Catalog(
        groups=_by_key(known.groups),
        entities=_by_key(known.entities),
        parties=_by_key(parties),
        patterns=_patterns(said),
        tenants=_by_key(tenants),
        ports=_by_key(ports),
        sources=_by_key(known.sources),
        sha256=digest,
    )


def _by_key[K: (str, tuple[str, int]), V](entries: Mapping[K, V]) -> tuple[V, ...]:
    return tuple(entries[key] for key in sorted(entries))


def _patterns(said: tuple[Services, ...]) -> tuple[Pattern, ...]:
    """All patterns; of those with one text and reach and the same days, the last."""
    latest: dict[tuple[str, str, str, str], Pattern] = {}
    for one in said:
        for pattern in one.patterns:
            service = pattern.service
            latest[(pattern.reach, pattern.text, service.valid_from, service.valid_to)] = pattern
    return tuple(latest[key] for key in sorted(latest))


def _digest(files: tuple[tuple[str, bytes], ...]) -> str:
    """Over the files' names, without folders, and bytes: the same catalog has the same digest wherever it lies."""
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{Path(name).name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
