"""The registrable domain of a host name, by the Public Suffix List that tldextract brings: never from the network.

The list is read from tldextract's files without importing it: its import brings an HTTP client, and takes longer than everything
that is asked of it here. Private suffixes count, so that `bucket.s3.amazonaws.com` and `somebody.github.io` are domains of their
own. What the list lacks (Alibaba Cloud, Tencent Cloud) the catalog's tenant rules know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_SNAPSHOT = ".tld_set_snapshot"
_PRIVATE_FROM = "// ===BEGIN PRIVATE DOMAINS==="
_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class _Suffixes:
    """The list's rules (publicsuffix.org/list, "Format"), each with whether it is of the private section."""

    plain: dict[str, bool]
    below: dict[str, bool]
    """`*.NAME` under NAME."""
    exceptions: frozenset[str]
    inner: frozenset[str]
    """Names below which a longer rule may hold."""

    def of(self, name: str, *, private: bool) -> str | None:
        """The longest listed suffix of the name, or what an exception leaves of it; None where no rule is met."""
        end = name
        while True:
            parent = end.partition(".")[2]
            if end in self.exceptions:
                return parent
            if self._holds(self.plain, end, private) or self._holds(self.below, parent, private):
                return end
            if not parent:
                return None
            end = parent

    def is_private(self, suffix: str) -> bool:
        """Whether a suffix that `of` gave is of the private section."""
        return self.plain.get(suffix, self.below.get(suffix.partition(".")[2], False))

    @staticmethod
    def _holds(rules: dict[str, bool], name: str, private: bool) -> bool:
        is_private = rules.get(name)
        return is_private is not None and (private or not is_private)


@lru_cache(maxsize=1)
def _suffixes() -> _Suffixes:
    plain: dict[str, bool] = {}
    below: dict[str, bool] = {}
    exceptions = set()
    for rule, is_private in _rules():
        if rule.startswith("!"):
            exceptions.add(rule[1:])
        elif rule.startswith("*."):
            below[rule[2:]] = is_private
        else:
            plain[rule] = is_private
    inner: set[str] = set()
    for end in (*(rule.partition(".")[2] for rule in (*plain, *exceptions)), *below):
        name = end
        while name and name not in inner:  # what is above one that is in it is in it too
            inner.add(name)
            name = name.partition(".")[2]
    return _Suffixes(plain, below, frozenset(exceptions), frozenset(inner))


def _rules() -> Iterator[tuple[str, bool]]:
    """Each rule in A-labels, and whether it is private."""
    package = find_spec("tldextract")
    assert package is not None and package.origin is not None, "tldextract is a dependency"
    public, mark, private = Path(package.origin).with_name(_SNAPSHOT).read_text(encoding="utf-8").partition(_PRIVATE_FROM)
    assert mark, "the list has two sections"
    for section in (public, private):
        for line in section.splitlines():
            if line and not line.startswith("//"):
                rule = line.split(maxsplit=1)[0]
                yield rule if rule.isascii() else ".".join(map(_a_label, rule.split("."))), section is private


def _a_label(label: str) -> str:
    """A label of the list, which is in lower case and normal form already, as in a host name (RFC 3492)."""
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def domain(name: str) -> str | None:
    """The registrable domain of a checked name; None for a public suffix itself and for a name of one label.

    A private suffix itself (`s3.amazonaws.com`) belongs to whoever registered it. Under an end that the list does not know, the
    last two labels count (the list's own rule: "If no rules match, the prevailing rule is '*'").
    """
    parent = name.partition(".")[2]
    return _looked_up(name) if is_inner(parent) else domain_below(parent) or name


def is_inner(parent: str) -> bool:
    """Whether names right below it must be looked up one by one: there is no parent, or rules of the list lie below it."""
    return not parent or parent in _suffixes().inner


def domain_below(parent: str) -> str | None:
    """The registrable domain that all names right below share; None where each is its own."""
    return _looked_up(parent, itself=False)


@lru_cache(maxsize=_REMEMBERED)
def _looked_up(name: str, *, itself: bool = True) -> str | None:
    """The registrable domain; with `itself` False that of a name right below, None where that is its own."""
    known = _suffixes()
    suffix = known.of(name, private=True)
    if itself and suffix == name and known.is_private(suffix):
        suffix = known.of(name, private=False)
    if suffix is None:
        suffix = name.rpartition(".")[2]
    if suffix == name:
        return None
    return f"{name[: -len(suffix) - 1].rpartition('.')[2]}.{suffix}"


def is_public_suffix(name: str) -> bool:
    """Whether anybody can register names right below it."""
    known = _suffixes()
    return known.of(name, private=True) == name and not known.is_private(name)
