"""The Reading of a packet capture: what a listener counted, and what a reviewer should know of it."""

from collections.abc import Iterator

from auditor.capture import columns as c
from auditor.capture.decryption import decrypt
from auditor.capture.listener import Listener
from auditor.capture.observed import observed
from auditor.capture.reader import ReadOptions
from auditor.model.loss import Loss, LossKind
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import Outcome


def reading(
    name: str,
    listener: Listener,
    *,
    damage: tuple[Damage, ...] = (),
    losses: tuple[Loss, ...] = (),
    loss_known: bool = False,
    options: ReadOptions,
    members: tuple[str, ...],
    secrets: bytes = b"",
) -> Reading:
    """Ends the listening to these files and sums it up; `secrets`: the key log that they hold themselves."""
    listener.finish()
    notes = decrypt(listener, members, options, secrets=secrets)
    outcome = Outcome.DAMAGED if damage else Outcome.READ if listener.packets else Outcome.EMPTY
    return Reading(
        format=name,
        outcome=outcome,
        table=observed(listener),
        damage=damage,
        losses=(*losses, *_unreadable(listener)),
        loss_known=loss_known,
        notes=(*notes, *_notes(listener)),
    )


_COUNTS = (
    (c.NO_LINK, "packets have a link type that is not known"),
    (c.NO_KEY, "frames are encrypted below IP (Wi-Fi, MACsec): what they carry cannot be seen"),
    (c.NO_HEADERS, "packets have headers that are cut or lie"),
    (c.SHORTENED, "packets were cut by the snap length"),
    (c.NO_IP, "frames carry no IP"),
    (c.FRAGMENTS, "packets are IP fragments"),
    (c.BACKWARD, "packets are older than the one before"),
)


def _unreadable(listener: Listener) -> Iterator[Loss]:
    """Packets of no known link type, or encrypted below IP, are in the file, but as good as lost: nobody sees what they carry."""
    count, at = int(listener.state[c.NO_LINK] + listener.state[c.NO_KEY]), max(0, int(listener.state[c.LATEST]))
    if count:
        yield Loss(started=at, ended=at, delivered=listener.packets - count, dropped=count, kind=LossKind.UNREADABLE)


def _notes(listener: Listener) -> Iterator[str]:
    if listener.fragments.waiting:
        yield f"{listener.fragments.waiting} datagrams lack a fragment"
    for cell, meaning in _COUNTS:
        count = int(listener.state[cell])
        if count:
            yield f"{count} {meaning}{_which(int(listener.state[c.LAST_LINK])) if cell == c.NO_LINK else ''}"


def _which(link: int) -> str:
    return " (of interfaces beyond those that are kept)" if link == c.BEYOND else f" ({link})"
