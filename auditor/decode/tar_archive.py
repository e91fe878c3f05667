"""tar archives (POSIX.1-1988 ustar and its descendants): logs are sent in them. Each member comes out under its name.

Members are read in memory and never written anywhere: links, devices and paths that lead out are names only.
"""

import io
import tarfile
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened, name_of
from auditor.decode.limits import Budget, OverLimitError

_MAGIC, _AT = b"ustar", 257
_BLOCK = 512
_MOST_MEMBERS = 10_000


class Tar:
    """An archive, recognised by the magic in its first header."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the members out."""
        return Opened(inners=_members(data)) if data.startswith(_MAGIC, _AT) and len(data) >= _BLOCK else None


def _members(data: bytes) -> Iterator[Inner]:
    """Names, owners and notes of members, and their content.

    Raises:
        BrokenError: it is damaged or cut short.
        OverLimitError: it has too many members.
    """
    end = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
            for number, member in enumerate(archive):
                if number >= _MOST_MEMBERS:
                    raise OverLimitError(f"tar of more than {_MOST_MEMBERS} members")
                path = name_of(_raw(member.name))
                yield Inner(_raw(member.name), f"{path}.filename", "filename")
                notes = (member.linkname, member.uname, member.gname, *member.pax_headers.values())
                yield from (Inner(_raw(note), f"{path}.note", "note") for note in notes if note)
                is_file = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
                end = member.offset_data + (member.size if is_file else 0)
                if is_file:
                    yield Inner(data[member.offset_data : end], path, path, (), member.offset_data)
                if padding := data[end : -(-end // _BLOCK) * _BLOCK].strip(b"\0"):
                    yield Inner(padding, f"{path}.note", "note")
                if end > len(data):
                    raise BrokenError("tar is cut short")
    except (tarfile.TarError, ValueError, EOFError, OSError):
        raise BrokenError("tar is damaged") from None
    if rest := data[end:].strip(b"\0"):
        yield Inner(rest)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
