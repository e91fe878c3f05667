"""What is known of one leg of the set-up: the nouns of the doctor."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from auditor.doctor.adb import Adb


class Outcome(StrEnum):
    """What a look at a leg came to. `unchecked` is neither good nor bad: nobody looked."""

    OK = "ok"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One leg after the look. `key` names what is said and the one fix, in words.toml; `facts` fills them."""

    outcome: Outcome
    key: str
    facts: dict[str, str] = field(default_factory=dict)


def ok(key: str, **facts: object) -> Checked:
    """The leg holds."""
    return Checked(outcome=Outcome.OK, key=key, facts={name: str(value) for name, value in facts.items()})


def failed(key: str, **facts: object) -> Checked:
    """The leg does not hold; words.toml has a fix for the key."""
    return Checked(outcome=Outcome.FAILED, key=key, facts={name: str(value) for name, value in facts.items()})


def unchecked(key: str, **facts: object) -> Checked:
    """Nobody could look."""
    return Checked(outcome=Outcome.UNCHECKED, key=key, facts={name: str(value) for name, value in facts.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is to be looked at."""

    proxy_host: str = "127.0.0.1"
    proxy_port: int = 8080
    confdir: Path = Path("~/.mitmproxy")
    """Where the proxy keeps its CA."""
    session: Path | None = None
    adb: Adb = field(default_factory=Adb)
    app: str | None = None
    """The app's package name."""
    phone: str | None = None
    """The phone's IP address."""
    interface: str | None = None
    """Where the phone's packets pass."""
    seconds: float = 10.0
    """How long to listen there."""
    printer: str | None = None
    """Its MAC or IP address."""
    least_free: int = 500 << 20
    """Bytes of disk that a session may need."""

    @property
    def proxy(self) -> str:
        """`host:port`."""
        host = f"[{self.proxy_host}]" if ":" in self.proxy_host else self.proxy_host
        return f"{host}:{self.proxy_port}"

    @property
    def ca_path(self) -> Path:
        """The proxy's CA, as mitmproxy names it."""
        return self.confdir.expanduser() / "mitmproxy-ca-cert.pem"
