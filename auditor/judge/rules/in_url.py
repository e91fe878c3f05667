"""ID-IN-URL: an identifier in the query of a URL, which servers, proxies and browsers log."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Part


class InUrl:
    """The query only: paths are how many interfaces are built, and few of their parts are values."""

    id = "ID-IN-URL"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Sightings in the query of a request."""
        return facts.sent.where(facts.sent.is_in("part", (Part.QUERY,)))


RULE = InUrl()
