"""DEV-UPDATE-UNPROTECTED: firmware, or the question for it, travels in the clear."""

import re

from auditor.judge.facts import Facts
from auditor.judge.grouping import has_word
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Surface, Visibility

FIRMWARE = re.compile(r"firmware|[/.](?:fw|ota|dfu)[/._-]", re.IGNORECASE | re.ASCII)
"""Words in a URL, its host included, that mean firmware on any surface."""
UPDATE = re.compile(r"upgrade|update|\.(?:bin|img|hex|dfu|uf2|fw|rbl)\Z", re.IGNORECASE | re.ASCII)
"""Words that mean it where a printer asks; an app updates much else."""
_ORIGIN = re.compile(r"^[a-z]+://[^/]*")
_PURPOSE = "firmware_update"


class UpdateUnprotected:
    """Who answers the question for a new version may answer with his own, so the question counts like the download. Whether the
    printer checks a signature cannot be seen."""

    id = "DEV-UPDATE-UNPROTECTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """HTTP requests in the clear whose URL, or whose service, is about firmware."""
        pairs = facts.contacts.where(facts.contacts.is_in("visibility", (Visibility.CLEARTEXT,)))
        pairs = pairs.where(pairs.is_in("application", ("http",)))
        is_firmware = pairs.which(("host", "url"), lambda host, url: FIRMWARE.search(_asked(host, url)) is not None)
        is_firmware |= pairs.which(("purposes",), lambda purposes: has_word(purposes, (_PURPOSE,)))
        is_update = pairs.which(("host", "url"), lambda host, url: UPDATE.search(_asked(host, url)) is not None)
        found = pairs.where(is_firmware | (pairs.is_in("surface", (Surface.PRINTER,)) & is_update))
        shown = found.worked_out(("url", "host"), lambda url, host: url if url is not None else "http" if host is None else host)
        return found.saying(detail=shown, detail_zh=shown, confidence="high")


def _asked(host: str | None, url: str | None) -> str:
    """Host and path of a request."""
    return "/." + (host or "") + _ORIGIN.sub("", url or "")


RULE = UpdateUnprotected()
