"""SEC-TLS-OLD: a version of TLS that RFC 8996 retired."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows

OLD = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1")


class TlsOld:
    """The version that was negotiated."""

    id = "SEC-TLS-OLD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs with an old version."""
        found = facts.contacts.where(facts.contacts.is_in("tls_version", OLD))
        return found.saying(detail=found.column("tls_version"), detail_zh=found.column("tls_version"))


RULE = TlsOld()
