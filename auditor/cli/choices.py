"""What a user chose of an audit: the options as they were given, small enough to go to a worker."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

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

    def beside_others(self) -> "Choices":
        """The same for one of several sessions: the report over all of them asks their tables, whatever else is wanted."""
        is_asked = not self.formats or "parquet" in self.formats
        return self if is_asked else replace(self, formats=(*self.formats, "parquet"))

    def with_paths(self, changed: Callable[[str], str]) -> "Choices":
        """The same choices with each path changed. A register may also be named."""
        from auditor.catalog import register_file

        names = ("subjects", "baseline", "waivers", "keylog", "ip_asn", "digest_key", "key", "out")
        single: dict[str, Any] = {name: changed(path) for name in names if (path := getattr(self, name))}
        if self.register_name and self.register_name not in register_file.names():
            single["register_name"] = changed(self.register_name)
        return replace(self, **single, catalog=tuple(map(changed, self.catalog)), background=tuple(map(changed, self.background)))
