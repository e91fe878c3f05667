"""SEC-CLEARTEXT: content crosses the network unencrypted."""

from auditor.judge.facts import Facts
from auditor.judge.readable import PROTOCOLS
from auditor.judge.rows import Rows
from auditor.model.kind_names import kind_name
from auditor.model.said import Said
from auditor.model.vocabulary import Confidence, Visibility


class Cleartext:
    """A known protocol in the clear, or an identifier read in an unknown one. The policy's claim of encryption is its clause."""

    id = "SEC-CLEARTEXT"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs in the clear, one row for each kind that was read in them."""
        pairs = facts.contacts.where(facts.contacts.is_in("visibility", (Visibility.CLEARTEXT,)))
        read = facts.sent.distinct(("flow", "host", "kind"))
        found = pairs.joined(read, ("flow", "host"), "kind", "read", inner=False)
        found = found.where(found.is_in("application", PROTOCOLS) | found.is_known("read"))
        asked = ("read", "application", "transport")
        return found.saying(
            confidence=found.worked_out(("application",), lambda name: _CONFIDENCE[name in PROTOCOLS]),
            clause=facts.clause_of("encryption"),
            detail=found.worked_out(asked, lambda read, name, transport: _said(_what(read).en, " over ", name or transport)),
            detail_zh=found.worked_out(asked, lambda read, name, transport: _said(name or transport, " 中的 ", _what(read).zh)),
        )


_CONFIDENCE = {True: Confidence.HIGH, False: Confidence.MEDIUM}


def _what(kind: str | None) -> Said:
    return kind_name(kind) if kind else Said("content", "内容")


def _said(first: str | None, between: str, second: str | None) -> str | None:
    return None if first is None or second is None else f"{first}{between}{second}"


RULE = Cleartext()
