"""A whole session redacted: the opened session in, the files of the session that can be shared out.

Two passes: the first takes the inventory of everything that needs a pseudonym, the second rewrites. Nothing is written here but
copies in temporary folders; the check of the result is in `proof`.
"""

import datetime
import gzip
import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.capture import formats
from auditor.capture.opened import open_capture
from auditor.capture.reader import ReadOptions
from auditor.capture.rotated import rotated_set
from auditor.errors import AuditError, CaptureError, Source, UsageError
from auditor.identify.canonical import canonical
from auditor.identify.learned import FOUND
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.journal import NAME as JOURNAL
from auditor.model.session import CaptureFile, Session, Subjects
from auditor.observe import Watch
from auditor.redact import flow_file, har_file, inventory, journal_lines, packet_blocks, packets, session_text
from auditor.redact.lookalike import Lookalikes
from auditor.redact.opened import opened as plain_text_of
from auditor.redact.packets import Notes
from auditor.redact.pictures import StandIns
from auditor.redact.rewriter import Rewriter
from auditor.session.files import SessionFile, read_session
from auditor.session.folder import OpenedSession, read_text

PACKETS = ("pcap", "pcapng")
LARGEST = 1 << 30
"""Bytes of a capture, decompressed; a larger one is not held in memory."""
_PNG = b"\x89PNG"
_MAC_KINDS = ("mac", "bssid")


@dataclass(slots=True)
class Redacted:
    """The session that can be shared, and what must be said of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    subjects: Subjects = field(default_factory=Subjects)
    """All values that were replaced, in the clear: for the check, never for writing."""
    replaced: dict[str, int] = field(default_factory=dict)
    """Different values by kind."""
    notes: Notes = field(default_factory=Notes)
    plain_texts: dict[str, str] = field(default_factory=dict)
    """By the name of a packet capture, that of the file with what its secrets opened."""
    left_out: set[str] = field(default_factory=set)
    """Names of captures that are not in it."""
    errors: list[AuditError] = field(default_factory=list)
    """Captures that could not be read to their end and are not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What every file is rewritten with."""

    rewriter: Rewriter
    swaps: Mapping[bytes, bytes]
    key: bytes
    notes: Notes


def redact(
    opened: OpenedSession,
    knowledge: IdentifierKnowledge,
    key: bytes,
    told: Callable[[str], None],
    read: Callable[[Watch], object] | None = None,
) -> Redacted:
    """Rewrites a session.

    Args:
        opened: the session.
        knowledge: kinds and patterns.
        key: secret, 32 bytes; the same session and key give the same bytes.
        told: gets the name of each file as its turn comes.
        read: somebody who reads the session's captures anyhow, like an audit, and shows what passes.

    Raises:
        UsageError: there are too many values.
    """
    own = hmac.new(key, b"auditor redact", hashlib.sha256).digest()
    session, result = opened.session, Redacted()
    told("inventory")
    listed = inventory.take(session, opened.subjects, knowledge, _hardware(session), read)
    result.subjects = listed.subjects()
    for kind, count in listed.passed_over.items():
        if count:
            result.notes.add(f"{count} values that only a name calls {kind} are too short or too common to be replaced and stay")
    chosen = _chosen(result.subjects, Lookalikes(own, knowledge, _day(session)), _addresses(session))
    for entry in result.subjects.identifiers:
        result.replaced[entry.kind] = result.replaced.get(entry.kind, 0) + 1
    stand_ins = StandIns(result.subjects.images, own)
    tools = _Tools(
        rewriter=Rewriter(result.subjects, chosen, knowledge, stand_ins),
        swaps=_swaps(result.subjects, chosen),
        key=own,
        notes=result.notes,
    )
    for capture in session.captures:
        told(capture.name)
        _capture(capture, tools, result)
    _texts(opened, {**chosen, **_picture_files(stand_ins, result)}, tools, result)
    if tools.rewriter.cut:
        result.notes.add(f"{tools.rewriter.cut} values were cut out (zeros), for no encoding could be put on again")
    return result


def _chosen(subjects: Subjects, lookalikes: Lookalikes, addresses: Iterable[str]) -> dict[str, str]:
    """The pseudonym of each value, by its label; of pictures the path, for which there is a file later."""
    for entry in subjects.identifiers:
        if entry.kind != "image":
            lookalikes.reserve(entry.kind, entry.value)
    for address in addresses:
        lookalikes.reserve("ip", address)
    return {
        entry.label: entry.value
        if entry.kind == "image"
        else lookalikes.of(entry.kind, entry.value, by_pattern=entry.owner == FOUND)
        for entry in subjects.identifiers
    }


def _hardware(session: Session) -> Iterable[str]:
    """The hardware addresses in the frames of all packet captures."""
    found: dict[bytes, None] = {}
    for capture in session.captures:
        with suppress(CaptureError):
            if formats.recognise(capture.path).name in PACKETS:
                for path in rotated_set(capture.path):
                    with open_capture(path) as stream:
                        found |= dict.fromkeys(packet_blocks.addresses(packet_blocks.read(stream, path)))
    return sorted(address.hex(":") for address in found)


def _addresses(session: Session) -> Iterable[str]:
    """Every address of the flows: none of them may become somebody's pseudonym."""
    found: set[str] = set()
    for capture in session.captures:
        with suppress(CaptureError):
            flows = formats.recognise(capture.path).read(capture.path, ReadOptions()).flows
            for column in ("client_ip", "server_ip"):
                found.update(str(address) for address in flows[column].dropna().unique())
    return sorted(found)


