"""SEC-TLS-OLD: a version of TLS that RFC 8996 retired."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

OLD = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1")


class TlsOld:
    """The version that was negotiated."""

    id = "SEC-TLS-OLD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs with an old version."""
        found = facts.contacts[facts.contacts["tls_version"].isin(list(OLD))]
        return found.assign(detail=found["tls_version"], detail_zh=found["tls_version"])


RULE = TlsOld()
