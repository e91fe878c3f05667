"""SEC-CERT-ACCEPTED: the client talked on although nobody that it should trust had issued the server's certificate."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Visibility

PHASE = "untrusted_certificate"
"""The part of a session in which the tester has taken the proxy's authority out of the client's trust."""


class CertificateAccepted:
    """Traffic alone does not show whom a client trusts, so the tester says it by the phase. What the proxy still decrypts in
    it was encrypted to a certificate that the client should have refused."""

    id = "SEC-CERT-ACCEPTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Decrypted pairs of the phase."""
        pairs = facts.contacts.where(facts.contacts.is_in("phase", (PHASE,)))
        return pairs.where(pairs.is_in("visibility", (Visibility.DECRYPTED,))).saying(confidence="high")


RULE = CertificateAccepted()
