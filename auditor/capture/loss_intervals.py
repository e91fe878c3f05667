"""What a recording lost, interval by interval: the interface statistics of pcapng files go in, in order; `Loss` entries come out.

Recorders write them now and then, and each counts from the beginning of the recording: what lies between two of them is their
difference. The files of a rotated set go on counting; counts that fall are those of another recording.
"""

from dataclasses import dataclass

from auditor.capture.pcapng_blocks import Statistics
from auditor.model.loss import Loss

MAX_INTERVALS = 100_000
"""Intervals that are told apart (ten days at one in ten seconds; hostile files bring more). Later ones are one with the last."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counts so far of one interface."""

    at: int
    delivered: int
    dropped: int


class LossIntervals:
    """The losses of a recording while its files are read."""

    def __init__(self) -> None:
        self._before: dict[tuple[int, int], _Counted] = {}
        self._told: set[tuple[int, int]] = set()
        self._losses: list[Loss] = []

    def next_file(self) -> None:
        """Another file of the set begins: each of its interfaces must tell anew, and goes on counting."""
        self._told.clear()

    @property
    def told(self) -> int:
        """How many interfaces of the file say what they lost."""
        return len(self._told)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """All intervals in the order of the file."""
        return tuple(self._losses)

    def add(self, section: int, statistics: Statistics, packets: int) -> None:
        """The next statistics of an interface; `packets` were read so far, should it not say how many it delivered."""
        if statistics.dropped is None:
            return
        key = (section, statistics.interface)
        self._told.add(key)
        now = _Counted(
            at=statistics.ended if statistics.ended is not None else statistics.at,
            delivered=statistics.delivered(packets),
            dropped=statistics.dropped,
        )
        before = self._before.get(key)
        if before is None or now.delivered < before.delivered or now.dropped < before.dropped:
            before = _Counted(statistics.started if statistics.started is not None else now.at, 0, 0)
        elif now == before:
            return  # said twice, as some recorders do at the end
        self._before[key] = now
        loss = Loss(
            started=before.at, ended=now.at, delivered=now.delivered - before.delivered, dropped=now.dropped - before.dropped
        )
        if len(self._losses) < MAX_INTERVALS:
            self._losses.append(loss)
        else:
            last = self._losses[-1]
            self._losses[-1] = Loss(
                started=last.started,
                ended=loss.ended,
                delivered=last.delivered + loss.delivered,
                dropped=last.dropped + loss.dropped,
            )
