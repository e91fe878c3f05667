"""The policy's text beside a session: linted as the command does it, compared with the register, and never a silent gap."""

from dataclasses import replace
from pathlib import Path

from auditor import knowledge, policy
from auditor.catalog import destination_rules, register_file, rule_texts
from auditor.knowledge import Knowledge
from auditor.model.register import Register
from auditor.model.session import PolicyText
from auditor.policy_text import Declared, declared, known_parties

FOLDER = Path(__file__).parents[1] / "golden" / "policies"
KNOWN: Knowledge = knowledge.load("o2nails-1.1")


def text(name: str) -> PolicyText:
    return PolicyText(name=name, data=(FOLDER / name).read_bytes())


def own_register(*texts: PolicyText) -> Register:
    """The register that a person confirms from these texts."""
    files = tuple(policy.PolicyFile(name=one.name, data=one.data) for one in texts)
    reading = policy.read(files, known_parties(KNOWN.catalog))
    return register_file.parse(policy.register_text(reading, "x").encode(), "x.toml")


def said(register: Register, *texts: PolicyText) -> Declared:
    return declared(texts, register, KNOWN.catalog, KNOWN.cited)


def test_without_a_text_nothing_is_said() -> None:
    """No row, no doubt, no error."""
    assert said(KNOWN.register) == Declared()


def test_the_rows_are_those_of_the_command() -> None:
    """Same defects in the same order, with titles and citations as printed."""
    given = text("prose.txt")
    reading = policy.read((policy.PolicyFile(name=given.name, data=given.data),), known_parties(destination_rules.load()))
    expected = policy.lint(reading, rule_texts.load())
    found = said(own_register(given), given).lint
    assert [(row.rule, row.line, row.column, row.message, row.message_zh) for row in found] == [
        (one.rule, one.line, one.column, one.message, one.message_zh) for one in expected
    ]
    assert all(row.title and row.title_zh and row.references and row.file == "prose.txt" for row in found)


def test_the_confirmed_text_raises_no_doubt() -> None:
    """Its hash is the register's; a new line alone differs in nothing that counts."""
    given = text("clean.txt")
    register = own_register(given)
    assert said(register, given).doubts == ()
    assert said(register, replace(given, data=given.data + b"\n")).changes == ()


def test_another_text_keeps_the_verdict_open() -> None:
    """Each difference with its line, and a doubt in both languages."""
    given = text("clean.txt")
    changed = replace(given, data=given.data.replace(b"Postmark Mail Ltd.", b"Cedar Mail Ltd."))
    found = said(own_register(given), changed)
    assert [(row.what, row.was, row.now) for row in found.changes] == [
        ("name_en", "Postmark Mail Ltd.", "Cedar Mail Ltd."),
        ("name_zh", "Postmark Mail Ltd.", "Cedar Mail Ltd."),
    ]
    assert all(row.line.startswith("clean.txt:") for row in found.changes)
    (doubt,) = found.doubts
    assert "2 points" in doubt.en
    assert "2 处不同" in doubt.zh


def test_an_unreadable_text_is_an_error_and_not_a_clean_one() -> None:
    """The file is named, and nothing is said of its content."""
    found = said(KNOWN.register, PolicyText(name="p.txt", data=b"%PDF-1.7"))
    assert found.error is not None
    assert found.error.startswith("p.txt")
    assert (found.lint, found.changes, [row.path for row in found.texts]) == ((), (), ["p.txt"])


def test_another_text_is_an_error_and_not_a_policy_that_declares_nobody() -> None:
    """Nothing is linted, and nothing compared with the register."""
    found = said(KNOWN.register, PolicyText(name="p.txt", data=b"Press the button and wait until the lamp is green."))
    assert found.error is not None
    assert found.error.startswith("p.txt: does not look like a privacy policy")
    assert (found.lint, found.changes) == ((), ())


def test_names_that_nobody_looked_up_are_no_names() -> None:
    """The catalog's mark stands in none of them."""
    assert not [
        name for party in known_parties(KNOWN.catalog) for name in party.names if "未核实" in name or "not verified" in name
    ]
