"""Registers as TOML."""

from auditor import policy
from auditor.catalog import register_file


def test_quotes_and_backslashes_in_names_survive() -> None:
    """Whatever a policy writes is valid TOML."""
    text = 'Acme "The \\ Best" Ltd. - provides us with SMS\n'
    reading = policy.read((policy.PolicyFile(name="p", data=text.encode()),))
    register = register_file.parse(policy.register_text(reading, "x").encode(), "x")
    assert register.parties[0].name_en == 'Acme "The \\ Best" Ltd.'


def test_nothing_is_confirmed_and_a_missing_date_is_marked() -> None:
    """That is for a person to do."""
    reading = policy.read((policy.PolicyFile(name="p", data=b"Acme Ltd. - provides us with SMS\n"),))
    text = policy.register_text(reading, "x")
    assert "# unconfirmed: the text gives no date\neffective" in text
    assert "confirmed = true\n" not in text.replace("sets confirmed = true", "")


def test_observability_follows_from_purposes_and_surfaces() -> None:
    """SMS goes from the server, statistics of the site from the browser."""
    entries = (
        "Acme Ltd. - provides us with SMS",
        "Birch Ltd. - provides statistics for our website",
        "Cedar Ltd. - provides push",
    )
    reading = policy.read((policy.PolicyFile(name="p", data="\n\n".join(entries).encode()),))
    data_map = policy.data_map_text(reading, "x")
    register = register_file.parse(policy.register_text(reading, "x").encode(), "x", data_map.encode(), "m")
    assert register.observability == {"party_1": "server", "party_2": "site", "party_3": "client"}
