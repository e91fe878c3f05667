"""A short run of the decoders' fuzzing, always the same."""

from itertools import islice

from tests.fuzz.fuzz_decode import SLOW, check, mutations


def test_wounded_messages_decode() -> None:
    """A thousand wounded messages: every piece comes back, no format fails, none takes long."""
    assert max(check(message) for message in islice(mutations(7), 1000)) < SLOW
