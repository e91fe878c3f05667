import pytest

from auditor.model.audit import GateRow
from auditor.report import amounts

SIZES = [
    (0, "0 B"),
    (812, "812 B"),
    (999, "999 B"),
    (1500, "1.5 kB"),
    (999_499, "999 kB"),
    (999_999, "1 MB"),
    (4_300_000, "4.3 MB"),
    (2**62, "4.61e+06 TB"),
]


@pytest.mark.parametrize(("count", "shown"), SIZES)
def test_bytes_have_a_decimal_unit(count: int, shown: str) -> None:
    assert amounts.size(count) == shown


def gate(name: str, value: float | None, bound: float, *, passed: bool = False) -> GateRow:
    return GateRow(name=name, value=value, bound=bound, passed=passed, lowered=False, detail=())


GATES = [
    ("hosts_decrypted", 0.5, "50 %"),
    ("packet_loss", 0.0005, "0.05 %"),
    ("hook_errors", 3.0, "3"),
    ("bodies_inspected", 1.0, "100 %"),
    ("min_flows", 12.0, "12"),
]


@pytest.mark.parametrize(("name", "number", "shown"), GATES)
def test_a_share_is_a_percentage_and_a_count_a_count(name: str, number: float, shown: str) -> None:
    assert amounts.gate_number(gate(name, number, 0), number) == shown


def test_a_share_that_is_almost_all_is_not_rounded_up_to_all() -> None:
    assert amounts.gate_number(gate("bodies_inspected", 0.99999, 1.0), 0.99999) == "99.99 %"
    assert amounts.bar(0.999, 10) == "[#########.]"


def test_nothing_to_measure_and_not_known_are_different_words() -> None:
    assert amounts.reached(gate("packet_loss", None, 0.001, passed=True), "en") == "nothing to measure"
    assert amounts.reached(gate("packet_loss", None, 0.001), "en") == "not known"


def test_times_are_shown_to_the_second() -> None:
    assert amounts.moment("2026-01-02T03:04:05.123456789Z") == "2026-01-02 03:04:05 UTC"
    assert amounts.moment(None) == "-"
    assert amounts.lasted("2026-01-02T03:04:05.000000000Z", "2026-01-02T03:05:05.000000000Z") == 60
    assert amounts.lasted("x", "y") is None
