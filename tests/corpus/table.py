"""What is found of the corpus, by encoding: `python -m tests.corpus.table` prints the table of `docs/identifiers.md`.

`--misses` lists what was missed in the tuned part (never in the part kept aside).
"""

import sys
from collections import Counter
from dataclasses import dataclass

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.decode.message import decode
from auditor.identify.detector import Detector
from auditor.model.vocabulary import Confidence, Match
from tests.corpus.disguises import ASIDE_SEED, TUNED_SEED, Disguise, corpus
from tests.corpus.innocents import innocents
from tests.corpus.subjects import made_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What was found of one part of the corpus."""

    tried: Counter[str]
    found: Counter[str]
    missed: tuple[Disguise, ...]

    @property
    def share(self) -> float:
        """Of all disguises, how many were found with the right label."""
        return self.found.total() / self.tried.total()


def build(seed: int) -> Detector:
    """A detector that knows the made-up values of a seed."""
    return Detector.build(made_up(seed), b"corpus-key-of-thirty-two-bytes!!", load_identifier_knowledge())


def score(seed: int) -> Score:
    """Looks for every disguise of a seed."""
    detector = build(seed)
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed = []
    for disguise in corpus(made_up(seed), seed):
        tried[disguise.encoding] += 1
        sightings = detector.sightings(disguise.message, decode(disguise.message).fields)
        if any(sighting.match is Match.PLANTED and sighting.identifier == disguise.label for sighting in sightings):
            found[disguise.encoding] += 1
        else:
            missed.append(disguise)
    return Score(tried=tried, found=found, missed=tuple(missed))


def false_alarms(count: int, seed: int) -> tuple[int, int]:
    """Planted sightings and patterns of high confidence among innocent values."""
    detector = build(TUNED_SEED)
    planted = high = 0
    for message in innocents(count, seed):
        for sighting in detector.sightings(message, decode(message).fields):
            planted += sighting.match is Match.PLANTED
            high += sighting.match is not Match.PLANTED and sighting.confidence is Confidence.HIGH
    return planted, high


def table(tuned: Score, aside: Score) -> str:
    """The table in Markdown."""
    lines = ["| encoding | tried | found | kept aside: tried | found |", "| --- | ---: | ---: | ---: | ---: |"]
    for name in aside.tried:
        counts = (tuned.tried[name], tuned.found[name], aside.tried[name], aside.found[name])
        lines.append(f"| {name} | {' | '.join(map(str, counts))} |")
    lines.append(f"| **all** | {tuned.tried.total()} | {tuned.share:.2%} | {aside.tried.total()} | {aside.share:.2%} |")
    return "\n".join(lines)


def main() -> None:
    """Prints."""
    tuned = score(TUNED_SEED)
    if "--misses" in sys.argv:
        for disguise in tuned.missed:
            print(disguise.kind, disguise.spelling, disguise.encoding, sep="\t")
        return
    print(table(tuned, score(ASIDE_SEED)))
    planted, high = false_alarms(20_000, TUNED_SEED)
    alarms = f"{planted} were taken for planted ones; {high} ({high / 20_000:.2%}) gave a pattern of high confidence"
    print(f"\nOf 20,000 innocent values, {alarms}.")


if __name__ == "__main__":
    main()
