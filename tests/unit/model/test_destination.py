"""What a catalog's records answer by themselves: validity in time, and names of parties."""

import pytest

from auditor.model.destination import Catalog, LegalEntity, PartyName, Purpose, Service, Vantage
from auditor.model.vocabulary import Confidence

ENTITY = LegalEntity(
    id="x", name="X Ltd", name_zh="某公司", group=None, country="CN", party="x_party", aliases=("X Limited",), former=("Y Ltd",)
)


@pytest.mark.parametrize(
    ("first", "last", "day", "holds"),
    [
        ("", "", "2026-01-01", True),
        ("2026-01-01", "", "2025-12-31", False),
        ("2026-01-01", "2026-01-31", "2026-01-01", True),
        ("2026-01-01", "2026-01-31", "2026-01-31", True),
        ("2026-01-01", "2026-01-31", "2026-02-01", False),
        ("2026-01-01", "2026-01-31", "", True),
    ],
)
def test_both_days_of_a_period_count(first: str, last: str, day: str, holds: bool) -> None:
    service = Service(
        name="s",
        entity=ENTITY,
        group=None,
        party="x_party",
        purposes=(Purpose.ANALYTICS,),
        vantage=(Vantage.APP,),
        confidence=Confidence.HIGH,
        sources=(),
        seen="2026-01-01",
        valid_from=first,
        valid_to=last,
    )
    assert service.holds_on(day) is holds


def test_every_name_of_an_entity_gives_its_party_and_names_of_policies_go_first() -> None:
    parties = (PartyName(party="policy", entity="x", names=("X Ltd", "The X")),)
    catalog = Catalog(groups=(), entities=(ENTITY,), parties=parties, patterns=(), tenants=(), ports=(), sources=(), sha256="")
    assert dict(catalog.party_names()) == {
        "X Ltd": "policy",
        "The X": "policy",
        "X Limited": "x_party",
        "Y Ltd": "x_party",
        "某公司": "x_party",
    }
