"""Files of a policy go in, everything that it declares comes out: the register as far as a program can read it."""

from dataclasses import dataclass

from auditor.model.register import Category, Controller, DeclaredParty
from auditor.policy import facts
from auditor.policy.clauses import Collection, Definition, collections, definitions
from auditor.policy.document import Document, PolicyFile, read_document
from auditor.policy.facts import Contact, Dated
from auditor.policy.language import CHINESE
from auditor.policy.lexicon import kinds_of, open_kinds_of
from auditor.policy.mention import Mention
from auditor.policy.mentions import find_mentions
from auditor.policy.names import KnownParty
from auditor.policy.parties import ReadParty, merge
from auditor.policy.promises import Transfer, child_age, transfer
from auditor.policy.structure import Kind, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReading:
    """A policy as it was read. Nothing in it is confirmed: that is for a person to do."""

    document: Document
    title: str
    version: str
    dates: tuple[Dated, ...]
    controller: Controller
    contacts: tuple[Contact, ...]
    read_parties: tuple[ReadParty, ...]
    definitions: tuple[Definition, ...]
    collections: tuple[Collection, ...]
    transfer: Transfer | None
    """Where the text says that data go; None where it does not."""
    child_age: int | None
    known: tuple[KnownParty, ...]
    foreign: frozenset[int]
    """Identities of the paragraphs that are entries of parties."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the text, those with most text first."""
        return self.document.languages

    @property
    def effective(self) -> str:
        """ISO date; empty where none is given."""
        return self.dates[0].iso if self.dates else ""

    @property
    def parties(self) -> tuple[DeclaredParty, ...]:
        """The rows of the parties table."""
        return tuple(read.party for read in self.read_parties)

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories of data that the controller says it collects, from the language with most text."""
        main = self.languages[0] if self.languages else ""
        chosen = [found for found in self.collections if found.paragraph.language == main]
        return tuple(_category(number, found) for number, found in enumerate(chosen, 1))


def read(files: tuple[PolicyFile, ...], known: tuple[KnownParty, ...] = ()) -> PolicyReading:
    """Reads a policy, in one file or in several.

    `known` are the parties that get the catalog's ids; others are party_1, party_2 ... by first mention.

    Raises:
        CaptureError: a file is empty, damaged or no text.
    """
    document = read_document(files)
    operators = facts.controller_names(document)
    mentions = find_mentions(document, tuple(fold(name) for name, _, _ in operators), known)
    foreign = frozenset(id(paragraph) for mention in mentions if not mention.in_sentence for paragraph in mention.extent)
    contacts = facts.contacts(document, foreign, _foreign_links(mentions))
    titles = facts.titles(document)
    return PolicyReading(
        document=document,
        title=titles.get("en") or next(iter(titles.values()), ""),
        version=facts.version(document),
        dates=facts.effective_dates(document),
        controller=_controller(document, operators, contacts),
        contacts=contacts,
        read_parties=merge(mentions, known),
        definitions=definitions(document),
        collections=collections(document, foreign),
        transfer=transfer(document, foreign),
        child_age=child_age(document),
        foreign=foreign,
        known=known,
    )


def _foreign_links(mentions: tuple[Mention, ...]) -> frozenset[str]:
    """The addresses that belong to other parties: their own, and those of list items that name one in running text."""
    items = (mention.paragraph.links for mention in mentions if mention.paragraph.kind is Kind.ITEM)
    return frozenset(link for links in (*(mention.links for mention in mentions), *items) for link in links)


def _controller(document: Document, names: tuple[facts.Operator, ...], contacts: tuple[Contact, ...]) -> Controller:
    english = next((name for name, paragraph, _ in names if paragraph.language not in CHINESE), None)
    chinese = next((name for name, paragraph, _ in names if paragraph.language in CHINESE), None)
    mail = next((contact for contact in contacts if contact.is_mail), None)
    sites = tuple(dict.fromkeys(contact.address for contact in contacts if not contact.is_mail))
    lines = [f"{paragraph.file}:{paragraph.place(offset)[0]}" for _, paragraph, offset in names]
    lines += [f"{mail.paragraph.file}:{mail.paragraph.place(mail.offset)[0]}"] if mail else []
    return Controller(
        name_en=english,
        name_zh=chinese,
        domains=tuple(dict.fromkeys(facts.site_domain(contact.domain) for contact in contacts)),
        contact=mail.address if mail else None,
        products=facts.products(document),
        sites=sites,
        lines=tuple(dict.fromkeys(lines)),
    )


def _category(number: int, found: Collection) -> Category:
    return Category(
        id=f"category_{number}",
        kinds=kinds_of(found.items),
        open_kinds=open_kinds_of(found.items),
        items=found.items,
        purposes=(),
        line=found.paragraph.line,
    )
