"""The registrable domain of a host name, by the Public Suffix List that tldextract brings: never from the network.

Private suffixes count, so that `bucket.s3.amazonaws.com` and `somebody.github.io` are domains of their own. What the list lacks
(Alibaba Cloud, Tencent Cloud) the catalog's tenant rules know.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


@lru_cache(maxsize=1)
def _extractor() -> "TLDExtract":
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def domain(name: str) -> str | None:
    """The registrable domain; None for a public suffix itself and for a name of one label.

    A private suffix itself (`s3.amazonaws.com`) belongs to whoever registered it. Under an end that the list does not know, the
    last two labels count (the list's own rule: "If no rules match, the prevailing rule is '*'").
    """
    parts = _extractor().extract_str(name)
    if parts.domain and parts.suffix:
        return f"{parts.domain}.{parts.suffix}"
    if not parts.suffix:
        labels = name.split(".")
        return ".".join(labels[-2:]) if len(labels) > 1 else None
    if parts.is_private:
        above = _extractor().extract_str(name, include_psl_private_domains=False)
        if above.domain and above.suffix:
            return f"{above.domain}.{above.suffix}"
    return None


def is_public_suffix(name: str) -> bool:
    """Whether anybody can register names right below it."""
    parts = _extractor().extract_str(name)
    return bool(parts.suffix) and not parts.domain and not parts.is_private
