"""SEC-PAYLOAD-ENCRYPTED: content that stays unreadable after TLS was opened. Information; it acts through the gate."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.judge.rules.opaque_payload import unread_parts
from auditor.model.vocabulary import Visibility

MARK = "looks encrypted"
"""What readers and decoders say of bytes that are as evenly spread as ciphertext."""


class PayloadEncrypted:
    """A body of an unknown coding, or over a limit, is another matter: nobody says of it that it is encrypted."""

    id = "SEC-PAYLOAD-ENCRYPTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Parts of decrypted pairs that look like ciphertext."""
        inside = unread_parts(facts.contacts.where(facts.contacts.is_in("visibility", (Visibility.DECRYPTED,))))
        return inside.where(inside.which(("detail",), lambda detail: MARK in (detail or "")))


RULE = PayloadEncrypted()
