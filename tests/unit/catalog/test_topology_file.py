"""Set-ups of the bench: complete in both languages, named as people write them, and never run."""

import pytest

from auditor.catalog.topology_file import BUNDLED, BenchSetup, find, load, named, shown
from auditor.errors import ConfigError, UsageError


@pytest.mark.parametrize("setup", load(), ids=lambda setup: setup.name)
def test_each_says_in_both_languages_what_it_sees_and_what_not(setup: BenchSetup) -> None:
    topology = setup.topology
    assert topology.title and topology.title_zh and setup.lines
    assert len(topology.seen) == len(topology.seen_zh) > 0
    assert len(topology.unseen) == len(topology.unseen_zh) > 0
    assert all(any("一" <= sign <= "鿿" for sign in text) for text in (*topology.seen_zh, *topology.unseen_zh))


def test_ids_and_names_are_distinct() -> None:
    assert len({setup.topology.id for setup in load()}) == len({setup.name for setup in load()}) == len(load())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("P3", ["P3"]),
        ("p2 + P3 (own access point)", ["P2", "P3"]),
        ("wireguard, access point", ["P2", "P3"]),
        ("mirror-port", ["P7"]),
        ("WireGuard and import", ["P2", "P6"]),
        ("", []),
        ("lab: phones through mitmdump, printer on its own interface, shop in Chromium", []),
        ("we import files over a bridge", []),
        ("P12", []),
    ],
)
def test_a_session_names_them_by_id_or_name(text: str, wanted: list[str]) -> None:
    assert [topology.id for topology in named(text)] == wanted


def test_the_lines_are_for_the_interface() -> None:
    setup = next(setup for setup in load() if setup.name == "monitor")
    typed = setup.typed("wlan1")
    assert "sudo iw dev wlan1 set type monitor" in typed
    assert not any("{" in line for line in typed)


def test_faults_of_a_file_are_told_at_once(tmp_path: object) -> None:
    from pathlib import Path

    text = BUNDLED.read_text(encoding="utf-8")
    broken = Path(str(tmp_path)) / "broken.toml"
    broken.write_text(text.replace('title = "Phone through the proxy\'s WireGuard tunnel"\n', "titel = 'x'\n"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(broken)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("text", ["P3", "access_point", "access point", "Access-Point"])
def test_one_is_found_by_id_or_name(text: str) -> None:
    assert find(text).topology.id == "P3"


def test_a_typo_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'access_point'"):
        find("acess point")


def test_it_is_shown_with_what_to_type_only_for_an_interface() -> None:
    text = shown(find("P9"), "wlan1", "en")
    assert text.startswith("P9 monitor: Wi-Fi in monitor mode")
    assert "cannot see: WPA3 networks" in text
    assert "sudo iw dev wlan1 set type monitor" in text
    assert "wlan1" not in shown(find("P9"), None, "en")
    assert "不可见：" in shown(find("P9"), None, "zh") or "不可见:" in shown(find("P9"), None, "zh")
