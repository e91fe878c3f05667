"""URLs as values (RFC 3986), as in referrers and analytics: host, path segments and the pairs of the query."""

import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.form_text import pairs
from auditor.decode.limits import Budget

_URL = re.compile(rb"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://([^/?#\s]{0,255})([^?#\s]{0,8192})(?:\?([^#\s]*+))?(?:#(\S*+))?")
_REFERENCE = re.compile(rb"()(/[^?#\s]{0,8192})\?([\w.\-\[\]%]{1,64}=[^&#\s][^#\s]*+)(?:#(\S*+))?")
"""Without scheme and host (section 4.2), as applications keep links to their own pages."""

_LONG_LABEL = 16


class Url:
    """A value that is one URL with a query or with escapes."""

    signs = signs.ADDRESS | signs.PAIRS | signs.PERCENT

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the query apart."""
        url = _URL.fullmatch(data) or _REFERENCE.fullmatch(data)
        return Opened(inners=_inners(url)) if url else None


def _inners(url: re.Match[bytes]) -> Iterator[Inner]:
    yield from _authority(url[1], url.start(1))
    at = url.start(2)
    for number, segment in enumerate(url[2].split(b"/")):
        if segment:
            yield Inner(segment, f"[{number}]", "", (), at)
        at += len(segment) + 1
    if url[3]:
        yield from pairs(url[3], b"&", (), url.start(3))
    if url[4]:
        yield Inner(url[4], "fragment", "", (), url.start(4))


def _authority(authority: bytes, at: int) -> Iterator[Inner]:
    """Who asks (RFC 3986 section 3.2.1), and labels of the host that are long enough for a value."""
    user, sign, host = authority.rpartition(b"@")
    if user:
        yield Inner(user, "userinfo", "", (), at)
    at += len(user) + len(sign)
    for label in host.split(b"."):
        if len(label) >= _LONG_LABEL:
            yield Inner(label, "host", "", (), at)
        at += len(label) + 1
