"""DEV-UPDATE-UNPROTECTED: firmware, or the question for it, travels in the clear."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.grouping import has_word
from auditor.model.vocabulary import Surface, Visibility

if TYPE_CHECKING:
    import pandas as pd

FIRMWARE = r"(?i)firmware|[/.](?:fw|ota|dfu)[/._-]"
"""Words in a URL, its host included, that mean firmware on any surface."""
UPDATE = r"(?i)upgrade|update|\.(?:bin|img|hex|dfu|uf2|fw|rbl)$"
"""Words that mean it where a printer asks; an app updates much else."""
_PURPOSE = "firmware_update"


class UpdateUnprotected:
    """Who answers the question for a new version may answer with his own, so the question counts like the download. Whether the
    printer checks a signature cannot be seen."""

    id = "DEV-UPDATE-UNPROTECTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """HTTP requests in the clear whose URL, or whose service, is about firmware."""
        pairs = facts.contacts[(facts.contacts["visibility"] == Visibility.CLEARTEXT) & (facts.contacts["application"] == "http")]
        url = "/." + pairs["host"].fillna("") + pairs["url"].fillna("").str.replace(r"^[a-z]+://[^/]*", "", regex=True)
        is_firmware = url.str.contains(FIRMWARE) | has_word(pairs["purposes"], (_PURPOSE,))
        is_update = (pairs["surface"] == Surface.PRINTER) & url.str.contains(UPDATE)
        found = pairs[(is_firmware | is_update).astype(bool)]
        shown = found["url"].fillna(found["host"]).fillna("http")
        return found.assign(detail=shown, detail_zh=shown, confidence="high")


RULE = UpdateUnprotected()
