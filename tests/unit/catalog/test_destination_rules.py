"""The bundled catalog, and a user's folder over it."""

from pathlib import Path

import pytest

from auditor.catalog.destination_rules import assemble, bundled, load
from auditor.errors import ConfigError, UsageError
from auditor.model.destination import Catalog, Reach

DECLARED = ("alibaba_cloud", "tencent_cloud", "nexmo", "ant_financial", "apple", "net263", "paypal", "baidu", "google")
OWN = """
schema = 1
[group]
slug = "acme"
name = "Acme"
[[entity]]
id = "acme"
name = "Acme Ltd."
country = "GB"
[[service]]
name = "Acme push"
entity = "acme"
purposes = ["push"]
vantage = ["app"]
suffixes = ["acme.example", "jpush.cn"]
confidence = "high"
source = ["MEMORY"]
seen = 2026-01-01
"""


def of_party(catalog: Catalog, party: str) -> set[str]:
    return {pattern.text for pattern in catalog.patterns if pattern.service.party == party}


def test_all_declared_parties_are_there() -> None:
    """The nine parties of the policy have services, and the two clouds at least 30 hosts each."""
    catalog = load()
    assert all(of_party(catalog, party) for party in DECLARED)
    names = {pattern.text: pattern.service.entity.id for pattern in catalog.patterns if "/" not in pattern.text}
    assert sum(entity == "alibaba_cloud" for entity in names.values()) >= 30
    assert sum(entity == "tencent_cloud" for entity in names.values()) >= 30


def test_many_groups_are_undeclared() -> None:
    """At least 80 groups that no party of the policy belongs to."""
    catalog = load()
    declared = {entity.group for entity in catalog.entities if entity.party in (*DECLARED, "o2nails")}
    assert len({group.slug for group in catalog.groups} - declared) >= 80


def test_phone_systems_are_a_class_of_their_own() -> None:
    """Each phone system has hosts that only the system itself contacts."""
    catalog = load()
    groups = {
        pattern.service.group.slug
        for pattern in catalog.patterns
        if pattern.service.group and "os" in pattern.service.vantage and not {"app", "site"} & set(pattern.service.vantage)
    }
    assert groups >= {"apple", "google", "huawei", "honor", "xiaomi", "oppo", "vivo", "samsung"}


def test_every_rule_has_a_source_a_date_and_a_purpose() -> None:
    """Knowledge without a reason is not in the catalog."""
    for pattern in load().patterns:
        assert pattern.service.sources
        assert pattern.service.seen >= "2026"
        assert pattern.service.purposes
        assert pattern.service.place


def test_the_digest_is_of_names_and_bytes() -> None:
    """The same files have the same digest in any folder; another byte has another."""
    one = assemble([*bundled(), ("/here/own.toml", OWN.encode())])
    other = assemble([*bundled(), ("/there/own.toml", OWN.encode())])
    third = assemble([*bundled(), ("/there/own.toml", OWN.encode() + b"\n")])
    assert one.sha256 == other.sha256 != third.sha256
    assert load().sha256 == load().sha256


def test_a_users_folder_wins(tmp_path: Path) -> None:
    """New names are added, and a name that the bundled catalog has is the user's."""
    (tmp_path / "own.toml").write_text(OWN)
    catalog = load((str(tmp_path),))
    owners = {pattern.text: pattern.service.entity.id for pattern in catalog.patterns if pattern.reach is Reach.SUFFIX}
    assert owners["acme.example"] == owners["jpush.cn"] == "acme"
    assert {pattern.text: pattern.service.entity.id for pattern in load().patterns}["jpush.cn"] == "hexun_huagu"


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    """A wrong path is never a catalog without rules."""
    with pytest.raises(UsageError):
        load((str(tmp_path / "missing"),))


def test_faults_of_all_files_at_once(tmp_path: Path) -> None:
    """Each fault has its file and line, and the nearest word."""
    (tmp_path / "a.toml").write_text(OWN.replace('"push"]', '"psuh"]'))
    (tmp_path / "b.toml").write_bytes(b"schema = 1\n# \xff\n")
    (tmp_path / "c.toml").write_text("schema = 1\n[[party]]\nid = 'x'\nentity = 'nobody'\nnames = []\n")
    with pytest.raises(ConfigError) as caught:
        load((str(tmp_path),))
    told = "\n".join(map(str, caught.value.faults))
    assert "a.toml: line 13: unknown purposes 'psuh' (did you mean 'push'?)" in told
    assert "b.toml: line 2: not UTF-8" in told
    assert "unknown entity 'nobody'" in told


def test_the_bundled_sources_are_spelled_out() -> None:
    """Every code of a source has a title; those that may only confirm are marked."""
    catalog = load()
    codes = {source.code: source for source in catalog.sources}
    assert codes["EXODUS"].check_only
    assert codes["V2FLY"].licence == "MIT"
    assert all(source.title for source in catalog.sources)
    assert {text.partition(":")[0] for pattern in catalog.patterns for text in pattern.service.sources} <= set(codes)
