"""ID-IN-URL: an identifier in the query of a URL, which servers, proxies and browsers log."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Part

if TYPE_CHECKING:
    import pandas as pd


class InUrl:
    """The query only: paths are how many interfaces are built, and few of their parts are values."""

    id = "ID-IN-URL"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings in the query of a request."""
        return facts.sent[facts.sent["part"] == Part.QUERY]


RULE = InUrl()
