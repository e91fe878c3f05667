"""What a recording is equipped with comes from its session."""

from pathlib import Path

import pytest

from auditor.equipment import equip, planted_in
from auditor.errors import ConfigError, UsageError
from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Relation, Surface
from auditor.record.addon_options import AddonSettings

PLANTED = 'schema = 1\n[[identifier]]\nlabel = "imei"\nkind = "imei"\nvalue = "356938035643809"\nowner = "phone"\n'


def test_the_sessions_own_domains_and_planted_values_count(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text('schema = 1\n[first_party]\ndomains = ["maker.example"]\n')
    (tmp_path / "subjects.toml").write_text(PLANTED)
    made = equip(AddonSettings(session=tmp_path))
    endpoint = Endpoint(surface=Surface.APP, host="api.maker.example", host_source=HostSource.CONNECT)
    assert made.tag(endpoint).relation is Relation.FIRST_PARTY
    assert made.mask("356938035643809.tracker.example") != "356938035643809.tracker.example"
    assert (made.planted, made.register, len(made.catalog_sha256 or ""), bool(made.scan)) == (1, "o2nails-1.1", 64, True)


def test_without_planted_values_there_is_no_scan(tmp_path: Path) -> None:
    assert equip(AddonSettings(session=tmp_path)).scan == ()
    assert planted_in(None).identifiers == ()


def test_faults_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nosuch"):
        equip(AddonSettings(register="nosuch"))
    (tmp_path / "subjects.toml").write_text("schema = 1\n[[identifer]]\n")
    with pytest.raises(ConfigError, match="identifer"):
        equip(AddonSettings(session=tmp_path))
