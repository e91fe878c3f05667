"""What every decompression hands over: content, the head's words, what stands behind, and why it ended."""

import pytest

from auditor.decode.content_format import BrokenError
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget, Limits, OverLimitError


def found(inflated: Inflated | None) -> list[bytes] | None:
    """The values that come of a result."""
    result = opened("x", b"data", lambda data, room: inflated, Budget(Limits()))
    return None if result is None else [inner.value for inner in result.inners]


def test_everything_comes_out() -> None:
    """Content first, then head and rest; zeros behind the end are padding."""
    assert found(Inflated(data=b"a", head=b"h", rest=b"r")) == [b"a", b"h", b"r"]
    assert found(Inflated(data=b"a", rest=b"\0\0")) == [b"a"]
    assert found(None) is None


def test_faults_come_behind_the_content() -> None:
    """A limit or damage raises only when everything that could be read was handed over."""
    for inflated, error in (
        (Inflated(data=b"a", over_limit=True), OverLimitError),
        (Inflated(data=b"a", broken="is cut"), BrokenError),
    ):
        result = opened("x", b"", lambda data, room, given=inflated: given, Budget(Limits()))  # type: ignore[misc]
        assert result is not None
        inners = iter(result.inners)
        assert next(inners).value == b"a"
        with pytest.raises(error):
            next(inners)
