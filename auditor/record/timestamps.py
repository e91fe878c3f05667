"""Nanoseconds since 1970 in, the tables' text form of a time out."""

import datetime

_SECOND = 1_000_000_000


def iso_time(at: int) -> str:
    """UTC, nine decimals and Z, like 2026-11-22T10:15:00.123456789Z."""
    seconds, rest = divmod(at, _SECOND)
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
