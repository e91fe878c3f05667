"""Legal forms in names, as companies write them."""

import pytest

from auditor.policy.legal_forms import LEGAL_FORM


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Acme Inc.", "Inc"),
        ("Acme, inc", "inc"),
        ("ACME LTD", "LTD"),
        ("Acme S.à r.l.", "S.à"),
        ("Acme GmbH&Co. KG", "GmbH"),
        ("Acme SpA", "SpA"),
        ("Acme A/S", "A/S"),
        ("Acme Sdn. Bhd.", "Sdn"),
        ("Acme SE", "SE"),
        ("Acme se", None),
        ("as we said", None),
        ("Incline Labs", None),
        ("Cohort", None),
        ("阿里云计算", None),
    ],
)
def test_a_form_is_found_as_a_word_of_its_own(name: str, form: str | None) -> None:
    """Words that are forms in capitals only, and longer words that begin like a form, are none."""
    found = LEGAL_FORM.search(name)
    assert (found[0] if found else None) == form
