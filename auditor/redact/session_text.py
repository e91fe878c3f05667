"""The files that a user writes, written anew: session, planted values and waivers in, TOML with pseudonyms out.

They are written from what was read of them, so that no comment goes along. The tester's name and key logs are left out;
the plain text of what a key log opened stands in its place.
"""

import datetime
import json
from collections.abc import Iterable, Mapping

from auditor.model.session import Subjects, Waiver
from auditor.redact.rewriter import Rewriter
from auditor.session.files import SessionFile

_HEAD = "# Written by `auditor redact`: a pseudonym stands for every value.\nschema = 1\n"


def session_toml(said: SessionFile, name: str, register: str, rewriter: Rewriter, opened: Mapping[str, str] = {}) -> str:
    """session.toml; `opened` holds, by a capture's path, the name of the plain text beside it."""
    fields = {
        "name": name,
        "product": said.product,
        "app_version": said.app_version,
        "firmware": said.firmware,
        "region": said.region,
        "app_sha256": said.app_sha256,
        "firmware_sha256": said.firmware_sha256,
        "topology": said.topology,
        "scripted": said.scripted,
    }
    lines = [_HEAD, "[session]"]
    lines += [f"{key} = {_quoted(rewriter.text(value))}" for key, value in fields.items() if value]
    lines += [f"policy = {_list(said.policy)}"] if said.policy else []
    lines += [f"register = {_quoted(register)}", f"required_phases = {_list(said.required_phases)}", ""]
    domains = [rewriter.text(domain) for domain in said.domains]
    tenants = [rewriter.text(tenant) for tenant in said.tenants]
    lines += ["[first_party]", f"domains = {_list(domains)}", f"tenants = {_list(tenants)}"]
    for capture in said.captures:
        lines += ["", "[[capture]]", f"path = {_quoted(rewriter.text(capture.path))}"]
        lines += [f"surface = {_quoted(str(capture.surface))}"] if capture.surface else []
        lines += [f"app = {_quoted(rewriter.text(capture.app))}"] if capture.app else []
        lines += ["background = true"] if capture.background else []
        lines += [f"keylog = {_quoted(opened[capture.path])}"] if capture.path in opened else []
    for phase in said.phases:
        lines += ["", "[[phase]]", f"id = {_quoted(phase.id)}", f"start = {_time(phase.start)}", f"end = {_time(phase.end)}"]
    return "\n".join(lines) + "\n"


def subjects_toml(subjects: Subjects, rewriter: Rewriter) -> str:
    """subjects.toml; `subjects` hold the pseudonyms already."""
    salts, keys = ([rewriter.text(text) for text in texts] for texts in (subjects.salts, subjects.hmac_keys))
    lines = [_HEAD, f"salts = {_list(salts)}", f"hmac_keys = {_list(keys)}"]
    for entry in subjects.identifiers:
        fields = {"label": rewriter.text(entry.label), "kind": entry.kind, "value": entry.value, "owner": entry.owner}
        lines += ["", "[[identifier]]", *(f"{key} = {_quoted(value)}" for key, value in fields.items())]
    return "\n".join(lines) + "\n"


def waivers_toml(waivers: Iterable[Waiver], rewriter: Rewriter) -> str:
    """waivers.toml."""
    lines = [_HEAD]
    for waiver in waivers:
        fields = {name: getattr(waiver, name) for name in ("rule", "party", "identifier", "surface", "reason", "owner")}
        lines += ["", "[[waiver]]", *(f"{key} = {_quoted(rewriter.text(value))}" for key, value in fields.items())]
        lines.append(f"expires = {waiver.expires}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _time(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    day = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return f"{day:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"
