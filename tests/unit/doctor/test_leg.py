"""The nouns of the doctor."""

from pathlib import Path

import pytest

from auditor.doctor.leg import Outcome, Setup, failed, ok, unchecked


@pytest.mark.parametrize(("make", "outcome"), [(ok, Outcome.OK), (failed, Outcome.FAILED), (unchecked, Outcome.UNCHECKED)])
def test_facts_are_texts(make: type, outcome: Outcome) -> None:
    checked = make("a_key", count=3, path=Path("x"))
    assert (checked.outcome, checked.key, checked.facts) == (outcome, "a_key", {"count": "3", "path": "x"})


@pytest.mark.parametrize(("host", "place"), [("127.0.0.1", "127.0.0.1:8080"), ("::1", "[::1]:8080")])
def test_a_place_is_written_as_it_is_typed(host: str, place: str) -> None:
    assert Setup(proxy_host=host).proxy == place


def test_the_ca_stands_where_mitmproxy_keeps_it() -> None:
    assert Setup(confdir=Path("/x")).ca_path == Path("/x/mitmproxy-ca-cert.pem")
