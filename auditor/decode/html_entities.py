"""Character references of HTML and XML, named and numbered. A document's own entities are never expanded."""

import html
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget


class Entities:
    """Text with character references."""

    signs = signs.ENTITY

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the encoding off."""
        return Opened(inners=_inners(data), sure=False)


def _inners(data: bytes) -> Iterator[Inner]:
    text = data.decode(errors="surrogateescape")
    value = html.unescape(text).encode(errors="surrogateescape")
    if value != data:
        yield Inner(value, words=("html",))
