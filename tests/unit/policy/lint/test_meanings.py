"""Definitions against clauses."""

from auditor.policy.lint.meanings import conflicting_definitions, definition_gaps

from . import found

DEFINED = "Device information means device model, system version and IP address.\n\n"


def test_a_clause_that_lists_more_than_the_definition() -> None:
    """Of the same term in the same language; the same list is no conflict."""
    assert found(conflicting_definitions, DEFINED + "We use device information (such as IMEI, MAC address).")
    assert not found(conflicting_definitions, DEFINED + "We use device information (such as device model, IP address).")
    assert not found(conflicting_definitions, DEFINED + "We use account information (such as IMEI).")


def test_data_that_are_personal_here_and_not_there() -> None:
    """The definition's own data, called not personal elsewhere."""
    text = DEFINED + "IP address and device model cannot identify you: they are not personal."
    assert "called not personal" in found(conflicting_definitions, text)[0][1]
    assert not found(conflicting_definitions, DEFINED + "Weather is anonymous information.")


def test_gaps_between_definition_and_collection() -> None:
    """Both ways round; a definition of few items gives examples only."""
    text = "Personal information means name, email, phone number and passport.\n\nWe collect your IMEI and email to help you."
    assert found(definition_gaps, text) == [
        (1, "collected and not in the definition: imei; in the definition and nowhere collected: resident_id")
    ]
    assert not found(definition_gaps, "Personal information means name and email.\n\nWe collect your IMEI to help you.")
