"""Answers about the signs between strings: asked once, kept for short runs only."""

from auditor.decode.gap_signs import GapSigns


def test_short_runs_are_asked_once() -> None:
    """The second time the answer is remembered; a long run, which a hostile document makes, is not kept."""
    asked: list[bytes] = []

    def length(signs: bytes) -> int:
        asked.append(signs)
        return len(signs)

    known = GapSigns(length)
    assert [known[b"},{"], known[b"},{"], known[b"[" * 99], known[b"[" * 99]] == [3, 3, 99, 99]
    assert [len(signs) for signs in asked] == [3, 99, 99]
    assert len(known) == 1
