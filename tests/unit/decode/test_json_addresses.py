"""URLs whose parts wait until somebody asks."""

from auditor.decode.json_addresses import Addresses

URL = b"https://h.example.com/a/b?imei=352099001761481&x=1#imei=2"


def test_names_and_values() -> None:
    addresses = Addresses({4: URL, 7: b"/p?x=22&y=&imei=3"})
    assert addresses.names == ["imei", "x", "y"]
    assert [(value, spot[0]) for value, spot in addresses.named("imei", 3)] == [(b"352099001761481", 4)]
    assert [value for value, _ in addresses.named("x", 0)] == [b"1", b"22"]
    assert list(addresses.named("none", 0)) == []


def test_parts() -> None:
    addresses = Addresses({4: URL})
    at = URL.index(b"3520")
    part = addresses.part(4, at, at + 15)
    assert part is not None
    assert (part.value, part.path, part.key, part.at) == (b"352099001761481", "imei", "imei", at)
    assert addresses.part(4, at - 2, at + 2) is None
    assert [inner.path for inner in addresses.parts(4)] == ["[1]", "[2]", "imei", "x", "fragment"]


def test_which_are_some() -> None:
    addresses = Addresses({4: URL})
    assert 4 in addresses
    assert 5 not in addresses
    assert addresses
    assert not Addresses({})
