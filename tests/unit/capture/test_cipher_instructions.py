"""The processor's instructions compute what the written-out functions compute; a processor that lacks them has those."""

from typing import Any

import llvmlite.binding as llvm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import glance_ciphers, glance_tag, machine_code
from auditor.capture.cipher_instructions import cipher_instructions
from auditor.capture.glance_tables import fresh_work
from tests.unit.capture.compiled_alone import compiled_alone

HERE = cipher_instructions(llvm.get_host_cpu_features())
WRITTEN = {function: compiled_alone(function, HERE) for function in HERE.lines}
WORDS = st.lists(st.integers(0, 2**32 - 1) | st.sampled_from((0, 1, 2**31, 2**32 - 1)), min_size=16, max_size=16)
EVERY = {"sha": True, "ssse3": True, "sse4.1": True, "sse2": True, "aes": True, "pclmul": True}


def both(words: list[int], target: int, steps: list[tuple[Any, ...]], size: int) -> None:
    """Takes the same steps (a function, the cell that words are put to before it, what else it is told) both ways."""
    if not all(step[0] in WRITTEN for step in steps):
        pytest.skip("this processor has no such instructions")
    results = []
    for kind in (lambda function: function, WRITTEN.__getitem__):
        work = fresh_work()
        for function, cell, *told in steps:
            given_words = np.array(words[: 16 if cell == glance_ciphers.SCHEDULE else 4], np.int64)
            work[cell : cell + len(given_words)] ^= given_words
            chosen = kind(function)
            chosen(memoryview(work) if chosen is function else work, *told)
        results.append(work[target : target + size].tolist())
    assert results[0] == results[1]


@given(WORDS, WORDS)
@settings(max_examples=50, deadline=None)
def test_sha_256_is_the_same(block: list[int], before: list[int]) -> None:
    steps = [(glance_ciphers.compress, glance_ciphers.SCHEDULE), (glance_ciphers.compress, glance_ciphers.HASH)]
    both(block, glance_ciphers.HASH, steps, 8)
    both(before, glance_ciphers.HASH, steps[::-1], 8)


@given(WORDS)
@settings(max_examples=50, deadline=None)
def test_aes_is_the_same(words: list[int]) -> None:
    steps = [
        (glance_ciphers.expand_key, glance_ciphers.HASH, glance_ciphers.HASH),
        (glance_ciphers.encrypt, glance_ciphers.STATE),
    ]
    both(words, glance_ciphers.OUTPUT, steps, 4)


@given(WORDS, st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_products_of_the_tag_are_the_same(words: list[int], times: int) -> None:
    """With keys whose highest bit is set and such whose is not."""
    steps = [(glance_tag.take_hash_key, glance_ciphers.OUTPUT, glance_ciphers.OUTPUT)]
    both(words, glance_tag.SUM, [*steps, *[(glance_tag.multiply, glance_tag.SUM)] * times], 4)


def test_a_processor_without_them_has_the_written_out_functions() -> None:
    assert not cipher_instructions({}).lines
    assert not cipher_instructions({"aes": True, "sha2": True}).declared, "Arm's names"
    only = cipher_instructions({"aes": True, "sse2": True}).lines
    assert {function.__name__ for function in only} == {"expand_key", "encrypt"}
    assert len(cipher_instructions(EVERY).lines) == 5


@pytest.mark.parametrize("function", cipher_instructions(EVERY).lines)
def test_what_they_say_is_llvm_s_language(function: Any) -> None:
    """On every processor: only what is run must be there."""
    llvm.parse_assembly(machine_code.assembly([function], frozenset(), cipher_instructions(EVERY))).verify()
