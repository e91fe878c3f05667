"""One message in, what the audit reads of it out, as lines for a person: its fields with their encodings, and the sightings."""

from collections.abc import Callable, Iterable, Iterator

from auditor.capture import http_pieces
from auditor.decode.message import decode
from auditor.identify.detector import Detector
from auditor.model.content import Field, Message
from auditor.model.sighting import Sighting
from auditor.model.vocabulary import Direction
from auditor.record.flow_label import printable

MOST_FIELDS = 400
LONGEST_VALUE = 200


def describer(detector: Detector) -> Callable[[bytes, bytes | None, tuple[tuple[bytes, bytes], ...], bool], str]:
    """What a view of messages calls: body, target, headers, and whether it goes up."""

    def describe(body: bytes, target: bytes | None, headers: tuple[tuple[bytes, bytes], ...], up: bool) -> str:
        target_pieces = http_pieces.target_pieces(target) if target is not None else ()
        message = Message(
            flow_id="shown",
            number=0 if up else 1,
            direction=Direction.UP if up else Direction.DOWN,
            at=None,
            host=None,
            protocol="http" if target is not None or headers else "tcp",
            pieces=(*target_pieces, *http_pieces.header_pieces(headers), *http_pieces.body_pieces(body)),
        )
        return "\n".join(described(message, detector))

    return describe


def described(message: Message, detector: Detector) -> list[str]:
    """Sightings first, then what could not be read, then the fields."""
    decoded = decode(message)
    seen, too_many = detector.look(message, decoded.fields)
    lines = [f"{len(seen)} identifiers seen" if seen else "no identifier seen", *(f"  {_sighting(each)}" for each in seen)]
    lines += [f"not read: {printable(reason)}" for reason in (*decoded.unread, *too_many)]
    leaves = list(_leaves(decoded.fields))
    lines.append(f"{len(leaves)} fields")
    for field in leaves[:MOST_FIELDS]:
        value = printable(field.value[: LONGEST_VALUE + 1].decode("utf-8", "backslashreplace"))
        shown = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
        lines.append(f"  {field.part} {printable(field.path)}{_chain(field.encodings)}: {detector.mask_text(shown)}")
    if len(leaves) > MOST_FIELDS:
        lines.append(f"  … and {len(leaves) - MOST_FIELDS} more")
    return lines


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    """Every value; those of a container that has no fields for them, too."""
    for field in fields:
        if field.leaves is not None:
            yield from field.leaves.each()
        elif not field.container:
            yield field


def _sighting(seen: Sighting) -> str:
    what = f"{seen.identifier} ({seen.kind})" if seen.identifier else str(seen.kind)
    return f"{what} {seen.masked} in {seen.part} {printable(seen.path)}{_chain(seen.encodings)}, {seen.confidence}"


def _chain(encodings: tuple[str, ...]) -> str:
    return f" [{' > '.join(encodings)}]" if encodings else ""
