"""What is said of an input without the values in it: what a reader quotes of a file goes in as it stands, and masked out."""

from collections.abc import Callable
from dataclasses import replace

from auditor.errors import AuditError
from auditor.model.reading import Damage
from auditor.observe import Input


def without_values(entry: Input, mask: Callable[[str], str]) -> Input:
    """The input with every text that may quote its content masked: damage, notes, what went wrong. Its name stays."""
    return replace(
        entry,
        damage=tuple(Damage(where=mask(place.where), what=mask(place.what)) for place in entry.damage),
        notes=tuple(map(mask, entry.notes)),
        hook_errors=tuple(map(mask, entry.hook_errors)),
        error=entry.error and _masked(entry.error, mask),
    )


def _masked(error: AuditError, mask: Callable[[str], str]) -> AuditError:
    source = error.source and replace(error.source, where=mask(error.source.where))
    return type(error)(mask(error.what), source, error.fix)
