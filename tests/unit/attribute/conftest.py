"""The bundled catalog and the policy that it was made for, as the tests of attribution see them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.attribute.ladder import Ladder
from auditor.catalog import destination_rules, register_file
from auditor.model.attribution import Attribution, Endpoint
from auditor.model.destination import Catalog
from auditor.model.register import Register
from auditor.model.vocabulary import HostSource, Surface

type Ask = Callable[..., Attribution]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The bundled catalog."""
    return destination_rules.load()


@pytest.fixture(scope="session")
def register() -> Register:
    """The bundled register."""
    return register_file.load("o2nails-1.1")


@pytest.fixture(scope="session")
def ladder(catalog: Catalog, register: Register) -> Ladder:
    """A session that lists nothing of its own."""
    return Ladder(catalog, register)


@pytest.fixture(scope="session")
def ask(ladder: Ladder) -> Ask:
    """Attributes a host of the app that was read from the SNI, or whatever the words say."""

    def attribute(host: str | None, **words: object) -> Attribution:
        return ladder.attribute(sni(host, **words))

    return attribute


def sni(host: str | None, **words: object) -> Endpoint:
    """An endpoint of the app whose name was read from the SNI."""
    source = HostSource.TLS_SNI if host is not None else HostSource.NONE
    endpoint = Endpoint(surface=Surface.APP, host=host, host_source=source, server_port=443)
    return replace(endpoint, **words)  # type: ignore[arg-type]
