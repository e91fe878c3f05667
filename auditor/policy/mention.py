"""One place in a text where a party is named, whatever the form of the text."""

from dataclasses import dataclass

from auditor.model.vocabulary import Surface
from auditor.policy.document import Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A party as one paragraph, table row or record names it."""

    paragraph: Paragraph
    start: int
    """Offset of the name in the paragraph."""
    name: str
    """As written."""
    plain: str
    """The name, folded."""
    product: str
    """The SDK's or service's own name, where the text gives it beside the company's; else empty."""
    description: str
    """What the text says of it, folded, without the part on its policy's link."""
    purposes: tuple[str, ...]
    surfaces: tuple[Surface, ...]
    data: tuple[str, ...]
    """The kinds of data that it is said to get."""
    links: tuple[str, ...]
    link_promised: bool
    """Whether a link to its policy is announced, or has a column of its own."""
    doubts: tuple[str, ...]
    """Why a person should look at the entry."""

    @property
    def language(self) -> str:
        """The language of the paragraph."""
        return self.paragraph.language
