"""Base32 (RFC 4648 section 6), upper and lower case, with and without padding; also over several labels of a host name."""

import re
from base64 import b32decode
from binascii import Error
from collections.abc import Iterator
from itertools import islice

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_RUN = re.compile(rb"(?<![A-Za-z0-9])(?:[A-Z2-7]{8,}|[a-z2-7]{8,})={0,6}(?![A-Za-z0-9])")
_DIGESTS = frozenset({16, 20, 28, 32, 48, 64})
_MOST_RUNS = 20_000
_SHORTEST_WHOLE = 24
"""Characters of a value that is base32 of compressed or structured bytes."""


class Base32:
    """Runs of base32 that hold text or a digest, and values that are nothing but base32."""

    signs = signs.BASE32

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Decodes each run."""
        inners = tuple(islice(_inners(data), _MOST_RUNS))
        cut = f"more than {_MOST_RUNS} runs of base32" if len(inners) >= _MOST_RUNS else ""
        return Opened(inners=inners, whole=False, cut=cut, sure=False) if inners else None


def _inners(data: bytes) -> Iterator[Inner]:
    for run in _RUN.finditer(data):
        bare = run[0].rstrip(b"=").upper()
        if len(bare) % 8 in (1, 3, 6):
            continue
        try:
            value = b32decode(bare + b"=" * (-len(bare) % 8))
        except Error:
            continue
        # Words and names in capitals read as base32, too: what is no text must have a digit, and be all there is or a digest.
        is_likely = len(value) in _DIGESTS or len(run[0]) == len(data) >= _SHORTEST_WHOLE
        if signs.is_text(value) or (is_likely and (run[0].endswith(b"=") or any(digit in bare for digit in b"234567"))):
            yield Inner(value, words=("base32",), near=run.start())
