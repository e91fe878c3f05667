"""Tokens: header and claims, whatever the signature."""

from base64 import urlsafe_b64encode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.jwt_text import Jwt, starts
from auditor.decode.limits import OverLimitError
from auditor.decode.message import decode
from tests.unit.decode.messages import body, values

TOKEN = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"none"}', b'{"did":"3520"}', b"signature"))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (TOKEN, [b'{"alg":"none"}', b'{"did":"3520"}']),
        (b"x " + TOKEN + b" y", [b'{"alg":"none"}', b'{"did":"3520"}']),
        (b"eyJ.a.b", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Jwt(), data) == found


def test_where_the_parts_of_tokens_begin() -> None:
    """Of those that can be read: the header and the claims, not the signature."""
    assert starts(b"x " + TOKEN + b" y") == {2, 3 + TOKEN.index(b".")}
    assert starts(b"eyJhbGciOiJub25lIn0 and no token. None.") == frozenset()


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Jwt(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


@pytest.mark.parametrize("key", [b"key", b""])
def test_encrypted_tokens(key: bytes) -> None:
    """The ciphertext of five parts is a value, so that a body of nothing else is said to be unread."""
    parts = (b'{"alg":"dir","enc":"A256GCM"}', key, bytes(12), Random(3).randbytes(400), bytes(16))
    token = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    assert (values(Jwt(), token) or [])[-1] == parts[3]
    assert decode(body(b'{"token":"%s"}' % token)).unread == ("request body: looks encrypted or packed, 400 bytes",)
