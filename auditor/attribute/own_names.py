"""What is the first party's own: domains and tenant labels of session and register go in, answers about names come out."""

import re
from collections.abc import Sequence

from auditor.attribute.index import suffixes
from auditor.attribute.registrable import domain
from auditor.model.register import Controller

_SCHEME = re.compile(r"^[a-z]+://", re.IGNORECASE)


class OwnNames:
    """The first party's own names."""

    def __init__(self, domains: Sequence[str], tenants: Sequence[str], controller: Controller) -> None:
        """`domains` and `tenants` are the session's; the controller's domains and sites are the register's."""
        sites = (_SCHEME.sub("", site).partition("/")[0] for site in controller.sites)
        declared = [*controller.domains, *filter(None, map(domain, sites))]
        self._domains = {_plain(text): "the register's controller" for text in declared}
        self._domains.update((_plain(text), "session.toml, first_party") for text in domains)
        self._tenants = frozenset(tenant.lower() for tenant in tenants)

    @property
    def domains(self) -> frozenset[str]:
        """The own domains."""
        return frozenset(self._domains)

    def domain_of(self, name: str) -> tuple[str, str] | None:
        """The own domain that a host name is or lies below, and who says that it is own."""
        own = next((text for text in suffixes(name) if text in self._domains), None)
        return (own, self._domains[own]) if own is not None else None

    def is_own_label(self, label: str) -> bool:
        """Whether a tenant label is the first party's: a listed one (without its customer number, if need be) or its domain."""
        head, _, number = label.rpartition("-")
        if label in self._tenants or (number.isdigit() and head in self._tenants):
            return True
        return self.domain_of(label) is not None


def _plain(text: str) -> str:
    return text.lower().rstrip(".")
