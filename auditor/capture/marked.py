"""What could not be seen of a conversation, in the words of its row: the marks that a glance leaves go in, notes come out.

The closer look, which knows more, says the same things in the same words.
"""

from auditor.capture import columns as c

ECH_NOTE = "server name: encrypted client hello offered, the name may be the outer one"
UNREADABLE_NOTE = "quic handshake: no Initial packet of the client could be decrypted"
CUT_NOTE = "tls handshake: the capture does not hold its end"
TOO_MANY_NOTE = "payload: too many conversations at once to wait for its end"
NOTES: tuple[tuple[int, str], ...] = (
    (c.ECH, ECH_NOTE),
    (c.UNREADABLE, UNREADABLE_NOTE),
    (c.CUT_HELLO, CUT_NOTE),
    (c.LATE, TOO_MANY_NOTE),
)
"""In the order in which a row shows them."""


def notes(marks: int) -> tuple[str, ...]:
    """The notes of one conversation."""
    return tuple(note for mark, note in NOTES if marks & mark)
