"""session.toml, subjects.toml and waivers.toml: text in, records out, every fault of a file at once with its line."""

import posixpath
import re
from dataclasses import dataclass

from auditor.model.session import CaptureFile, Phase, PlantedValue, Subjects, UnderTest, Waiver
from auditor.model.vocabulary import KINDS, Surface
from auditor.toml_file import Node, load

OWNERS = ("phone", "printer", "persona")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile(UnderTest):
    """What session.toml says; paths are as written there."""

    name: str | None = None
    """None: the folder's."""
    policy: tuple[str, ...] = ()
    """The files of the policy's text."""


def read_session(text: str, path: str) -> SessionFile:
    """Parses session.toml.

    Raises:
        ConfigError: with every fault.
    """
    return load(text, path, _session)


def _session(root: Node) -> SessionFile:
    root.schema()
    session = root.table("session")
    first_party = root.table("first_party")
    return SessionFile(
        name=session.text("name", None),
        product=session.text("product", ""),
        app_version=session.text("app_version", ""),
        firmware=session.text("firmware", ""),
        region=session.text("region", ""),
        app_sha256=_digest(session, "app_sha256"),
        firmware_sha256=_digest(session, "firmware_sha256"),
        topology=session.text("topology", ""),
        tester=session.text("tester", ""),
        scripted=session.text("scripted", ""),
        register=session.text("register", "o2nails-1.1"),
        policy=_policy(session),
        required_phases=session.texts("required_phases"),
        domains=tuple(domain.lower().strip(".") for domain in first_party.texts("domains")),
        tenants=first_party.texts("tenants"),
        captures=_captures(root),
        phases=tuple(phase for node in root.tables("phase") if (phase := _phase(node))),
    )


def _digest(node: Node, key: str) -> str:
    """A SHA-256 as sha256sum prints it, in lower case; empty where the key is not there."""
    digest = node.text(key, "").lower()
    if digest and not _SHA256.fullmatch(digest):
        node.fault(key, f"{key!r} is no SHA-256", "write the 64 hex digits that sha256sum prints, or leave it out")
    return digest


def _policy(node: Node) -> tuple[str, ...]:
    """The files of the policy's text."""
    paths = node.texts("policy")
    for path in paths:
        if not path or path.startswith("/") or ".." in path.split("/"):
            node.fault("policy", f"the text {path!r} lies outside the session's folder", "give a path inside it")
    return paths


def _captures(root: Node) -> tuple[CaptureFile, ...]:
    captures = tuple(_capture(node) for node in root.tables("capture"))
    paths = [posixpath.normpath(capture.path) for capture in captures]
    for index, path in enumerate(paths):
        if path in paths[:index]:
            root.document.fault(("capture", index, "path"), f"the capture {captures[index].path!r} is listed twice")
    return captures


def _capture(node: Node) -> CaptureFile:
    path = node.text("path")
    if node.data.get("path") == "":
        node.fault("path", "'path' is empty", "name a file in the session's folder")
    if path.startswith("/") or ".." in path.split("/"):
        node.fault("path", f"the capture {path!r} lies outside the session's folder", "give a path inside it")
    return CaptureFile(
        path=path,
        name=path,
        surface=node.choice("surface", Surface, None),
        app=node.text("app", None),
        background=node.boolean("background", False),
        keylog=node.text("keylog", None),
    )


def _phase(node: Node) -> Phase | None:
    name = node.text("id")
    start, end = node.time("start"), node.time("end")
    if start is None or end is None:
        return None
    if end < start:
        node.fault("end", f"the phase {name!r} ends before it starts")
    return Phase(id=name, start=start, end=end)


def read_subjects(text: str, path: str) -> Subjects:
    """Parses subjects.toml. Messages never hold a planted value.

    Raises:
        ConfigError: with every fault.
    """
    return load(text, path, _subjects)


def _subjects(root: Node) -> Subjects:
    root.schema()
    identifiers = tuple(_planted(node) for node in root.tables("identifier"))
    labels = [planted.label for planted in identifiers]
    for index, label in enumerate(labels):
        if label and label in labels[:index]:
            root.document.fault(("identifier", index, "label"), f"the label {label!r} is used twice")
    return Subjects(identifiers=identifiers, salts=root.texts("salts"), hmac_keys=root.texts("hmac_keys"))


def _planted(node: Node) -> PlantedValue:
    return PlantedValue(
        label=node.text("label"),
        kind=node.one_of("kind", KINDS),
        value=_said(node, "value"),
        owner=node.one_of("owner", OWNERS),
    )


def read_waivers(text: str, path: str, rules: tuple[str, ...] = ()) -> tuple[Waiver, ...]:
    """Parses waivers.toml; `rules` are the ids that exist.

    Raises:
        ConfigError: with every fault.
    """
    return load(text, path, lambda root: _waivers(root, rules))


def _waivers(root: Node, rules: tuple[str, ...]) -> tuple[Waiver, ...]:
    root.schema()
    return tuple(_waiver(node, rules) for node in root.tables("waiver"))


def _waiver(node: Node, rules: tuple[str, ...]) -> Waiver:
    return Waiver(
        rule=node.one_of("rule", rules) if rules else node.text("rule"),
        party=node.text("party"),
        identifier=node.one_of("identifier", (*KINDS, "*")),
        surface=node.one_of("surface", tuple(Surface)),
        reason=_said(node, "reason"),
        owner=_said(node, "owner"),
        expires=node.date("expires"),
    )


def _said(node: Node, key: str) -> str:
    """A text that may not be empty: a waiver without a reason or an owner is none, and an empty value is found everywhere."""
    text = node.text(key)
    if isinstance(node.data.get(key), str) and not text.strip():
        node.fault(key, f"'{key}' is empty")
    return text
