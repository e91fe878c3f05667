"""What a user chose of an audit: the options as they were given, small enough to go to a worker."""

from dataclasses import dataclass

from auditor.cli.options import FailOn, Language
from auditor.model.vocabulary import Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The options of an audit as they were given."""

    surface: Surface | None = None
    subjects: str | None = None
    register_name: str | None = None
    catalog: tuple[str, ...] = ()
    baseline: str | None = None
    waivers: str | None = None
    out: str = "reports"
    formats: tuple[str, ...] = ()
    fail_on: FailOn = FailOn.HIGH
    lang: Language = Language.EN
    background: tuple[str, ...] = ()
    keylog: str | None = None
    ip_asn: str | None = None
    as_of: str | None = None
    digest_key: str | None = None
    key: str | None = None
    quiet: bool = False
    workers: int | None = None
    """None: as many as there are cores."""
    scheduler: str | None = None
