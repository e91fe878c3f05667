"""The promises of identification, judged by the corpus: found in every disguise, no false alarm."""

import pytest

from auditor import triage_code
from auditor.decode import triage
from tests.corpus.disguises import ASIDE_SEED, TUNED_SEED
from tests.corpus.table import Score, false_alarms, score


@pytest.fixture(scope="module")
def tuned() -> Score:
    """The part that the code was tuned on."""
    return score(TUNED_SEED)


@pytest.fixture(scope="module")
def aside() -> Score:
    """The part kept aside, looked through in machine code, as large captures are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triage, "_engine", triage._Engine())
        patch.setattr(triage_code, "MUCH", 0)
        patch.setattr(triage_code, "VERY_MUCH", 0)
        triage_code.prepare()
        found = score(ASIDE_SEED)
        assert triage._engine.doors is not None
        return found


def test_corpus_is_large_enough(tuned: Score) -> None:
    """At least 400 disguises, in at least 80 encodings and digests."""
    assert tuned.tried.total() >= 400
    assert len(tuned.tried) >= 80


def test_tuned_part_is_found(tuned: Score) -> None:
    """99 % with the right label."""
    assert tuned.share >= 0.99


def test_part_kept_aside_is_found(aside: Score) -> None:
    """99 % with the right label, of values that nobody tuned on."""
    assert aside.share >= 0.99


def test_every_encoding_is_found(aside: Score) -> None:
    """No encoding hides more than one value in ten."""
    assert [name for name in aside.tried if aside.found[name] < 0.9 * aside.tried[name]] == []


def test_innocent_values_raise_no_alarm() -> None:
    """Of 20,000 innocent values none is taken for a planted one, and at most 20 give a pattern of high confidence."""
    planted, high = false_alarms(20_000, ASIDE_SEED)
    assert planted == 0
    assert high <= 20
