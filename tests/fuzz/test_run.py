"""A short run of every reader's fuzzing, always the same; `python -m tests.fuzz.run all SECONDS SEED` goes on."""

from itertools import islice

import pytest

from tests.fuzz.readers import TARGETS, Target, check
from tests.fuzz.run import SLOW, main, mutations, spent


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whole_files_are_read(target: Target) -> None:
    """Or wounds would only be made in what is refused at once."""
    for data in target.seeds():
        check(target, data)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_wounded_files_are_read_or_refused_in_one_line(target: Target) -> None:
    """Twenty-five of each reader; none takes long."""
    assert max(spent(target, data) for data in islice(mutations(target, 7), 25)) < SLOW


def test_a_target_that_is_not_there_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["nosuch", "1"])
    assert "har, flow-files, exports" in str(left.value)
