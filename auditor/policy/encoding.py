"""Bytes of a policy in any encoding go in, text comes out: a mark or a declaration decides, else what decodes and reads best."""

import codecs
import re

from auditor.errors import DamagedError, Source, UnknownFormatError

LIMIT = 64 * 1024 * 1024
"""Bytes. Nothing that people are meant to read is longer."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip file",
}
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_WIDEST = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
}
_ACCEPTED = ("gb18030", "big5hkscs", "cp1252", "utf-16-le", "utf-16-be", "shift_jis", "euc-jp", "euc-kr", "iso-8859-15")
_FREQUENT = frozenset("的我们您信息个人政策隐私服务使用提供和在或有们們資訊個隱務與為会會不是及收集并")
_JSON = re.compile(r"\ufeff?\s{0,100}(?:\{\s{0,100}\"[^\"\n]{0,100}\"\s{0,100}:|\[\s{0,100}\{\s{0,100}\")")
_ODD_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decode(data: bytes, name: str) -> str:
    """The text, with line ends as \\n.

    Raises:
        UnknownFormatError: another format than text (PDF, office document, picture, binary).
        DamagedError: no text at all, too long, or bytes that no encoding explains.
    """
    source = Source(name)
    if len(data) > LIMIT:
        raise DamagedError(f"longer than {LIMIT >> 20} MiB: no privacy policy", source, "save the text alone")
    for magic, what in _OTHER_FORMATS.items():
        if data.startswith(magic):
            raise UnknownFormatError(f"{what}, not text or HTML", source, "save it as plain text or HTML")
    text = _decoded(data, source)
    if not text.strip("\ufeff \t\r\n\f\v"):
        raise DamagedError("empty: there is no text in it", source, "save the policy's text again")
    if _JSON.match(text):
        raise UnknownFormatError("JSON, not text or HTML", source, "save the policy's text alone")
    if len(_ODD_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 50:
        raise UnknownFormatError("binary data, not text or HTML", source, "save it as plain text or HTML")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, source: Source) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, source)
    # What is sound UTF-8 with signs beyond ASCII is nothing else, whatever stray zeros it holds.
    told = _attempt(data, "utf-8")
    if told is not None and not told.isascii():
        return told
    wide = _wide(data)
    if wide:
        return _strictly(data, wide, source)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error.start, source)
    declared = _DECLARED.search(data[:4096])
    text = _attempt(data, _codec(declared[1].decode("ascii"))) if declared else None
    return text if text is not None else _most_readable(data, source)


def _strictly(data: bytes, encoding: str, source: Source) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        place = Source(source.path, f"byte {error.start}")
        raise DamagedError(f"not valid {encoding.upper()}", place, "save the file again") from None


def _refuse_damaged_utf8(data: bytes, start: int, source: Source) -> None:
    """UTF-8 with a few bad bytes is damaged, and no other encoding; with many it never was UTF-8."""
    text = data.decode("utf-8", "replace")
    foreign = sum(character > "\x7f" for character in text)
    if text.count("\ufffd") * 20 < foreign:
        raise DamagedError("not valid UTF-8", Source(source.path, f"byte {start}"), "save the file again")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark, told by the zero bytes of its ASCII characters; few Chinese ones have a zero on the other side."""
    head = data[:2000]
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    least = max(1, len(head) // 50)
    if zeros_odd >= least and zeros_odd > 3 * zeros_even:
        return "utf-16-le"
    if zeros_even >= least and zeros_even > 3 * zeros_odd:
        return "utf-16-be"
    return None


def _codec(label: str) -> str | None:
    """The codec of a declared name, in its widest form; None for a name that no text encoding has."""
    label = _WIDEST.get(label.lower(), label)
    return label if label.lower() in _ACCEPTED else None


def _attempt(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _most_readable(data: bytes, source: Source) -> str:
    """Chinese double-byte encodings decode each other's bytes: the text with more frequent characters is the right one."""
    texts = [text for encoding in ("gb18030", "big5hkscs") if (text := _attempt(data, encoding)) is not None]
    best = max(texts, key=_frequent, default="")
    if best and _frequent(best):
        return best
    western = _attempt(data, "cp1252")
    if western is None:
        raise DamagedError("the bytes are no text in any known encoding", source, "save the file as UTF-8")
    return western


def _frequent(text: str) -> int:
    return sum(text.count(character) for character in _FREQUENT)
