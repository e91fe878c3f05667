"""Reads a register, what a policy declares, and the data map beside it. A bundled name or a path goes in, a Register comes out.

All faults of both files are told at once, each with its line and the nearest valid word.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from auditor.errors import ConfigError, Fault, Source, UsageError
from auditor.model.register import Category, Claim, Controller, DataUse, DeclaredParty, Gates, Quote, Register
from auditor.model.rule import Area
from auditor.model.vocabulary import KINDS, PURPOSES, Surface
from auditor.toml_file import Node, nearest
from auditor.toml_file import load as load_toml

BUNDLED = Path(__file__).parent / "registers"
OBSERVABILITY = ("client", "site", "server")
USE_STATUS = ("declared", "inferred", "confirmed", "unknown")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")

_MAP_SUFFIX = ".datamap.toml"
_MENTION = re.compile(r".+:[1-9]\d*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST_QUOTE = 240
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _DataMap:
    """What the second file says."""

    uses: tuple[DataUse, ...] = ()
    observability: dict[str, str]


def names() -> tuple[str, ...]:
    """The bundled registers."""
    return tuple(sorted(path.stem for path in BUNDLED.glob("*.toml") if not path.name.endswith(_MAP_SUFFIX)))


def load(name_or_path: str) -> Register:
    """The register of that bundled name, or in that file, with its data map if there is one.

    Raises:
        UsageError: there is no such register.
        ConfigError: a file has faults; all of them are told.
    """
    path = _find(name_or_path)
    map_path = path.with_name(path.name.removesuffix(".toml") + _MAP_SUFFIX)
    map_text = _read(map_path) if map_path.is_file() else None
    return parse(_read(path), str(path), map_text, str(map_path))


@lru_cache(maxsize=8)
def parse(text: bytes, path: str, map_text: bytes | None = None, map_path: str = "") -> Register:
    """A register from the bytes of its file and of its data map. The paths are only for messages. A lab's sessions share one, so
    the last ones stay.

    Raises:
        ConfigError: with every fault of both files.
    """
    faults: list[Fault] = []
    register = _gather(faults, text, path, _register)
    data_map = None
    if map_text is not None:
        data_map = _gather(faults, map_text, map_path, lambda root: _data_map(root, register))
    if faults or register is None:
        raise ConfigError(tuple(faults))
    register = replace(register, sha256=hashlib.sha256(text).hexdigest())
    if map_text is None or data_map is None:
        return register
    digest = hashlib.sha256(map_text).hexdigest()
    return replace(register, uses=data_map.uses, observability=data_map.observability, datamap_sha256=digest)


def _find(name_or_path: str) -> Path:
    bundled = BUNDLED / f"{name_or_path}.toml"
    if name_or_path in names():
        return bundled
    path = Path(name_or_path)
    if path.is_file():
        return path
    raise UsageError(
        f"no register '{name_or_path}': neither a file nor a bundled one",
        fix=nearest(name_or_path, names()),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"the register cannot be read: {error.strerror}", Source(str(path))) from None


def _gather[T](faults: list[Fault], text: bytes, path: str, read: Callable[[Node], T]) -> T | None:
    """What `read` makes of the file, or None with the file's faults added to the list."""
    try:
        return load_toml(text.decode("utf-8-sig"), path, read)
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        faults.append(Fault(Source(path, f"line {line}"), "not UTF-8", "save the file as UTF-8"))
    except ConfigError as error:
        faults.extend(error.faults)
    return None


def _register(root: Node) -> Register:
    root.schema()
    parties = tuple(_party(node) for node in root.tables("party"))
    _unique(root, "party", tuple(party.party for party in parties))
    categories = tuple(_category(node) for node in root.tables("category"))
    _unique(root, "category", tuple(category.id for category in categories))
    claims = tuple(_claim(node) for node in root.tables("claim"))
    _unique(root, "claim", tuple(claim.id for claim in claims))
    transfer = root.table("transfer")
    return Register(
        id=root.text("id"),
        version=root.text("version"),
        effective=root.date("effective"),
        source_sha256=_digest(root),
        controller=_controller(root.table("controller")),
        parties=parties,
        categories=categories,
        uses=(),
        gates=_gates(root.table("coverage")),
        observability={},
        claims=claims,
        quotes=tuple(_quote(node) for node in root.tables("quote")),
        jurisdictions=root.choices("jurisdictions", Area),
        disclosed_countries=_countries(transfer),
        transfer_line=_line(transfer, "line", transfer.integer("line", None)),
        child_age=_age(root.table("children")),
    )


def _quote(node: Node) -> Quote:
    """A quotation is short, because the policy's text itself is not kept in a register."""
    text = node.text("text")
    if len(text) > _LONGEST_QUOTE:
        node.fault("text", f"the quotation has {len(text)} characters", f"quote at most {_LONGEST_QUOTE}")
    clause = _line(node, "clause", node.integer("clause"))
    return Quote(
        clause=clause,
        line=_line(node, "line", node.integer("line", clause)),
        language=node.one_of("language", LANGUAGES),
        text=text,
    )


def _countries(node: Node) -> tuple[str, ...]:
    """The countries that the policy names."""
    countries = node.texts("countries")
    for country in countries:
        if not _COUNTRY.fullmatch(country):
            node.fault("countries", f"{country!r} is no country", "write ISO 3166 alpha-2, like CN")
    return countries


