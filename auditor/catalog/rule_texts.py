"""Reads the texts of the rules: titles, rationales, messages and references, in English and Chinese. TOML goes in, RuleTexts out.

A rule may only cite references that were verified and that apply to one of its topics; anything else is a fault.
"""

import string
from functools import cache
from pathlib import Path

from auditor.catalog import reference_list
from auditor.catalog.reference_list import TOPICS
from auditor.errors import ConfigError, Fault, Source
from auditor.model.rule import Reference, RuleText, Verification
from auditor.model.vocabulary import FindingClass, Severity
from auditor.toml_file import Node, nearest
from auditor.toml_file import load as load_toml

BUNDLED = Path(__file__).parent / "rules"

OWNERS = ("development", "security", "legal", "product", "qa")
MESSAGE_FIELDS = (
    "recipient",
    "entity",
    "service",
    "host",
    "surface",
    "phase",
    "kind",
    "identifier",
    "flows",
    "clause",
    "detail",
)
"""What a message template may hold in braces: columns of the findings table, and what only the rule knows."""


@cache
def load(folder: Path = BUNDLED) -> tuple[RuleText, ...]:
    """All rules, in the order of their files.

    Raises:
        ConfigError: with the faults of every file.
    """
    paths = sorted(folder.glob("*.toml"))
    return parse(tuple((str(path), path.read_text(encoding="utf-8")) for path in paths), reference_list.load())


def parse(files: tuple[tuple[str, str], ...], references: tuple[Reference, ...]) -> tuple[RuleText, ...]:
    """The rules of (path, text) pairs.

    Raises:
        ConfigError: with the faults of every file.
    """
    known = {reference.id: reference for reference in references}
    faults: list[Fault] = []
    rules: list[RuleText] = []
    for path, text in files:
        try:
            rules.extend(load_toml(text, path, lambda root: _file(root, known)))
        except ConfigError as error:
            faults.extend(error.faults)
    faults.extend(_doubles(rules))
    if faults:
        raise ConfigError(tuple(faults))
    return tuple(rules)


def _file(root: Node, known: dict[str, Reference]) -> tuple[RuleText, ...]:
    root.schema()
    return tuple(_rule(node, known) for node in root.tables("rule"))


def _rule(node: Node, known: dict[str, Reference]) -> RuleText:
    topics = node.texts("topics")
    for topic in topics:
        if topic not in TOPICS:
            node.fault("topics", f"unknown topic {topic!r}", nearest(topic, TOPICS))
    return RuleText(
        id=node.text("id"),
        title=node.text("title"),
        title_zh=node.text("title_zh"),
        rationale=node.text("rationale"),
        rationale_zh=node.text("rationale_zh"),
        severity=node.choice("severity", Severity),
        finding_class=node.choice("class", FindingClass),
        message=_template(node, "message"),
        message_zh=_template(node, "message_zh"),
        fix=node.text("fix"),
        fix_zh=node.text("fix_zh"),
        owner=node.one_of("owner", OWNERS),
        automatic=node.boolean("automatic", True),
        topics=topics,
        references=_cited(node, known, topics),
    )


def _template(node: Node, key: str) -> str:
    """A message template whose fields are all known."""
    text = node.text(key)
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        node.fault(key, f"'{key}' is no template: {error}", "write {{ for a brace")
        return ""
    for name in fields:
        if name not in MESSAGE_FIELDS:
            node.fault(key, f"unknown field {{{name}}} in '{key}'", nearest(name, MESSAGE_FIELDS))
    return text


def _cited(node: Node, known: dict[str, Reference], topics: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of the references, each one fit to be cited on the rule's topics."""
    ids = node.texts("references")
    for name in ids:
        reference = known.get(name)
        if reference is None:
            node.fault("references", f"unknown reference '{name}'", nearest(name, tuple(known)))
        elif reference.status is not Verification.VERIFIED:
            node.fault("references", f"'{name}' is {reference.status}: only verified references are cited by default")
        elif set(topics).isdisjoint(reference.applies_to):
            node.fault("references", f"'{name}' applies to none of {', '.join(topics)}")
    return ids


def _doubles(rules: list[RuleText]) -> list[Fault]:
    """A fault for each rule id that stands twice."""
    seen: set[str] = set()
    faults = []
    for rule in rules:
        if rule.id in seen:
            faults.append(Fault(Source("rules"), f"the id '{rule.id}' stands twice"))
        seen.add(rule.id)
    return faults
