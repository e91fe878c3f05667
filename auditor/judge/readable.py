"""What somebody on the way, or a recipient, can read: protocols without encryption, and values that no digest hides."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

PROTOCOLS = ("http", "websocket", "mqtt", "smtp", "imap", "pop3", "ftp", "coap", "socks")
"""Protocols whose content is read as it is. Of an unknown protocol nobody can say that it is not encrypted in its own way."""
DIGESTS = (
    *("md5", "md5_16", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3", "crc32"),
    *("hmac_md5", "hmac_sha1", "hmac_sha256"),
)


def digest_of(seen: "pd.DataFrame") -> "pd.Series[Any]":
    """The first digest in each sighting's chain of encodings; null where there is none."""
    import pandas as pd
    import pyarrow as pa

    chains = pa.array(seen["encodings"], from_pandas=True).to_pylist()
    words = [next((word for word in chain or () if word in DIGESTS), None) for chain in chains]
    return pd.Series(words, index=seen.index, dtype="string")
