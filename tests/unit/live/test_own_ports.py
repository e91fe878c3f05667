"""Which ports are this tool's pages, and which addresses are this machine's."""

from itertools import pairwise
from pathlib import Path

import pytest

from auditor.live.own_ports import announced_port, is_alive, is_local_address, page_ports


def test_a_page_is_announced_while_it_runs(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    assert page_ports(folder) == frozenset()
    with announced_port(40123, folder):
        assert page_ports(folder) == {40123}
    assert page_ports(folder) == frozenset()


def test_what_a_killed_page_or_a_vandal_left_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "999999999").write_text("4000")
    (tmp_path / "1").write_text("no number")
    (tmp_path / "notes").write_text("5000")
    assert page_ports(tmp_path) == frozenset()
    assert not (tmp_path / "999999999").exists()


def test_a_folder_that_cannot_be_written_does_not_stop_a_page(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with announced_port(1, tmp_path / "file" / "pages"):
        pass


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", True),
        ("::", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:7f00:1", True),
        ("203.0.113.9", False),
        ("2001:db8::9", False),
        ("localhost", False),
        ("", False),
        ("127.0.0.1.example", False),
    ],
)
def test_an_address_is_local_where_it_can_be_bound(address: str, is_local: bool) -> None:
    assert is_local_address(address) is is_local


def test_every_address_of_an_interface_is_local() -> None:
    """The kernel's own list is asked, not a route: no test asks for the way out of this machine."""
    trie = Path("/proc/net/fib_trie").read_text(encoding="ascii").split("\n")
    own = {before.split()[-1] for before, line in pairwise(trie) if "/32 host LOCAL" in line}
    assert own
    assert all(is_local_address(address) for address in own)


def test_a_process_that_is_none_is_not_alive() -> None:
    assert not is_alive(0)
    assert not is_alive(999_999_999)
