"""What the session and the register call the first party's own."""

import pytest

from auditor.attribute.own_names import OwnNames
from auditor.model.register import Controller

CONTROLLER = Controller(
    name_en=None,
    name_zh=None,
    domains=("Nails.example.",),
    contact=None,
    products=(),
    sites=("https://www.salon.example/en", "shop.somebody.github.io", "com"),
    lines=(),
)
OWN = OwnNames(("lab.example",), ("Pics", "img-1"), CONTROLLER)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("nails.example", ("nails.example", "the register's controller")),
        ("a.b.nails.example", ("nails.example", "the register's controller")),
        ("lab.example", ("lab.example", "session.toml, first_party")),
        ("static.salon.example", ("salon.example", "the register's controller")),
        ("somebody.github.io", ("somebody.github.io", "the register's controller")),
        ("evilnails.example", None),
        ("nails.example.org", None),
        ("other.github.io", None),
        ("example.com", None),
    ],
)
def test_domains(name: str, own: tuple[str, str] | None) -> None:
    """Listed domains and the registrable domains of sites, on label boundaries, each with who says so."""
    assert OWN.domain_of(name) == own


@pytest.mark.parametrize(
    ("label", "own"),
    [
        ("pics", True),
        ("pics-1250000000", True),
        ("img-1", True),
        ("img", False),
        ("pics-x", False),
        ("mypics", False),
        ("cdn.nails.example", True),
        ("cdn.evilnails.example", False),
        ("", False),
    ],
)
def test_labels(label: str, own: bool) -> None:
    """A label is matched whole; only a customer number behind it may be left out."""
    assert OWN.is_own_label(label) is own
