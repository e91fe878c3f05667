"""The form of the journal: what a chain of records holds together."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from auditor.model.journal import FIRST_LINK, next_link, seal


def test_a_link_is_the_digest_of_the_link_before_and_of_the_text_without_it() -> None:
    line, link = seal(b'{"n":0}', FIRST_LINK)
    assert link == hashlib.sha256(b"0" * 64 + b'{"n":0}').hexdigest()
    assert line == b'{"n":0,"chain":"%s"}' % link.encode()


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_another_text_or_another_link_before_makes_another_link(first: bytes, second: bytes) -> None:
    assert (next_link(first, FIRST_LINK) == next_link(second, FIRST_LINK)) is (first == second)
    assert next_link(first, FIRST_LINK) != next_link(first, "1" * 64)
