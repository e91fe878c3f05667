"""What is fuzzed beside packet captures and messages: each reader of bytes from outside, by name, with files to start from.

A target takes bytes and returns, or raises an `AuditError` (the one line that a user sees); anything else is what fuzzing looks for.
"""

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import AuditError, CaptureError
from auditor.model.content import Message
from tests.fuzz import strings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from auditor.model.rule import RuleText
    from auditor.policy import KnownParty

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "captures" / "demo"
REPORT = ROOT / "reports" / "demo"
LARGEST = 60_000
"""Bytes of a seed."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader. `seeds` are whole files of its format, `read` is handed what became of them."""

    name: str
    seeds: Callable[[], tuple[bytes, ...]]
    read: Callable[[bytes], None]


def check(target: Target, data: bytes) -> None:
    """Reads once.

    Raises:
        AssertionError: an error of a capture without its place, or one that is not one line.
    """
    try:
        target.read(data)
    except CaptureError as error:
        assert error.source is not None
        assert "\n" not in str(error)
    except AuditError as error:
        assert str(error)


@contextmanager
def _file(data: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        file.write(data)
        file.flush()
        yield file.name


def _inspected(message: Message) -> None:
    """Every piece must be able to say where it stands."""
    for piece in message.pieces:
        assert piece.locate(message.number, max(0, len(piece.data) - 1))


def _capture(*names: str) -> Callable[[bytes], None]:
    """Reads a capture with the first reader of these formats that knows it, with and without its messages."""

    def read(data: bytes) -> None:
        from auditor.capture.formats import READERS
        from auditor.capture.reader import ReadOptions

        for reader in READERS:
            if reader.name in names and reader.recognises(data[:65_536]):
                with _file(data) as path:
                    reader.read(path, ReadOptions())
                    reader.read(path, ReadOptions(inspect=_inspected))

    return read


def _har_seeds() -> tuple[bytes, ...]:
    from tests.e2e.small_session import HAR

    whole = (DEMO / "site.har").read_bytes()
    return (HAR, whole[:LARGEST], b'{"log":{"entries":[]}}', HAR.replace(b"GET", b'G\\ud800"'[:-1], 1))


def _flow_seeds() -> tuple[bytes, ...]:
    from tests.e2e.small_session import FLOWS

    return (FLOWS, (DEMO / "app.mitm").read_bytes()[:LARGEST], b"999999999999:" + FLOWS)


def _export_seeds() -> tuple[bytes, ...]:
    from tests.unit.capture.test_imported import FILES

    return tuple(text.encode() for text in FILES.values())


def _journal(data: bytes) -> None:
    from auditor.session import journal

    facts = journal.read_journal(data)
    journal.left_phases(data)
    assert all(damage.where for damage in facts.damage)


def _policy_seeds() -> tuple[bytes, ...]:
    folder = ROOT / "tests" / "golden" / "policies"
    texts = (path.read_bytes() for path in sorted(folder.glob("*.*")) if path.suffix in (".txt", ".html"))
    return tuple(text[:LARGEST] for text in texts)


def _policy(data: bytes) -> None:
    from auditor import policy

    reading = policy.read((policy.PolicyFile(name="policy.txt", data=data),), _parties())
    policy.lint(reading, _rules())
    policy.register_text(reading, "fuzzed")
    policy.compare(reading, _rules())


@functools.cache
def _parties() -> "tuple[KnownParty, ...]":
    from auditor.catalog import destination_rules
    from auditor.policy_text import known_parties

    return known_parties(destination_rules.load())


@functools.cache
def _rules() -> "tuple[RuleText, ...]":
    from auditor.catalog import rule_texts

    return rule_texts.load()


def _toml_seeds() -> tuple[bytes, ...]:
    registers = sorted((ROOT / "auditor" / "catalog" / "registers").glob("*.toml"))
    files = [DEMO / name for name in ("session.toml", "subjects.toml", "waivers.toml")]
    return tuple(path.read_bytes()[:LARGEST] for path in (*files, *registers))


def _written(data: bytes) -> None:
    """One text as each of the files that a user writes: every reader is asked, whatever the others said."""
    from auditor.catalog import register_file
    from auditor.session import files

    text = data.decode("utf-8-sig", "replace")
    readers: tuple[Callable[[], object], ...] = (
        lambda: register_file.parse(data, "register.toml", data, "register.datamap.toml"),
        lambda: files.read_session(text, "session.toml"),
        lambda: files.read_subjects(text, "subjects.toml"),
        lambda: files.read_waivers(text, "waivers.toml"),
    )
    for read in readers:
        try:
            read()
        except AuditError as error:
            assert str(error)


def _sealed_seeds() -> tuple[bytes, ...]:
    return tuple(_sealed().values())


@functools.cache
def _key() -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@functools.cache
def _sealed() -> dict[str, bytes]:
    """The sealing files of the demonstration's report, signed and decided upon."""
    from auditor.model.vocabulary import Choice
    from auditor.report import attestation, audit_json, manifest, seal, signoff

    document = (REPORT / audit_json.FILE).read_bytes()
    files = {audit_json.FILE: document, **seal.seal(audit_json.decode(document), {audit_json.FILE: document}, None, _key())}
    decision = signoff.Record(
        who="Lin Mei",
        role="qa",
        decision=Choice.REJECT,
        date="2026-11-22",
        note="",
        manifest_sha256=manifest.sha256(files[manifest.FILE]),
        previous_sha256=None,
    )
    lines = signoff.append(signoff.append(b"", decision, _key()), decision, _key())
    return {signoff.FILE: lines, manifest.FILE: files[manifest.FILE], attestation.FILE: files[attestation.FILE]} | files


def _seal(data: bytes) -> None:
    """The bytes in the place of each sealing file in turn: only what was there before may pass with a key."""
    from auditor.report import seal

    whole, key = _sealed(), _key().public_key()
    for name, before in whole.items():
        for keys in ((), (key,)):
            try:
                found = seal.check({**whole, name: data}, keys)
            except AuditError as error:
                assert "\n" not in str(error)
            else:
                kept = data == before or (name == "signoff.ndjson" and (not keys or before.startswith(data)))
                assert kept or found.differences or not keys, name


TARGETS: tuple[Target, ...] = (
    Target("har", _har_seeds, _capture("har")),
    Target("flow-files", _flow_seeds, _capture("mitmproxy")),
    Target("exports", _export_seeds, _capture("pcapdroid", "trackercontrol", "app_privacy_report")),
    Target("journals", lambda: ((DEMO / "journal.ndjson").read_bytes()[:LARGEST],), _journal),
    Target("policies", _policy_seeds, _policy),
    Target("written-files", _toml_seeds, _written),
    Target("seals", _sealed_seeds, _seal),
    Target("strings", strings.seeds, strings.check),
)
