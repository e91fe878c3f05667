"""Names of kinds: every kind has one in both languages, and an unknown one stays itself."""

from auditor.model.kind_names import KIND_NAMES, kind_name
from auditor.model.vocabulary import KINDS


def test_no_kind_lacks_its_name() -> None:
    """A new kind needs both names; no two share one."""
    assert tuple(KIND_NAMES) == KINDS
    for language in (0, 1):
        assert len({name[language] for name in KIND_NAMES.values()}) == len(KINDS)


def test_a_kind_of_a_newer_catalog_stays() -> None:
    """As it is, in both languages."""
    assert kind_name("gait") == ("gait", "gait")
