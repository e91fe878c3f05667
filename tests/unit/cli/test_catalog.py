"""`explain`: an unknown rule gets a short answer that leads on, never the list of all."""

import pytest

from auditor.cli.catalog import explain
from auditor.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "fix"),
    [
        ("consent", "did you mean FLOW-BEFORE-CONSENT or "),
        ("flow-party-ommited", "did you mean FLOW-PARTY-OMITTED or "),
        ("id", "did you mean "),
        ("zzz", "rules begin with CHILD, CLAIM, "),
        ("", "rules begin with CHILD, CLAIM, "),
        ("\x1b[2J", "rules begin with CHILD, CLAIM, "),
    ],
)
def test_an_unknown_rule_leads_to_known_ones(typed: str, fix: str) -> None:
    """Those that hold the word, then those that are spelled like it, else the families."""
    with pytest.raises(UsageError) as raised:
        explain(typed)
    assert raised.value.fix.startswith(fix)
    assert len(raised.value.fix) < 200
