"""What the policy declares: the register, and the data map that the policy's owner fills in beside it."""

from dataclasses import dataclass

from auditor.model.vocabulary import Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredParty:
    """One party that the policy names. An empty tuple means that the policy does not say."""

    party: str
    name_en: str | None
    name_zh: str | None
    languages: tuple[str, ...]
    purposes: tuple[str, ...]
    surfaces: tuple[Surface, ...]
    categories: tuple[str, ...]
    links: tuple[str, ...]
    lines: tuple[str, ...]
    """`file:line` of each mention, the most telling first."""
    confirmed: bool

    @property
    def clause(self) -> str:
        """The line that declares it, like `L175`; empty where none is known."""
        return f"L{self.lines[0].rpartition(':')[2]}" if self.lines else ""

    def covers(self, surface: Surface) -> bool:
        """Whether the declaration holds for the surface: the one it names, or any where it names none."""
        return not self.surfaces or surface in self.surfaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who answers for the product."""

    name_en: str | None
    name_zh: str | None
    domains: tuple[str, ...]
    contact: str | None
    products: tuple[str, ...]
    sites: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Least coverage that a pass needs. A register may lower a gate; the report then says so."""

    surfaces: tuple[Surface, ...] = ()
    """Surfaces that every session must show; those whose captures a session lists always count."""
    min_flows: int = 1
    hosts_decrypted: float = 0.8
    bytes_attributed: float = 0.95
    bodies_inspected: float = 1.0
    packet_loss: float = 0.001
    hook_errors: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of data that the policy says is collected, with the identifier kinds it stands for."""

    id: str
    kinds: tuple[str, ...]
    line: int
    purposes: tuple[str, ...]
    open_kinds: tuple[str, ...] = ()
    """Kinds that only an open wording ("device ID", "etc.") or a definition reaches: neither declared nor left out, so vague."""
    items: tuple[str, ...] = ()
    """The items as the policy lists them, also those that no identifier kind stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUse:
    """One line of the data map: this kind of data may go to this party for this purpose."""

    party: str
    purpose: str
    kinds: tuple[str, ...]
    surfaces: tuple[Surface, ...]
    """Empty: any."""
    phases: tuple[str, ...]
    """Empty: any after consent."""
    status: str
    """declared, inferred, confirmed or unknown."""
    data: tuple[str, ...] = ()
    """Data in words where no identifier kind stands for it: device model, order, cookie ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of the policy that traffic can contradict."""

    id: str
    line: int
    claim: str
    """What the policy says, in English and in our words."""
    claim_zh: str

    @property
    def clause(self) -> str:
        """The line that makes it, like `L133`."""
        return f"L{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The few words of the policy that a reader must see beside a finding, in the language of the policy."""

    clause: int
    """The line that findings cite."""
    line: int
    """Where the words stand: the same line, or that of another language version."""
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A whole register with its data map."""

    id: str
    version: str
    effective: str
    source_sha256: str
    controller: Controller
    parties: tuple[DeclaredParty, ...]
    categories: tuple[Category, ...]
    uses: tuple[DataUse, ...]
    gates: Gates
    observability: dict[str, str]
    """Party id to where its traffic can be seen: client, site, server."""
    claims: tuple[Claim, ...] = ()
    quotes: tuple[Quote, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    """Areas whose references a finding may cite (`auditor.model.rule.Area`); empty means all."""
    disclosed_countries: tuple[str, ...] = ()
    """Countries that the policy names for storage or transfer, ISO 3166 alpha-2."""
    transfer_line: int | None = None
    """The line that speaks of countries or transfers abroad; None where none does."""
    child_age: int | None = None
    """The age below which the policy says that it collects nothing; None where it names none."""
    sha256: str = ""
    """Of the register file."""
    datamap_sha256: str = ""
    """Of the data map beside it; empty where there is none."""

    def party(self, party: str | None) -> DeclaredParty | None:
        """The declared party of that id."""
        return next((entry for entry in self.parties if entry.party == party), None)
