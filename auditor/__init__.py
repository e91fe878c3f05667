"""Audits what a phone app, its printer and its website send, to whom, against what the privacy policy declares.

>>> import auditor
>>> result = auditor.audit("captures/demo")   # doctest: +SKIP
>>> result.findings                           # doctest: +SKIP
"""

TYPE_CHECKING = False  # typing takes a while to load, and nobody hears Ctrl-C meanwhile
if TYPE_CHECKING:
    from auditor.api import AuditResult, audit

__all__ = ["AuditResult", "audit"]


def __getattr__(name: str) -> object:
    """Loads the Python interface when it is asked for: the command line and the stages do without it."""
    if name in __all__:
        from auditor import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
