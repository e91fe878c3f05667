"""Reads the references, the laws, guidance and standards that findings point at. TOML texts go in, References come out.

Each file holds one area. Unknown keys, words and dates, and ids that stand twice are faults, told all at once.
"""

from functools import cache
from pathlib import Path

from auditor.errors import ConfigError, Fault, Source
from auditor.model.rule import Area, Reference, Verification
from auditor.toml_file import Node
from auditor.toml_file import load as load_toml

BUNDLED = Path(__file__).parent / "references"

TOPICS = (
    "after_refusal",
    "before_consent",
    "child",
    "cleartext",
    "coverage",
    "data_omitted",
    "data_vague",
    "frequency",
    "hashed_identifier",
    "identifier_in_url",
    "immutable_identifier",
    "linked_identifier",
    "old_tls",
    "policy_text",
    "printer_access_point",
    "printer_update",
    "purpose_mismatch",
    "recipient_undeclared",
    "undisclosed_country",
    "untrusted_certificate",
    "wrong_surface",
)
"""What a reference can apply to. Every rule names the topics that its findings may cite."""


@cache
def load(folder: Path = BUNDLED) -> tuple[Reference, ...]:
    """All references, in the order of their areas and files.

    Raises:
        ConfigError: with the faults of every file.
    """
    paths = sorted(folder.glob("*.toml"), key=lambda path: _place(path.stem))
    return parse(tuple((str(path), path.read_text(encoding="utf-8")) for path in paths))


def parse(files: tuple[tuple[str, str], ...]) -> tuple[Reference, ...]:
    """The references of (path, text) pairs.

    Raises:
        ConfigError: with the faults of every file.
    """
    faults: list[Fault] = []
    found: list[Reference] = []
    for path, text in files:
        try:
            found.extend(load_toml(text, path, _file))
        except ConfigError as error:
            faults.extend(error.faults)
    faults.extend(_doubles(found))
    if faults:
        raise ConfigError(tuple(faults))
    return tuple(found)


def _place(stem: str) -> tuple[int, str]:
    """Files in the order of the areas they are named after, others behind."""
    order = tuple(Area)
    return (order.index(Area(stem)) if stem in order else len(order), stem)


def _file(root: Node) -> tuple[Reference, ...]:
    root.schema()
    area = root.choice("area", Area)
    return tuple(_reference(node, area) for node in root.tables("reference"))


def _reference(node: Node, area: Area) -> Reference:
    node.text("read", "")
    applies_to = node.texts("applies_to")
    for topic in applies_to:
        if topic not in TOPICS:
            node.fault("applies_to", f"unknown topic {topic!r}", f"known: {', '.join(TOPICS)}")
    return Reference(
        id=node.text("id"),
        area=area,
        cite=node.text("cite"),
        instrument=node.text("instrument"),
        locator=node.text("locator"),
        title=node.text("title"),
        title_zh=node.text("title_zh", ""),
        jurisdiction=node.text("jurisdiction"),
        in_force=node.date("in_force", ""),
        status=node.choice("status", Verification),
        source=node.text("source"),
        applies_to=applies_to,
        requirement=node.text("requirement"),
    )


def _doubles(references: list[Reference]) -> list[Fault]:
    """A fault for each id that stands twice, in whichever files."""
    seen: set[str] = set()
    faults = []
    for reference in references:
        if reference.id in seen:
            faults.append(Fault(Source(f"references, area {reference.area}"), f"the id '{reference.id}' stands twice"))
        seen.add(reference.id)
    return faults
