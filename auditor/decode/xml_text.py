"""XML and HTML: attributes and text with their paths, read by a tokenizer that resolves no entity and needs no recursion."""

import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_LOOKS = re.compile(rb"\s*+(?:\xef\xbb\xbf)?<(?:\?xml|!doctype|!--|[A-Za-z_][\w:.-]{0,99}(?:[\s/>]|\Z))", re.IGNORECASE)
_TOKEN = re.compile(
    rb"<!--(?P<comment>.*?)(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<[!?][^>]*+>?"
    rb"|</(?P<end>[^\s>]{0,100})[^>]*+>?|<(?P<tag>[A-Za-z_][\w:.-]{0,99})(?P<attributes>(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>?"
    rb"|(?P<text>[^<]++)|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"([A-Za-z_:][\w:.-]{0,99})\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
_WORDS = ("xml",)
_WORDS_OF_LIST = ("plist",)
_LIST = re.compile(rb"\s*+(?:\xef\xbb\xbf)?(?:<[?!][^>]{0,200}>\s*+){0,3}<plist[\s>]")
"""A property list of Apple's (`man 5 plist`), which says so in its root."""
_DEEPEST = 64
_VOID = frozenset({"br", "img", "meta", "link", "input", "hr", "source", "area", "base", "col", "embed", "wbr"})


class Xml:
    """XML, XHTML and HTML as it is found."""

    signs = signs.ANGLE

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes a document apart into its attributes and texts. Entities stay for their own format to undo."""
        return Opened(inners=_inners(data), sure=False) if _LOOKS.match(data) else None


def _inners(data: bytes) -> Iterator[Inner]:
    words = _WORDS_OF_LIST if _LIST.match(data) else _WORDS
    above: list[str] = []
    key = ""
    for token in _TOKEN.finditer(data):
        kind = token.lastgroup
        if kind in ("text", "cdata", "comment"):
            yield from _text(token, kind, above, key, words)
        elif kind == "end":
            name = token["end"].decode(errors="backslashreplace")
            while above and name in above and above.pop() != name:
                pass
        elif token["tag"] is not None:
            name = token["tag"].decode(errors="backslashreplace")
            yield from _attributes(token, "/".join((*above, name)), words)
            closed = token["attributes"].endswith(b"/") or name.lower() in _VOID
            if not closed and len(above) < _DEEPEST:
                above.append(name)
        if kind == "text" and above and above[-1] == "key":
            key = token["text"].strip().decode(errors="backslashreplace")[:100]


def _text(token: re.Match[bytes], kind: str, above: list[str], key: str, words: tuple[str, ...]) -> Iterator[Inner]:
    """A text node; in a property list the name is the text of the `key` element before it."""
    value = token[kind].strip()
    if not value:
        return
    name = above[-1] if above else ""
    if key and name in ("string", "integer", "data", "real", "date"):
        name = key
    yield Inner(value, "/" + "/".join(above), name, words, token.start(kind) + token[kind].find(value))


def _attributes(token: re.Match[bytes], path: str, words: tuple[str, ...]) -> Iterator[Inner]:
    base = token.start("attributes")
    named: dict[str, tuple[bytes, int]] = {}
    for attribute in _ATTRIBUTE.finditer(token["attributes"]):
        name = attribute[1].decode()
        group = next(index for index in (2, 3, 4) if attribute[index] is not None)
        named[name] = attribute[group], base + attribute.start(group)
        if attribute[group] and name not in ("name", "value"):
            yield Inner(attribute[group], f"/{path}/@{name}", name, words, base + attribute.start(group))
    label = named.get("name", (b"", 0))
    if label[0]:
        yield Inner(label[0], f"/{path}/@name", "name", words, label[1])
    value, at = named.get("value", (b"", 0))
    if value:
        yield Inner(value, f"/{path}/@value", label[0].decode(errors="backslashreplace")[:100] or "value", words, at)
