"""The shifted grids of Chinese maps: a position in WGS 84 goes in, where Chinese map services write it comes out.

GCJ-02 moves positions in mainland China by some hundreds of metres; BD-09, Baidu's, moves them again. The formulas are those that
open map projects agree on (they were never published); they hold to about a metre.
"""

import math

_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = math.pi * 3000 / 180


def gcj02(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Latitude and longitude in GCJ-02, degrees; None outside the rectangle around China where nothing is shifted."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):
        return None
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = math.radians(latitude)
    bent = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    north = math.degrees(north * bent * math.sqrt(bent) / (_AXIS * (1 - _ECCENTRICITY)))
    east = math.degrees(east * math.sqrt(bent) / (_AXIS * math.cos(radians)))
    return latitude + north, longitude + east


def bd09(latitude: float, longitude: float) -> tuple[float, float]:
    """The same for BD-09, from a position in GCJ-02."""
    far = math.hypot(longitude, latitude) + 0.00002 * math.sin(latitude * _BAIDU)
    angle = math.atan2(latitude, longitude) + 0.000003 * math.cos(longitude * _BAIDU)
    return far * math.sin(angle) + 0.006, far * math.cos(angle) + 0.0065
