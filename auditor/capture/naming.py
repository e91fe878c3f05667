"""What names stood for addresses when: DNS answers go in, the name of a later conversation's server comes out.

An answer holds for the client that got it (mDNS: for everyone), from whichever of its device's addresses, while its time
to live runs. The latest one wins where several names share an address.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable

from auditor.capture.dns import DnsMessage
from auditor.capture.story import Resolved
from auditor.model.vocabulary import HostSource

SECOND = 1_000_000_000
LEAST_LIFETIME = 10
"""Seconds that an answer holds at least: a client connects a moment after it asked, even when the answer may not be kept."""
MAX_ANSWERS = 2_000_000
"""Answers that are remembered; further ones are not."""
ANYONE = ""


class Names:
    """All answers of a capture so far, by client and address."""

    __slots__ = ("_answers", "_chains", "_count", "_times", "same_device")

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], list[tuple[int, Resolved]]] = {}
        self._times: dict[tuple[str, str], list[int]] = {}
        self._chains: dict[tuple[str, str], tuple[str, ...]] = {}
        self._count = 0
        self.same_device: dict[str, tuple[str, ...]] = {}
        """All addresses of a client's device, once they are known."""

    def learn(self, client: str, address: str, resolved: Resolved, at: int, ttl: int) -> None:
        """Notes that the client (or ANYONE) was told the address at UTC nanoseconds `at`, for `ttl` seconds."""
        if self._count >= MAX_ANSWERS:
            return
        self._count += 1
        key = (client, address)
        times, answers = self._times.setdefault(key, []), self._answers.setdefault(key, [])
        end = at + max(ttl, LEAST_LIFETIME) * SECOND
        if answers and answers[-1] == (end, resolved):
            return
        where = bisect_right(times, at)
        times.insert(where, at)
        answers.insert(where, (end, resolved))
        if resolved.chain:
            self._chains[client, resolved.name] = resolved.chain

    def learn_message(self, client: str, message: DnsMessage, at: int) -> None:
        """Notes the answers of a DNS response to the names that it was asked for; of mDNS, to every name in it.

        The hosts of a service that was asked for come with their addresses (RFC 2782), which the client need not ask for again.
        """
        asked = [question.name for question in message.questions]
        others = message.owners if client == ANYONE or not asked else message.hosts_of(asked)
        # The latest counts where names share an address: what was asked for.
        for name in (*(other for other in others if other not in asked), *asked):
            chain = message.chain(name)
            for answer in message.addresses(chain[-1] if chain else name):
                resolved = Resolved(name, HostSource.DNS_ANSWER, chain)
                if answer.value and client == ANYONE and answer.ttl == 0:
                    self._end(answer.value, resolved, at + SECOND)
                elif answer.value:
                    self.learn(client, answer.value, resolved, at, message.lifetime(name, answer))

    def _end(self, address: str, resolved: Resolved, end: int) -> None:
        """RFC 6762 section 10.1: a record of mDNS with a lifetime of 0 ends the earlier one a second later."""
        answers = self._answers.get((ANYONE, address), [])
        answers[:] = [(min(old, end) if told == resolved else old, told) for old, told in answers]

    @property
    def pairs(self) -> Collection[tuple[str, str]]:
        """All pairs of client and address that an answer stands for."""
        return self._answers.keys()

    def keys(self, client: str, address: str) -> tuple[tuple[str, str], ...]:
        """The pairs of client and address that an answer for this client may stand under, in the order in which they count."""
        return (client, address), (ANYONE, address), *((other, address) for other in self.same_device.get(client, ()))

    def know_devices(self, devices: Iterable[tuple[str, ...]]) -> None:
        """Notes which addresses are one device's: what one of them was told names the conversations of all."""
        self.same_device = {address: addresses for addresses in devices for address in addresses}

    def find(self, client: str, address: str, at: int) -> Resolved | None:
        """The name behind the address that the client had been told when it connected."""
        for key in self.keys(client, address):
            times = self._times.get(key)
            if times is None:
                continue
            for end, resolved in reversed(self._answers[key][: bisect_right(times, at)]):
                if at <= end:
                    return resolved
        return None

    def chain(self, client: str, name: str) -> tuple[str, ...]:
        """The canonical names behind a name that the client asked for."""
        return self._chains.get((client, name), ())
