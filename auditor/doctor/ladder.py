"""All legs of the set-up in the order in which they carry each other: a set-up in, each leg's outcome out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from auditor.doctor import machine, phone, proxy
from auditor.doctor.evidence import clients_seen, read_state, trust_seen
from auditor.doctor.leg import Checked, Outcome, Setup
from auditor.doctor.wire import Heard, check_honoured, check_quic, listen, private_dns_heard
from auditor.live.state import LiveState


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the checks may look at."""

    setup: Setup
    heard: Heard
    state: LiveState


type Check = Callable[[Look], Checked]


def _trust(look: Look) -> Checked:
    """What connections said counts more than what is installed; what is installed tells more than silence."""
    installed = phone.check_trust(look.setup)
    seen = trust_seen(look.state)
    return seen if seen and (seen.outcome is Outcome.FAILED or installed.outcome is not Outcome.FAILED) else installed


def _reach(look: Look) -> Checked:
    return clients_seen(look.state) or phone.check_reach(look.setup)


LADDER: tuple[tuple[str, Check], ...] = (
    ("proxy", lambda look: proxy.check_proxy(look.setup)),
    ("authority", lambda look: proxy.check_authority(look.setup)),
    ("decrypted", lambda look: proxy.check_decrypted(look.setup)),
    ("phone", lambda look: phone.check_phone(look.setup)),
    ("reach", _reach),
    ("setting", lambda look: phone.check_setting(look.setup)),
    ("trust", _trust),
    ("app", lambda look: phone.check_app(look.setup)),
    ("flutter", lambda look: phone.check_flutter(look.setup)),
    ("honoured", lambda look: check_honoured(look.heard)),
    ("quic", lambda look: check_quic(look.heard)),
    ("dns", lambda look: private_dns_heard(look.heard) or phone.check_dns(look.setup)),
    ("printer", lambda look: machine.check_printer(look.setup)),
    ("clock", lambda look: phone.check_clock(look.setup)),
    ("disk", lambda look: machine.check_disk(look.setup)),
)
"""Each leg's name and its check."""


def climb(setup: Setup) -> Iterator[tuple[str, Checked]]:
    """Looks at each leg, one after the other."""
    look = Look(setup=setup, heard=listen(setup), state=read_state(setup.session))
    for name, check in LADDER:
        yield name, check(look)
