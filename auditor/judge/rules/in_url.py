"""ID-IN-URL: an identifier in a URL, which servers, proxies and browsers log."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Part

if TYPE_CHECKING:
    import pandas as pd


class InUrl:
    """Query and path."""

    id = "ID-IN-URL"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings in the URL of a request."""
        return facts.sent[facts.sent["part"].isin([Part.QUERY, Part.URL_PATH])]


RULE = InUrl()
