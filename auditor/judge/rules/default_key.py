"""DEV-DEFAULT-KEY: the printer's own access point takes a key that everybody can guess."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.judge.rules.open_access_point import rows


class DefaultKey:
    """Told by a handshake in a capture in monitor mode, or by the key that the tester planted. Other keys may be as weak: a
    handshake that none of the few tried keys fits is no proof of a good one."""

    id = "DEV-DEFAULT-KEY"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """One row for each such access point of the printer."""
        return rows((point, point.default_key) for point in facts.access_points if point.default_key)


RULE = DefaultKey()