def _day(session: Session) -> datetime.date:
    starts = [phase.start for phase in session.phases]
    if not starts:
        return datetime.date(2000, 1, 1)
    return datetime.datetime.fromtimestamp(min(starts) // 1_000_000_000, datetime.UTC).date()


def _swaps(subjects: Subjects, chosen: Mapping[str, str]) -> dict[bytes, bytes]:
    """Addresses as bytes, with their counterparts."""
    found: dict[bytes, bytes] = {}
    for entry in subjects.identifiers:
        other = chosen[entry.label]
        if entry.kind == "ip":
            with suppress(ValueError):
                found[ipaddress.ip_address(entry.value).packed] = ipaddress.ip_address(other).packed
        elif entry.kind in _MAC_KINDS:
            old, new = (canonical("mac", text) for text in (entry.value, other))
            if len(old) == len(new) == 12:
                found[_interface_identifier(old)] = _interface_identifier(new)
    return found


def _interface_identifier(digits: str) -> bytes:
    """The modified EUI-64 of a hardware address (RFC 4291 appendix A)."""
    address = bytes.fromhex(digits)
    return bytes([address[0] ^ 2]) + address[1:3] + b"\xff\xfe" + address[3:]


def _capture(capture: CaptureFile, tools: _Tools, result: Redacted) -> None:
    """Rewrites one capture; one that cannot be read to its end is left out and named."""
    try:
        reader = formats.recognise(capture.path)
        if reader.name in PACKETS:
            members = rotated_set(capture.path)
            _check_size(members)
            made = packets.rewrite(members, tools.rewriter, tools.swaps, tools.key, tools.notes)
            for path, data in zip(members, made.files, strict=True):
                name = str(Path(capture.name).with_name(Path(path).name))
                result.files[tools.rewriter.text(name)] = _as_compressed(path, data)
            if capture.keylog or made.had_secrets:
                _plain_text(capture, made, tools, result)
            return
        _check_size((capture.path,))
        data = _REWRITERS.get(reader.name, _lines)(capture.path, tools)
        result.files[tools.rewriter.text(capture.name)] = _as_compressed(capture.path, data)
    except CaptureError as error:
        name = tools.rewriter.text(capture.name)
        result.left_out.add(capture.name)
        result.errors.append(type(error)(error.what, Source(name, error.source.where if error.source else ""), "it is left out"))


def _plain_text(capture: CaptureFile, made: packets.Rewritten, tools: _Tools, result: Redacted) -> None:
    """Puts what the secrets of a capture opened beside it."""
    here = tools.rewriter.text(capture.name)
    data = plain_text_of(capture.path, capture.keylog, made.flows, made.told, tools.rewriter)
    if data is None:
        result.notes.add(f"{here}: its key log opened nothing, and is left out")
        return
    name = f"{here}.plain.ndjson"
    result.files[name] = data
    result.plain_texts[capture.name] = name
    result.notes.add(f"{here}: its secrets are left out; what they opened stands in {name}, with pseudonyms")


def _check_size(paths: Iterable[str]) -> None:
    for path in paths:
        size = 0
        with open_capture(path) as stream:
            while block := stream.read(1 << 20):
                size += len(block)
                if size > LARGEST:
                    raise UsageError(f"is larger than {LARGEST >> 20} MiB", Source(path), "split it first")


def _har(path: str, tools: _Tools) -> bytes:
    with open_capture(path) as stream:
        return har_file.rewrite(stream.read(), tools.rewriter, path)


def _flows(path: str, tools: _Tools) -> bytes:
    with open_capture(path) as stream:
        return b"".join(flow_file.rewrite(stream, tools.rewriter, path))


def _lines(path: str, tools: _Tools) -> bytes:
    """Tables and JSON lines of other tools."""
    with open_capture(path) as stream:
        return b"".join(tools.rewriter.value(line) for line in stream.read().splitlines(keepends=True))


_REWRITERS: dict[str, Callable[[str, _Tools], bytes]] = {"har": _har, "mitmproxy": _flows}


def _as_compressed(path: str, data: bytes) -> bytes:
    """The bytes compressed as the file was."""
    with Path(path).open("rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        return gzip.compress(data, mtime=0)
    if magic == b"\x28\xb5\x2f\xfd":
        import zstandard

        return zstandard.ZstdCompressor().compress(data)
    return data


def _texts(opened: OpenedSession, chosen: Mapping[str, str], tools: _Tools, result: Redacted) -> None:
    """The session's own files."""
    session, rewriter = opened.session, tools.rewriter
    folder = Path(session.folder) if session.folder is not None else None
    said = SessionFile()
    if folder is not None and (folder / "session.toml").is_file():
        said = read_session(read_text(str(folder / "session.toml")), str(folder / "session.toml"))
    planted = {entry.label for entry in opened.subjects.identifiers}
    kept = tuple(entry for entry in result.subjects.identifiers if entry.label in planted)
    subjects = inventory.chosen(replace(opened.subjects, identifiers=kept, images=()), chosen)
    said = _listed(said, session, result)
    texts = {
        "session.toml": session_text.session_toml(
            said, session.name, _register(session, folder, rewriter, result), rewriter, result.plain_texts
        ),
        "subjects.toml": session_text.subjects_toml(subjects, rewriter),
        "waivers.toml": session_text.waivers_toml(opened.waivers, rewriter),
    }
    result.files |= {name: text.encode("utf-8") for name, text in texts.items()}
    for policy in session.policy:
        result.files[policy.name] = rewriter.value(policy.data)
    if folder is not None and (folder / JOURNAL).is_file():
        result.files[JOURNAL] = journal_lines.rewrite((folder / JOURNAL).read_bytes(), rewriter)


def _picture_files(stand_ins: StandIns, result: Redacted) -> dict[str, str]:
    """Writes the pictures that stand for planted ones; their files by label. No file name of the original goes along."""
    names: dict[str, str] = {}
    for number, (label, data) in enumerate(stand_ins.of.items(), 1):
        names[label] = f"picture-{number}.{'png' if data.startswith(_PNG) else 'jpg'}"
        result.files[names[label]] = data
    return names


def _listed(said: SessionFile, session: Session, result: Redacted) -> SessionFile:
    """Every capture is listed where one of them has a plain text beside it: one that is not would be warned of."""
    if not result.plain_texts:
        return said
    kept = (capture for capture in session.captures if capture.listed or capture.name not in result.left_out)
    return replace(said, captures=tuple(replace(capture, path=capture.name) for capture in kept))


def _register(session: Session, folder: Path | None, rewriter: Rewriter, result: Redacted) -> str:
    """The register's name; one that stands in the folder goes along with its data map."""
    path = Path(session.register)
    if folder is None or not path.is_file() or not path.is_relative_to(folder):
        return session.register
    for file in (path, path.with_name(f"{path.stem}.datamap.toml")):
        if file.is_file():
            result.files[str(file.relative_to(folder))] = rewriter.value(file.read_bytes())
    return str(path.relative_to(folder))
