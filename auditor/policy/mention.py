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
    """Empty where none of the known words stands there."""
    surfaces: tuple[Surface, ...]
    data: tuple[str, ...]
    """The kinds of data that it is said to get."""
    links: tuple[str, ...]
    extent: tuple[Paragraph, ...]
    """All paragraphs of the entry: several for a record."""
    link_promised: bool
    """Whether a link to its policy is announced, or has a column of its own."""
    in_sentence: bool = False
    """Named in running text, not in a list, table or record."""
    is_brand: bool = False
    """Found in running text by a name without a legal form."""
    binds_data: bool = False
    """Whether the text says which data it gets, in words that the reader knows or not."""

    @property
    def language(self) -> str:
        """The language of the paragraph."""
        return self.paragraph.language

    @property
    def line(self) -> int:
        """The line on which the name begins."""
        return self.paragraph.place(self.start)[0]

    @property
    def place(self) -> str:
        """`file:line` of the name."""
        return f"{self.paragraph.file}:{self.line}"
