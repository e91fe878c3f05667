"""The grids of Chinese maps, by positions that map services publish in all three."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.locations import distance
from auditor.identify.shifted_grids import bd09, gcj02
from tests.unit.identify.sessions import in_body


def test_a_known_place() -> None:
    """Tiananmen: the shifts of both grids, to a few metres."""
    shifted = gcj02(39.907333, 116.391083)
    assert shifted is not None
    assert shifted == pytest.approx((39.908736, 116.397325), abs=5e-5)
    assert bd09(*shifted) == pytest.approx((39.915113, 116.403701), abs=5e-5)


def test_nothing_is_shifted_abroad() -> None:
    """Outside China there is one grid."""
    assert gcj02(52.5163, 13.3777) is None


@given(st.floats(18, 53), st.floats(75, 134))
def test_shifts_are_small(latitude: float, longitude: float) -> None:
    """Hundreds of metres, never kilometres; BD-09 adds about one."""
    shifted = gcj02(latitude, longitude)
    assert shifted is not None
    assert distance(latitude, longitude, *shifted) < 1500
    assert distance(*shifted, *bd09(*shifted)) < 2500


@pytest.mark.parametrize("place", [(23.1064, 113.3245), gcj02(23.1064, 113.3245), bd09(*(gcj02(23.1064, 113.3245) or (0, 0)))])
def test_a_planted_place_is_found_in_each_grid(place: tuple[float, float]) -> None:
    """The planted position is in WGS 84; the message holds it in any grid."""
    found = [each.identifier for each in in_body(f'{{"lat":{place[0]:.6f},"lng":{place[1]:.6f}}}') if each.kind == "location"]
    assert found == ["location"]