def _age(node: Node) -> int | None:
    age = node.integer("below", None)
    if age is not None and not 1 <= age <= 21:
        node.fault("below", f"'below' must be an age from 1 to 21, not {age}")
    return age


def _digest(root: Node) -> str:
    digest = root.text("source_sha256", "")
    if digest and not _SHA256.fullmatch(digest):
        root.fault("source_sha256", "'source_sha256' is no SHA-256", "write its 64 lower-case hex digits, or leave it empty")
    return digest


def _unique(root: Node, key: str, ids: tuple[str, ...]) -> None:
    """A fault for each table whose id another one has already."""
    for index, name in enumerate(ids):
        if name and name in ids[:index]:
            root.document.fault((key, index), f"[[{key}]] '{name}' stands here twice", "merge the two")


def _controller(node: Node) -> Controller:
    return Controller(
        name_en=node.text("name_en", None),
        name_zh=node.text("name_zh", None),
        domains=node.texts("domains"),
        contact=node.text("contact", None),
        products=node.texts("products"),
        sites=node.texts("sites"),
        lines=_mentions(node),
    )


def _party(node: Node) -> DeclaredParty:
    name_en, name_zh = node.text("name_en", None), node.text("name_zh", None)
    if not name_en and not name_zh:
        node.fault("", "[party] needs 'name_en' or 'name_zh'", "write the name as the policy does")
    return DeclaredParty(
        party=node.text("party"),
        name_en=name_en,
        name_zh=name_zh,
        languages=_words(node, "languages", LANGUAGES),
        purposes=_words(node, "purposes", PURPOSES),
        surfaces=node.choices("surfaces", Surface),
        categories=node.texts("categories"),
        links=node.texts("links"),
        lines=_mentions(node),
        confirmed=node.boolean("confirmed", False),
    )


def _category(node: Node) -> Category:
    return Category(
        id=node.text("id"),
        kinds=_words(node, "kinds", KINDS),
        open_kinds=_words(node, "open_kinds", KINDS),
        items=node.texts("items"),
        purposes=node.texts("purposes"),
        line=_line(node, "line", node.integer("line")) or 0,
    )


def _claim(node: Node) -> Claim:
    return Claim(
        id=node.text("id"),
        line=_line(node, "line", node.integer("line")) or 0,
        claim=node.text("claim"),
        claim_zh=node.text("claim_zh"),
    )


def _gates(node: Node) -> Gates:
    usual = Gates()
    surfaces = node.choices("surfaces", Surface) if node.has("surfaces") else usual.surfaces
    return Gates(
        surfaces=surfaces,
        min_flows=_count(node, "min_flows", usual.min_flows),
        hosts_decrypted=_share(node, "hosts_decrypted", usual.hosts_decrypted),
        bytes_attributed=_share(node, "bytes_attributed", usual.bytes_attributed),
        bodies_inspected=_share(node, "bodies_inspected", usual.bodies_inspected),
        packet_loss=_share(node, "packet_loss", usual.packet_loss),
        hook_errors=_count(node, "hook_errors", usual.hook_errors),
    )


def _data_map(root: Node, register: Register | None) -> _DataMap:
    root.schema()
    name = root.text("register")
    if register and name and name != register.id:
        root.fault("register", f"the data map is for '{name}', not for '{register.id}'", f"write '{register.id}'")
    seen = root.table("observability")
    declared = tuple(party.party for party in register.parties) if register else tuple(seen.data)
    observability = {party: seen.one_of(party, OBSERVABILITY) for party in sorted(declared) if seen.has(party)}
    uses = tuple(_use(node, register, declared) for node in root.tables("use"))
    return _DataMap(uses=uses, observability=observability)


def _use(node: Node, register: Register | None, declared: tuple[str, ...]) -> DataUse:
    use = DataUse(
        party=node.one_of("party", declared) if register else node.text("party"),
        purpose=node.one_of("purpose", PURPOSES),
        kinds=_words(node, "kinds", KINDS),
        surfaces=node.choices("surfaces", Surface),
        phases=node.texts("phases"),
        status=node.one_of("status", USE_STATUS),
        data=node.texts("data"),
    )
    party = register.party(use.party) if register else None
    if party and use.purpose in PURPOSES and use.purpose not in party.purposes:
        node.fault("purpose", f"'{party.party}' is not declared for '{use.purpose}'", nearest(use.purpose, party.purposes))
    return use


def _words(node: Node, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """A list of words of a closed list."""
    words = node.texts(key)
    for word in words:
        if word not in known:
            node.fault(key, f"unknown word {word!r} in '{key}'", nearest(word, known))
    return words


def _mentions(node: Node) -> tuple[str, ...]:
    lines = node.texts("lines")
    for line in lines:
        if not _MENTION.fullmatch(line):
            node.fault("lines", f"{line!r} is no place in a text", "write FILE:LINE, like policy.txt:175")
    return lines


def _line[L: (int, int | None)](node: Node, key: str, line: L) -> L:
    if line is not None and line < 1 and key in node.data:
        node.fault(key, f"'{key}' must be a line number", "lines count from 1")
    return line


def _count(node: Node, key: str, usual: int) -> int:
    value = node.integer(key, usual)
    if value < 0:
        node.fault(key, f"'{key}' must not be negative")
    return value


def _share(node: Node, key: str, usual: float) -> float:
    value = node.number(key, usual)
    if not 0 <= value <= 1:
        node.fault(key, f"'{key}' must lie between 0 and 1, not {value:g}", "1 is all of it")
    return value
