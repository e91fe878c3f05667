"""Whether two processes would give the same answers: a process's tool goes in as digests, how another one differs comes out."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditor.errors import AuditError, ExitCode
from auditor.reuse.keys import tool_sha256
from auditor.version import VERSION

_CATALOG = Path(__file__).resolve().parents[1] / "catalog"


class OtherToolError(AuditError):
    """A worker is another tool than the one that gave it work."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Tool:
    """What a process answers with."""

    version: str
    source: str
    """SHA-256 over the tool's own files."""
    catalog: str
    """SHA-256 over the bundled catalog."""

    def differs(self, wanted: "Tool") -> str:
        """How it differs from the wanted one, in words; empty where it does not."""
        if self.version != wanted.version:
            return f"has version {self.version} of the tool, here is {wanted.version}"
        if self.source != wanted.source:
            return f"has another source of version {self.version}"
        return "has another catalog" if self.catalog != wanted.catalog else ""


@cache
def this_tool() -> Tool:
    """The tool of this process."""
    return Tool(VERSION, tool_sha256(), _catalog_sha256())


def _catalog_sha256() -> str:
    digest = hashlib.sha256()
    for path in sorted(_CATALOG.rglob("*.toml")):
        digest.update(path.relative_to(_CATALOG).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
