"""`auditor flows` and `auditor sightings`: captures in, rows out."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import typer

from auditor.cli.ending import Ending, counted
from auditor.cli.options import (
    CatalogOption,
    DigestKeyOption,
    Format,
    IpAsnOption,
    KeylogOption,
    Output,
    Paths,
    Quiet,
    RegisterOption,
    RowFormat,
    SubjectsOption,
    SurfaceOption,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.errors import AuditError
    from auditor.knowledge import FlowKnowledge
    from auditor.model.tables import Table
    from auditor.observe import Input

MOST_TOLD = 4
"""Lines about one thing."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: auditor flows captures/demo --format csv -o flows.csv")(flows)
    app.command(epilog="Example: auditor sightings app.mitm --subjects subjects.toml")(sightings)


def flows(
    context: typer.Context,
    paths: Paths,
    form: Format = RowFormat.TABLE,
    output: Output = None,
    surface: SurfaceOption = None,
    keylog: KeylogOption = None,
    ip_asn: IpAsnOption = None,
    register_name: RegisterOption = None,
    catalog: CatalogOption = None,
    digest_key: DigestKeyOption = None,
    quiet: Quiet = False,
) -> Ending:
    """Lists every flow: who was contacted, under which name, who that is and why."""
    from auditor.capture.early import begun
    from auditor.cli.output import check_target, tell_promise

    check_target(output)
    tell_promise(output, form, quiet)
    with begun(paths) as early:  # before the rest is loaded, which takes as long as reading half a gigabyte
        from auditor import flow_list
        from auditor.cli.option_files import check_knowledge
        from auditor.cli.progress import reading
        from auditor.cli.sessions import addresses, ending, opened, tell_inputs
        from auditor.session.digest_key import passing_key

        tables: list[Iterator[pa.Table]] = []
        inputs: list[Input] = []
        errors: list[AuditError] = []
        load = partial(_known, catalog or (), alone=bool(context.obj))
        entries = opened(paths, surface=surface, keylog=keylog, quiet=quiet)
        check_knowledge((register_name or entry.session.register for entry in entries), catalog or ())
        key, table = passing_key(digest_key), addresses(ip_asn)
        with reading(quiet) as progress:
            for entry in entries:
                known = partial(load, register_name or entry.session.register)
                found, read = flow_list.flows(
                    entry.session, entry.subjects, known, key=key, addresses=table, progress=progress, begun=early
                )
                tables.append(found)
                inputs.extend(read)
                errors.extend(entry.errors)
    from auditor.model.tables import FLOWS

    tell_inputs(inputs)
    _tell_notes(inputs, quiet)
    _write(FLOWS, chain.from_iterable(tables), form, output)
    return ending(inputs, errors, counted(sum(entry.flows for entry in inputs), "flow"))


def _known(catalog: Sequence[str], register: str, *, alone: bool) -> "FlowKnowledge":
    """What the tool knows; `alone`: nothing but this command runs in the process."""
    from auditor.knowledge import load_for_flows

    if alone:
        from auditor.model.arrow import without_pandas

        without_pandas()
    return load_for_flows(register, tuple(catalog))


def sightings(
    context: typer.Context,
    paths: Paths,
    subjects: SubjectsOption = None,
    form: Format = RowFormat.TABLE,
    output: Output = None,
    surface: SurfaceOption = None,
    keylog: KeylogOption = None,
    register_name: RegisterOption = None,
    catalog: CatalogOption = None,
    digest_key: DigestKeyOption = None,
    quiet: Quiet = False,
) -> Ending:
    """Lists every identifier that was seen: which, where, in which disguise, and who received it."""
    from auditor import sighting_list
    from auditor.cli.option_files import check_knowledge
    from auditor.cli.output import check_target, tell_promise
    from auditor.cli.progress import reading
    from auditor.cli.sessions import ending, opened, tell_inputs
    from auditor.cli.sessions import subjects as subjects_of
    from auditor.model.arrow import without_pandas
    from auditor.model.tables import SIGHTINGS
    from auditor.session.digest_key import digest_key as key_of

    def known(register: str) -> "FlowKnowledge":
        from auditor.knowledge import load_for_flows

        return load_for_flows(register, tuple(catalog or ()))

    check_target(output)
    tell_promise(output, form, quiet)
    if context.obj:
        without_pandas()
    frames: list[pa.Table] = []
    inputs: list[Input] = []
    errors: list[AuditError] = []
    over: list[str] = []
    entries = opened(paths, surface=surface, keylog=keylog, quiet=quiet)
    check_knowledge((register_name or entry.session.register for entry in entries), catalog or ())
    given = [(subjects_of(subjects, entry), key_of(entry.session, digest_key)) for entry in entries]
    with reading(quiet) as progress:
        for entry, (planted, key) in zip(entries, given, strict=True):
            load = partial(known, register_name or entry.session.register)
            found, read, cut = sighting_list.sightings(entry.session, planted, load, key=key, progress=progress)
            frames.append(found)
            inputs.extend(read)
            errors.extend(entry.errors)
            over.extend(cut)
    tell_inputs(inputs)
    _tell_notes(inputs, quiet)
    _tell_limits(over, quiet)
    _write(SIGHTINGS, frames, form, output)
    return ending(inputs, errors, counted(sum(map(len, frames)), "sighting"), over=len(over))


def _tell_limits(over: Sequence[str], quiet: bool) -> None:
    """What was too much to be looked through, a few of them."""
    from auditor.cli.ending import say

    for entry in over[:MOST_TOLD] if not quiet else ():
        say(f"note: {entry}")
    if len(over) > MOST_TOLD and not quiet:
        say(f"note: and {len(over) - MOST_TOLD} more that reached a limit")


def _tell_notes(inputs: "list[Input]", quiet: bool) -> None:
    """What a reader should know of each capture: what was cut, what stayed closed, what secrets were good for."""
    from auditor.cli.ending import say

    for entry in inputs if not quiet else ():
        for note in entry.notes:
            say(f"note: {entry.capture.name}: {note}")


def _write(table: "Table", parts: "Iterable[pa.Table]", form: RowFormat, output: str | None) -> None:
    """Writes the rows as they come."""
    from auditor.cli.output import write_out
    from auditor.report import rows

    write_out(rows.written(table, parts, form.value), output)
