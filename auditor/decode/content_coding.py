"""HTTP's content codings (RFC 9110 section 8.4.1): a body as transferred and its `Content-Encoding` go in, the body comes out.

Decoding starts from the raw bytes and never uses a proxy's own accessor: those let `gzip, gzip` and `x-gzip` through undecoded.
"""

from auditor.decode import aws_chunks, brotli_stream, deflate_stream, gzip_stream, lz4_frame, zstd_stream
from auditor.decode.inflated import Inflate, Inflated
from auditor.decode.limits import Budget
from auditor.decode.media_heads import is_media
from auditor.decode.signs import is_text

_CODINGS: dict[str, tuple[str, Inflate]] = {
    "gzip": ("gzip", gzip_stream.inflate),
    "x-gzip": ("gzip", gzip_stream.inflate),
    "deflate": ("deflate", deflate_stream.inflate_declared),
    "br": ("br", brotli_stream.inflate),
    "zstd": ("zstd", zstd_stream.inflate),
    "lz4": ("lz4", lz4_frame.inflate),
    "aws-chunked": ("", aws_chunks.inflate),  # framing hides nothing
}
_NOTHING = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "7bit", "8bit", "plain", "text"})
"""Names that stand for no coding; the last ones by mistake, but often."""
_OUTERMOST = frozenset({"aws-chunked"})
"""Codings that are put on last, wherever the header names them: `aws-chunked,gzip` is what S3's clients send."""
_MOST = 10
"""Codings in one header; more are an attack."""


class Uncoded:
    """A body on its way through its codings, in the order in which they are taken off."""

    def __init__(self, data: bytes, *, certain: bool = True) -> None:
        """Not `certain`: the recorder may have taken the codings off and kept the header."""
        self.data = data
        self.certain = certain
        self.words: tuple[str, ...] = ()
        self.rest: bytes = b""
        """Bytes behind the end of compressed data, which no browser shows and some senders use."""
        self.head: bytes = b""
        """Names and comments in the heads of compressed data, which no browser shows either."""
        self.unread: list[str] = []
        self.denied = ""
        """A coding that the header names and the body has not: to be said of a body that nothing else explains."""

    def take_off(self, header: str, budget: Budget) -> None:
        """Undoes the codings that a header lists, last applied first. A fault ends up in `unread` and ends the undoing."""
        names = [name.strip().lower() for name in header.split(",")]
        if len(names) > _MOST:
            self.unread.append(f"{len(names)} content-encodings")
            return
        names.sort(key=_OUTERMOST.__contains__)
        for name in reversed(names):
            if name in _NOTHING:
                continue
            if name not in _CODINGS:
                self.unread.append(f"content-encoding {name[:40]}")
                return
            if not self._undo(name, budget):
                return

    def _undo(self, name: str, budget: Budget) -> bool:
        """Takes one coding off; False: what is left is not coded any more, or cannot be followed."""
        word, inflate = _CODINGS[name]
        if not self.data:
            return False
        inflated = inflate(self.data, budget.room(len(self.data)))
        if inflated is None or (inflated.broken and is_text(self.data)):
            # Some captures store bodies decoded and keep the header: text and media stand there as they are.
            if self.certain and not is_text(self.data) and not is_media(self.data):
                self.denied = f"content-encoding {name}, but the body is not"
            return False
        budget.spend(len(inflated.data))
        self.data, self.words = inflated.data, (*self.words, word) if word else self.words
        self.rest += inflated.rest
        self.head += inflated.head
        fault = _fault(name, inflated)
        if fault:
            self.unread.append(fault)
        return not fault


def _fault(name: str, inflated: Inflated) -> str:
    if inflated.over_limit:
        return f"content-encoding {name} grows past the limit after {len(inflated.data)} bytes"
    return f"content-encoding {name} {inflated.broken}" if inflated.broken else ""
