"""Nanoseconds since 1970 in, the tables' text form of a time out."""

import datetime
from functools import lru_cache

_SECOND = 1_000_000_000


def iso_time(at: int) -> str:
    """UTC, nine decimals and Z, like 2026-11-22T10:15:00.123456789Z."""
    seconds, rest = divmod(at, _SECOND)
    return f"{_whole_seconds(seconds)}.{rest:09d}Z"


@lru_cache(64)
def _whole_seconds(seconds: int) -> str:
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%dT%H:%M:%S}"
