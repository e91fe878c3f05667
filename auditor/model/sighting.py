"""A sighting: one identifier at one location, its value already masked."""

from dataclasses import dataclass

from auditor.model.vocabulary import Confidence, Direction, Match, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One identifier at one location. Holds no clear value."""

    flow_id: str
    at: int | None
    direction: Direction
    host: str | None
    kind: str
    identifier: str | None
    """The planted value's label; None for a pattern or a name."""
    match: Match
    confidence: Confidence
    part: Part
    path: str
    encodings: tuple[str, ...]
    """Outermost first."""
    variant: str
    """The canonical form that matched, like `mac:nosep:upper`."""
    masked: str
    digest: str
    """HMAC-SHA-256 of the canonical value under the session's key, 32 hex digits."""
    location: str
