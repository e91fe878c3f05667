"""One file of the catalog: what is read, and what is refused with line and fix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.catalog.destination_rules import assemble
from auditor.errors import ConfigError
from auditor.model.destination import Purpose, Reach, Vantage
from auditor.model.vocabulary import Confidence

GOOD = """schema = 1

[group]
slug = "acme"
name = "Acme"
asns = [64500]

[[source]]
code = "DOC"
title = "the vendor's page"

[[entity]]
id = "acme"
name = "Acme Ltd."
name_zh = "极致有限公司"
country = "GB"

[[service]]
name = "Acme push"
entity = "acme"
purposes = ["push", "analytics"]
vantage = ["app", "os"]
hosts = ["push.acme.example"]
addresses = ["203.0.113.0/24"]
shared = true
server_country = "DE"
confidence = "high"
source = ["DOC:page 3"]
seen = 2026-11-22
valid_from = 2020-01-01
note = "since the merger"

[[port]]
transport = "tcp"
port = 5223
service = "push"
purposes = ["push"]
source = "the vendor's page"
seen = 2026-11-22
"""


def test_what_a_service_says() -> None:
    """All keys arrive in the records."""
    catalog = assemble([("acme.toml", GOOD.encode())])
    assert {(pattern.reach, pattern.text) for pattern in catalog.patterns} == {
        (Reach.EXACT, "push.acme.example"),
        (Reach.ADDRESS, "203.0.113.0/24"),
    }
    service = catalog.patterns[0].service
    assert (service.purposes, service.vantage) == ((Purpose.PUSH, Purpose.ANALYTICS), (Vantage.APP, Vantage.OS))
    assert (service.party, service.confidence, service.server_country) == ("acme", Confidence.HIGH, "DE")
    assert (service.valid_from, service.valid_to, service.shared) == ("2020-01-01", "", True)
    assert service.place == "acme.toml: line 18"
    assert catalog.groups[0].asns == (64500,)
    assert catalog.ports[0].port == 5223


BAD = [
    ('slug = "acme"', 'slug = "Ac me"', "line 4", "no slug"),
    ("asns = [64500]", 'asns = ["AS1"]', "line 6", "AS numbers"),
    ('country = "GB"', 'country = "UK?"', "line 16", "ISO 3166"),
    ('entity = "acme"', 'entity = "acmee"', "line 20", "did you mean 'acme'?"),
    ('"analytics"]', '"analytic"]', "line 21", "did you mean 'analytics'?"),
    ('"os"]', '"phone"]', "line 22", "unknown vantage"),
    ('"push.acme.example"', '"Push.acme.example:443"', "line 23", "no host name"),
    ('"push.acme.example"', '"*.acme.example"', "line 23", "no host name"),
    ('"203.0.113.0/24"', '"203.0.113.9/24"', "line 24", "no address prefix"),
    ('confidence = "high"', 'confidence = "sure"', "line 27", "unknown confidence"),
    ('"DOC:page 3"', '"DOK:page 3"', "line 28", "did you mean 'DOC'?"),
    ('source = ["DOC:page 3"]', "", "line 18", "needs a source"),
    ("seen = 2026-11-22\nvalid", 'seen = "lately"\nvalid', "line 29", "no date"),
    ("note =", "notes =", "line 31", "did you mean 'note'?"),
    ('transport = "tcp"', 'transport = "icmp"', "line 34", "unknown transport"),
    ('hosts = ["push.acme.example"]\naddresses = ["203.0.113.0/24"]', "", "line 18", "no patterns"),
    ("schema = 1", "schema = 2", "line 1", "this version reads schema = 1"),
]


@pytest.mark.parametrize(("old", "new", "line", "what"), BAD, ids=[case[1][:30] or "left out" for case in BAD])
def test_faults_have_a_line_and_a_fix(old: str, new: str, line: str, what: str) -> None:
    """One wrong word makes one fault, at its line, with the nearest known word or what to write."""
    with pytest.raises(ConfigError) as caught:
        assemble([("acme.toml", GOOD.replace(old, new, 1).encode())])
    told = [str(fault) for fault in caught.value.faults]
    assert any(f"acme.toml: {line}" in text and what in text for text in told), told


@pytest.mark.parametrize("expression", ["(", "(?P<bucket>x)", "no group"])
def test_tenant_expressions(expression: str) -> None:
    """An expression must compile and show the tenant."""
    block = f"""
[[tenant]]
rule = "t"
name = "Acme bucket"
entity = "acme"
purposes = ["cloud_storage"]
vantage = ["app"]
below = ["acme.example"]
expression = '{expression}'
confidence = "high"
source = ["DOC"]
seen = 2026-11-22
"""
    with pytest.raises(ConfigError) as caught:
        assemble([("acme.toml", (GOOD + block).encode())])
    assert "expression" in str(caught.value)


@given(st.binary())
def test_any_bytes_are_a_file_or_a_fault(data: bytes) -> None:
    """No bytes make anything else than a catalog or an error for the user."""
    try:
        assemble([("own.toml", data)])
    except ConfigError as error:
        assert error.faults
