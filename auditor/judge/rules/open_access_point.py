"""DEV-OPEN-AP: the printer's own access point is open, or protected in a way that no longer counts."""

from collections.abc import Iterable

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.device import AccessPoint
from auditor.model.said import Said
from auditor.model.vocabulary import Confidence, Surface

UNPROTECTED = {"open": Said("no key at all", "没有任何密钥"), "wep": Said("WEP, which is broken", "仅使用已被攻破的 WEP")}


class OpenAccessPoint:
    """Told by its beacons, in a capture in monitor mode; without one nothing is said."""

    id = "DEV-OPEN-AP"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """One row for each unprotected access point of the printer."""
        return rows((point, UNPROTECTED[point.security]) for point in facts.access_points if point.security in UNPROTECTED)


def rows(found: Iterable[tuple[AccessPoint, Said]]) -> Rows:
    """Access points as rows of a rule, each with what is wrong."""
    points = list(found)
    names = [point.name or "?" for point, _ in points]
    return Rows.made(
        len(points),
        host=names,
        detail=[f"{name}, {said.en} ({point.capture})" for name, (point, said) in zip(names, points, strict=True)],
        detail_zh=[f"{name}，{said.zh}（{point.capture}）" for name, (point, said) in zip(names, points, strict=True)],
    ).saying(surface=Surface.PRINTER, recipient="local", confidence=Confidence.HIGH)


RULE = OpenAccessPoint()
