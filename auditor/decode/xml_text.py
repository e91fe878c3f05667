"""XML and HTML: attributes and text with their paths, read by a tokenizer that resolves no entity and needs no recursion."""

import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_LOOKS = re.compile(rb"\s*+(?:\xef\xbb\xbf)?<(?:\?xml|!doctype|!--|[A-Za-z_][\w:.-]{0,99}(?:[\s/>]|\Z))", re.IGNORECASE)
_TOKEN = re.compile(
    rb"<!--(?P<comment>.*?)(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<[!?](?P<markup>[^>]*+)>?"
    rb"|</(?P<end>[^\s>]{0,100})(?P<behind>[^>]*+)>?|<(?P<tag>[A-Za-z_][\w:.-]{0,99})(?P<attributes>(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>?"
    rb"|(?P<text>[^<]++)|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"([^\s=\"'<>]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+")
"""Names are what HTML takes for them (HTML, section 13.2.5.33): all but white space, equals signs, quotes and brackets."""
_LONGEST_NAME = 100
_SHORTEST_NAME = 12
"""Bytes of a name that may itself be a value in disguise."""
_WORDS = ("xml",)
_WORDS_OF_LIST = ("plist",)
_LIST = re.compile(rb"\s*+(?:\xef\xbb\xbf)?(?:<[?!][^>]{0,200}>\s*+){0,3}<plist[\s>]")
"""A property list of Apple's (`man 5 plist`), which says so in its root."""
_DEEPEST = 64
_LETTERS = signs.BASE64 | signs.HEX | signs.BASE32 | signs.BASE58
_OF_FIELDS = ("name", "value")
_NOTHING = (b"", 0)
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
        elif kind == "markup":
            yield from _disguised(token["markup"], "/!", words, token.start("markup"))
        elif kind == "behind":
            yield from _disguised(token["behind"].strip(), "/", words, token.start("behind"))
            name = token["end"].decode(errors="backslashreplace")
            while above and name in above and above.pop() != name:
                pass
        elif token["tag"] is not None:
            name = token["tag"].decode(errors="backslashreplace")
            if len(name) >= _SHORTEST_NAME:
                yield from _disguised(token["tag"], "/".join((*above, "")), words, token.start("tag"))
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
        raw = attribute[1]
        if len(raw) >= _SHORTEST_NAME:
            yield from _disguised(raw, f"/{path}/@", words, base + attribute.start(1))
        group = attribute.lastindex or 1
        if group == 1 or not attribute[group]:
            continue
        name = raw.decode(errors="backslashreplace") if len(raw) <= _LONGEST_NAME else ""
        value = attribute[group], base + attribute.start(group)
        if name not in _OF_FIELDS:
            yield Inner(value[0], f"/{path}/@{name}", name, words, value[1])
            continue
        if name in named:  # a second one does not hide the first
            yield Inner(named[name][0], f"/{path}/@{name}", name, words, named[name][1])
        named[name] = value
    label = named.get("name", _NOTHING)
    if label[0]:
        yield Inner(label[0], f"/{path}/@name", "name", words, label[1])
    text, at = named.get("value", _NOTHING)
    if text:
        yield Inner(text, f"/{path}/@value", label[0].decode(errors="backslashreplace")[:100] or "value", words, at)


def _disguised(raw: bytes, path: str, words: tuple[str, ...], at: int) -> Iterator[Inner]:
    """Markup that shows a sign: a name, a declaration, what stands in a closing tag."""
    if len(raw) >= _SHORTEST_NAME and signs.signs_of(raw) & _LETTERS:
        yield Inner(raw, path, "", words, at)
