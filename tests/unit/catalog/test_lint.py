"""The linter of the catalog: the bundled files have no faults, and each kind of fault is found."""

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.catalog.destination_rules import bundled, read
from auditor.catalog.lint import lint, main

BASE = """schema = 1

[group]
slug = "acme"
name = "Acme"
asns = [64500]

[[source]]
code = "DOC"
title = "the vendor's page"

[[source]]
code = "LIST"
title = "a list under other terms"
check_only = true

[[source]]
code = "MEMORY"
title = "from memory"

[[entity]]
id = "acme"
name = "Acme Ltd."
country = "GB"

[[service]]
name = "Acme push"
entity = "acme"
purposes = ["push"]
vantage = ["app"]
suffixes = ["acme.example"]
addresses = ["203.0.113.0/24"]
confidence = "high"
source = ["DOC", "LIST:entity", "MEMORY:entity"]
seen = 2026-11-22
"""
SERVICE = """
[[service]]
name = "{name}"
entity = "{entity}"
purposes = ["{purpose}"]
vantage = [{vantage}]
{patterns}
confidence = "{confidence}"
source = [{source}]
seen = 2026-11-22
{more}
"""


def service(patterns: str, **words: str) -> str:
    usual = {
        "name": "Acme push",
        "entity": "acme",
        "purpose": "push",
        "vantage": '"app"',
        "confidence": "high",
        "source": '"DOC"',
        "more": "",
    }
    return SERVICE.format(patterns=patterns, **{**usual, **words})


OTHER = 'schema = 1\n[group]\nslug = "{slug}"\nname = "Other"\nasns = [64500]\n[[entity]]\nid = "other"\nname = "Other Ltd."\n'
TENANT = """
[[tenant]]
rule = "bucket"
name = "Acme bucket"
entity = "acme"
purposes = ["cloud_storage"]
vantage = ["app"]
below = ["acme.example"]
expression = '(?P<tenant>[a-z]+)\\.b\\.acme\\.example'
{examples}
confidence = "high"
source = ["DOC"]
seen = 2026-11-22
"""
CASES = [
    ("stands here and in acme.toml: line 26", service('hosts = ["acme.example"]', purpose="sms")),
    ("adds nothing to the suffix 'acme.example'", service('hosts = ["push.acme.example"]')),
    ("'com.cn' is a public suffix", service('suffixes = ["com.cn"]', name="all of China")),
    ("lacks a vantage", service('hosts = ["x.example"]', vantage="")),
    ("known from memory only", service('hosts = ["x.example"]', source='"MEMORY"')),
    ("known from memory only", service('hosts = ["x.example"]', source='"LIST", "DOC:entity"', confidence="medium")),
    ("has no confidence", service('hosts = ["x.example"]', confidence="none")),
    ("ends before it begins", service('hosts = ["x.example"]', more="valid_from = 2026-02-01\nvalid_to = 2026-01-01")),
    ("is the party of no entity", service('hosts = ["x.example"]', more='party = "acmee"')),
    ("party 'unused': no service belongs to it", '[[party]]\nid = "unused"\nentity = "acme"\nnames = ["Acme"]\n'),
    ("entity 'idle': no service belongs to it", '[[entity]]\nid = "idle"\nname = "Idle Ltd."\n'),
    ("two entities have this id", '[[entity]]\nid = "acme"\nname = "Acme Ltd."\n'),
    ("without its Chinese name", '[[entity]]\nid = "cn"\nname = "Acme (Beijing)"\ncountry = "CN"\n'),
    ("source 'IDLE': no service names it", '[[source]]\ncode = "IDLE"\ntitle = "x"\n'),
    ("has no examples", TENANT.format(examples="")),
    ("does not match its example", TENANT.format(examples='examples = ["x.acme.example"]')),
]


@pytest.mark.parametrize(("what", "more"), CASES, ids=[case[0] for case in CASES])
def test_each_kind_of_fault_is_found(what: str, more: str) -> None:
    """A fault names what is wrong and where."""
    told = [str(fault) for fault in lint(read([("acme.toml", (BASE + more).encode())]))]
    assert any(what in text for text in told), told


def test_a_sound_file_has_no_faults() -> None:
    """What a check-only list or memory says beside the pattern itself does no harm."""
    assert lint(read([("acme.toml", BASE.encode())])) == ()


def test_two_files_that_contradict() -> None:
    """Two groups with one network, prefixes of two groups that overlap, one group in two files."""
    other = OTHER.format(slug="other") + service('addresses = ["203.0.113.128/25"]', entity="other")
    told = "\n".join(str(fault) for fault in lint(read([("acme.toml", BASE.encode()), ("other.toml", other.encode())])))
    assert "AS64500 also belongs to 'acme'" in told
    assert "'203.0.113.128/25' overlaps '203.0.113.0/24' of another group" in told
    again = OTHER.format(slug="acme") + service('hosts = ["x.example"]', entity="other")
    told = "\n".join(str(fault) for fault in lint(read([("acme.toml", BASE.encode()), ("again.toml", again.encode())])))
    assert "two files have this group" in told


def test_rules_of_other_days_do_not_overlap() -> None:
    """A name that changed its owner has two rules, one after the other."""
    more = service('hosts = ["x.example"]', name="old", more="valid_to = 2025-12-31")
    more += service('hosts = ["x.example"]', name="new", more="valid_from = 2026-01-01")
    assert lint(read([("acme.toml", (BASE + more).encode())])) == ()


def test_the_bundled_catalog_is_sound() -> None:
    """`make check` asks this."""
    assert [str(fault) for fault in lint(read(list(bundled())))] == []


def test_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 without faults; 1 with faults, all of them on standard output."""
    assert main([]) == 0
    (tmp_path / "own.toml").write_text("schema = 1\nnonsense = true\n")
    assert main([str(tmp_path)]) == 1
    assert "unknown key 'nonsense'" in capsys.readouterr().out
    assert main([str(tmp_path / "missing")]) == 1
    assert "no catalog file" in capsys.readouterr().out


def test_as_a_module() -> None:
    """`python -m auditor.catalog.lint` ends with 0."""
    done = subprocess.run([sys.executable, "-m", "auditor.catalog.lint"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
