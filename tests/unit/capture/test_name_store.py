"""Names as bytes in one store, by number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.endpoint_names import host_name
from auditor.capture.name_store import add_bytes, add_host, forget, keep, same


class Store:
    """An empty store and its state."""

    def __init__(self) -> None:
        self.bytes = bytearray(4_096)
        self.ends = memoryview(np.zeros(64, np.int64))
        self.state = memoryview(np.zeros(c.STATE_CELLS, np.int64))

    def add(self, text: bytes) -> int:
        """A host name."""
        return add_host(memoryview(text), 0, len(text), memoryview(self.bytes), self.ends, self.state)

    def name(self, number: int) -> bytes:
        """The name of a number."""
        return bytes(self.bytes[self.ends[number - 1] : self.ends[number]])


def test_names_stand_one_behind_the_other() -> None:
    """Lower case, without the final dot; equal names have numbers of their own and are known as equal."""
    store = Store()
    assert [store.add(text) for text in (b"A.Example.", b"b.example", b"a.example")] == [1, 2, 3]
    assert [store.name(number) for number in (1, 2, 3)] == [b"a.example", b"b.example", b"a.example"]
    view = memoryview(store.bytes)
    assert same(view, store.ends, 1, 3)
    assert not same(view, store.ends, 1, 2)


def test_final_dots_are_left_out() -> None:
    """However many, as at the closer look."""
    store = Store()
    assert store.name(store.add(b"a.example..")) == b"a.example"


@pytest.mark.parametrize("text", [b"", b".", b"192.0.2.7", b"a b", b"a:80", b"\xff.example", b"x" * 254, b"a\0.example"])
def test_what_needs_a_closer_look_is_no_name(text: bytes) -> None:
    """Addresses, other bytes, and what is too long; nothing of it stays in the store."""
    store = Store()
    assert store.add(text) == 0
    assert (store.state[c.NAMES], store.state[c.STORED]) == (0, 0)


def test_the_newest_names_can_be_taken_back() -> None:
    """And others put in their place."""
    store = Store()
    store.add(b"a.example")
    store.add(b"b.example")
    forget(store.ends, store.state, 1)
    add_bytes(memoryview(b"http://x/"), 0, 9, memoryview(store.bytes), store.state)
    assert keep(store.ends, store.state) == 2
    assert (store.name(1), store.name(2)) == (b"a.example", b"http://x/")


@given(st.text("aB1.-_:", max_size=12).map(str.encode) | st.binary(min_size=1, max_size=40))
def test_a_stored_name_is_the_published_one(text: bytes) -> None:
    """Whatever is stored at a glance is what the closer look would publish."""
    store = Store()
    if number := store.add(text):
        assert store.name(number).decode() == host_name(text)
