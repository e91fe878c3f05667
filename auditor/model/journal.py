"""The form of a session's journal, which recorders write and the audit reads: a record's text in, its place in the chain out.

One JSON object a line. Each recorder has a chain of its own: a record's `chain` is the SHA-256 of the link before it and of the
record's own text without `chain`.
"""

import hashlib

NAME = "journal.ndjson"
FIRST_LINK = "0" * 64
"""What the first record of a recorder stands on."""
TORN = b"\x18"
"""Ends a line that was never finished: the ASCII control CANCEL, which says that what stands before it is to be disregarded.
A record holds no control characters."""


def next_link(body: bytes, link: str) -> str:
    """The link that a record makes of the one before it."""
    return hashlib.sha256(link.encode() + body).hexdigest()


def seal(body: bytes, link: str) -> tuple[bytes, str]:
    """A record's text with its place in the chain, and the link that the next one stands on."""
    made = next_link(body, link)
    return body[:-1] + b',"chain":"' + made.encode() + b'"}', made
