"""Base85 in three alphabets: found wherever it begins, changed in place, and nothing else touched."""

from base64 import a85decode, a85encode, b85decode, b85encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.redact.base85_coat import _RFC_1924, _Z85, base85_runs

TO_Z85, FROM_Z85 = bytes.maketrans(_RFC_1924, _Z85), bytes.maketrans(_Z85, _RFC_1924)
BODY = b'{"imei":"352099001761481"}'


def swap(inside: bytes) -> bytes:
    """A change that keeps the length."""
    return inside.replace(b"352099001761481", b"353570772315573")


@pytest.mark.parametrize(
    ("text", "off"),
    [
        (b85encode(BODY), b85decode),
        (b85encode(BODY).translate(TO_Z85), lambda text: b85decode(text.translate(FROM_Z85))),
        (a85encode(BODY), a85decode),
        (a85encode(BODY, adobe=True), lambda text: a85decode(text, adobe=True)),
    ],
)
def test_the_inside_is_changed_in_each_alphabet(text: bytes, off: Callable[[bytes], bytes]) -> None:
    assert off(base85_runs(text, swap)) == swap(BODY)


@pytest.mark.parametrize("before", [b"", b"k", b"ke", b"key", b"keys", b'{"v":"', b"\x00\xff"])
def test_text_around_it_stays(before: bytes) -> None:
    made = base85_runs(before + b85encode(BODY) + b'"}', swap)
    assert made.startswith(before)
    assert b85decode(made[len(before) :].removesuffix(b'"}')) == swap(BODY)


@given(st.binary(max_size=200))
def test_bytes_in_which_nothing_is_changed_stay_as_they_are(data: bytes) -> None:
    assert base85_runs(data, lambda inside: inside) == data
    assert base85_runs(data, lambda inside: inside + b"longer") == data


@given(st.binary(min_size=8, max_size=60), st.integers(0, 255))
def test_any_change_that_keeps_the_length_comes_out_again(data: bytes, mask: int) -> None:
    """The first stretch that is changed is the text itself, for it begins at once."""
    made = base85_runs(b85encode(data), lambda inside: bytes(byte ^ mask for byte in inside) if inside == data else inside)
    assert b85decode(made) == bytes(byte ^ mask for byte in data)
