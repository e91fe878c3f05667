"""Base32 (RFC 4648 section 6), upper and lower case, with and without padding; also over several labels of a host name."""

import re
from collections.abc import Iterator
from itertools import islice

from auditor.decode import signs
from auditor.decode.alone import is_alone
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget
from auditor.decode.telling import is_telling

_RUN = re.compile(rb"(?<![A-Za-z0-9])(?:[A-Z2-7]{8,}|[a-z2-7]{8,})={0,6}(?![A-Za-z0-9])")
_TO_BASE_32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghijklmnopqrstuv")
"""From the alphabet of RFC 4648 to that of Python's numbers."""
_DIGESTS = frozenset({16, 20, 28, 32, 48, 64})
_MOST_RUNS = 20_000
_SHORTEST_WHOLE = 24
"""Characters of a value that is base32 of compressed or structured bytes."""


class Base32:
    """Runs of base32 that hold text, compressed data or a digest, and values that are nothing but base32."""

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
        value = _decoded(bare)
        # Words and names in capitals read as base32, too: what is no text must have a digit, and be all there is or a digest.
        is_likely = len(value) in _DIGESTS or (len(run[0]) >= _SHORTEST_WHOLE and is_alone(data, *run.span()))
        if is_telling(value) or (is_likely and (run[0].endswith(b"=") or any(digit in bare for digit in b"234567"))):
            yield Inner(value, words=("base32",), near=run.start())


def _decoded(digits: bytes) -> bytes:
    """What unpadded capitals stand for. The library takes 0.3 s for a million; a number of base 32 is made in as many steps."""
    size = len(digits) * 5 // 8
    return (int(digits.translate(_TO_BASE_32), 32) >> len(digits) * 5 % 8).to_bytes(size)
