"""ID-HASHED: an identifier leaves as a digest, which still singles out the device and can often be reversed."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

DIGESTS = (
    *("md5", "md5_16", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3", "crc32"),
    *("hmac_md5", "hmac_sha1", "hmac_sha256"),
)


class Hashed:
    """Only planted values: a digest of an unknown value looks like any other."""

    id = "ID-HASHED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings with a digest in their chain of encodings."""
        digest = facts.sent["encodings"].map(lambda chain: next((word for word in chain if word in DIGESTS), ""))
        found = facts.sent.assign(detail=digest, detail_zh=digest)
        return found[found["detail"] != ""]


RULE = Hashed()
