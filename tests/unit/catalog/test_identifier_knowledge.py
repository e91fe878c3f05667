"""The bundled knowledge of identifiers loads, and its faults are told with their lines."""

import pytest

from auditor.catalog.identifier_knowledge import load_identifier_knowledge, read_mac_prefixes, read_names
from auditor.errors import ConfigError
from auditor.model.vocabulary import KINDS
from auditor.toml_file import load


def test_bundled_knowledge() -> None:
    """Every kind that has names is a kind of the vocabulary, with Chinese and English names where phones have both."""
    knowledge = load_identifier_knowledge()
    assert {entry.kind for entry in knowledge.kinds} <= set(KINDS)
    names = {entry.kind: entry.names for entry in knowledge.kinds}
    for kind in ("imei", "mac", "phone", "email", "resident_id", "card", "password", "ssid"):
        assert any(name.isascii() for name in names[kind])
        assert any(not name.isascii() for name in names[kind])
    assert len(knowledge.mac_prefixes) > 1000


def test_a_name_of_two_kinds() -> None:
    """A name that means one kind only cannot mean another as well."""
    text = 'schema = 1\n[[kind]]\nkind = "imei"\nnames = ["imei"]\n[[kind]]\nkind = "meid"\nnames = ["IMEI"]\n'
    with pytest.raises(ConfigError, match=r"x\.toml: line 7: 'imei' is also a name of imei"):
        load(text, "x.toml", read_names)


def test_unknown_kind() -> None:
    """A kind that is not in the vocabulary is a fault with the nearest kind."""
    with pytest.raises(ConfigError, match="did you mean 'imei'"):
        load('schema = 1\n[[kind]]\nkind = "imeii"\nnames = []\n', "x.toml", read_names)


def test_broken_prefix() -> None:
    """A prefix is six lower-case hex digits."""
    with pytest.raises(ConfigError, match="'00:1A:7D' is no vendor prefix"):
        load(
            'schema = 1\nsource = "s"\nseen = 2026-11-22\n[[vendor]]\nname = "x"\nprefixes = "00:1A:7D"\n',
            "x.toml",
            read_mac_prefixes,
        )
