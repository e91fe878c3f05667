"""Choices that only who holds the key can repeat."""

from auditor.redact.dice import Dice


def test_the_same_key_and_subject_give_the_same_choices() -> None:
    """And any other key or subject gives others."""
    rolls = [
        [Dice(key, subject).below(1000) for _ in range(3)]
        for key, subject in ((b"k", "a"), (b"k", "a"), (b"l", "a"), (b"k", "b"))
    ]
    assert rolls[0] == rolls[1]
    assert rolls[0] not in rolls[2:]


def test_choices_stay_within_their_bounds_and_reach_all_of_them() -> None:
    """A thousand throws."""
    dice = Dice(b"k", "s")
    assert {dice.between(2, 5) for _ in range(1000)} == {2, 3, 4, 5}
    assert {dice.of("ab") for _ in range(100)} == {"a", "b"}


def test_noise_looks_like_ciphertext() -> None:
    """To the reader that judges payload by its looks."""
    from auditor.capture.talk_raw import looks_opaque

    assert looks_opaque(Dice(b"k", "s").noise(600))
    assert len(Dice(b"k", "s").noise(601)) == 601
