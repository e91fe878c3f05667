"""What somebody on the way, or a recipient, can read: protocols without encryption, and values that no digest hides."""

from auditor.judge.columns import Column, numbered_texts
from auditor.judge.rows import Rows

PROTOCOLS = ("http", "websocket", "mqtt", "smtp", "imap", "pop3", "ftp", "coap", "socks")
"""Protocols whose content is read as it is. Of an unknown protocol nobody can say that it is not encrypted in its own way."""
DIGESTS = (
    *("md5", "md5_16", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3", "crc32"),
    *("hmac_md5", "hmac_sha1", "hmac_sha224", "hmac_sha256", "hmac_sha384", "hmac_sha512", "hmac_sm3"),
)


def value_of(seen: Rows) -> Column:
    """What tells the values of sightings apart: the label of a planted one, else the digest."""
    return seen.worked_out(("identifier", "digest"), lambda label, digest: digest if label is None else label)


def digest_of(seen: Rows) -> Column:
    """The first digest in each sighting's chain of encodings; null where there is none."""
    return numbered_texts(next((word for word in chain or () if word in DIGESTS), None) for chain in seen.lists("encodings"))
