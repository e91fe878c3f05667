"""The plain values of an opened document as fields of its message: made when a search asks for them."""

from collections.abc import Iterator, Sequence

from auditor.decode.content_format import Inner, Plain, Spot
from auditor.model.content import Field


class PlainLeaves:
    """Of one container: what `Plain` knows relative to the document, made absolute."""

    def __init__(self, plain: Plain, container: Field, stands: bool) -> None:
        self._plain = plain
        self._container = container
        self._stands = stands

    @property
    def names(self) -> Sequence[str]:
        """The names of all keys in the document, each once."""
        return self._plain.names

    def named(self, name: str, least: int = 0) -> Iterator[tuple[bytes, Spot]]:
        """The plain values under a key of that name as they are written, and where; shorter ones than `least` may be left out."""
        return self._plain.named(name, least)

    def leaf(self, spot: Spot) -> Field:
        """The field of a value that `named` gave."""
        return self._field(self._plain.value_of(spot))

    def each(self) -> Iterator[Field]:
        """All plain values, in the order of the document."""
        return map(self._field, self._plain.each())

    def at(self, start: int, end: int) -> tuple[Field, int] | None:
        """The value that holds these bytes, and their offset in it; a container where it has a field of its own."""
        found = self._plain.at(start, end)
        if found is None:
            return None
        inner, offset, is_own = found
        return self._field(inner)._replace(container=is_own), offset

    def _field(self, inner: Inner) -> Field:
        above = self._container
        path = f"{above.path}.{inner.path}" if above.path else inner.path
        offset = above.offset + max(inner.at, inner.near) if self._stands else above.offset
        key = above.key if inner.key is None else inner.key
        return Field(above.part, path, key, inner.value, above.encodings + inner.words, above.piece, offset)
