"""SEC-CERT-ACCEPTED: the client talked on although nobody that it should trust had issued the server's certificate."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Visibility

if TYPE_CHECKING:
    import pandas as pd

PHASE = "untrusted_certificate"
"""The part of a session in which the tester has taken the proxy's authority out of the client's trust."""


class CertificateAccepted:
    """Traffic alone does not show whom a client trusts, so the tester says it by the phase. What the proxy still decrypts in
    it was encrypted to a certificate that the client should have refused."""

    id = "SEC-CERT-ACCEPTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Decrypted pairs of the phase."""
        pairs = facts.contacts[(facts.contacts["phase"] == PHASE) & (facts.contacts["visibility"] == Visibility.DECRYPTED)]
        return pairs.assign(confidence="high")


RULE = CertificateAccepted()
