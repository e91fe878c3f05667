"""Registers as TOML."""

from pathlib import Path

import pytest

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


POLICIES = sorted(path for path in (Path(__file__).parents[2] / "golden/policies").iterdir() if path.suffix in {".txt", ".html"})


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_what_was_read_is_what_the_register_says(path: Path) -> None:
    """Nothing is lost on the way to the file that a person confirms."""
    read = policy.read((policy.PolicyFile(name=path.name, data=path.read_bytes()),))
    data_map = policy.data_map_text(read, "x").encode()
    register = register_file.parse(policy.register_text(read, "x").encode(), "x", data_map, "m")
    assert register.parties == read.parties
    assert (register.id, register.version, register.source_sha256) == ("x", read.version, read.document.sha256)
    assert register.effective == (read.effective or "1970-01-01")
    assert {use.party for use in register.uses} <= {party.party for party in read.parties}
    assert {(use.party, use.purpose) for use in register.uses} == {
        (party.party, purpose) for party in read.parties for purpose in party.purposes
    }


@pytest.mark.parametrize(("where", "kinds"), [("our website", ["ip"]), ("our app", [])])
def test_statistics_of_a_site_see_its_visitors_address(where: str, kinds: list[str]) -> None:
    """An app's statistics have its identifiers, which the policy lists elsewhere."""
    text = f"Birch Ltd. - provides statistics for {where}\n"
    read = policy.read((policy.PolicyFile(name="p", data=text.encode()),))
    register = register_file.parse(policy.register_text(read, "x").encode(), "x", policy.data_map_text(read, "x").encode(), "m")
    (use,) = register.uses
    assert list(use.kinds) == kinds
