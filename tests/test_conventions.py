"""What holds for the whole project: every module has its test, every member of a family its case, every command its help."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from auditor.capture.formats import READERS
from auditor.cli.app import app, main
from auditor.decode.formats import FORMATS as CONTENT_FORMATS
from auditor.judge.rules import RULES
from auditor.report.formats import FORMATS as REPORT_FORMATS

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pandas", "pyarrow", "scapy", "mitmproxy", "llvmlite", "numpy", "hyperscan", "cryptography", "rich.progress", "jinja2")

NO_BEHAVIOUR = {
    "code_arrays.py": "Protocols",
    "capture/columns.py": "numbers of cells",
    "capture/reader.py": "a Protocol and its options",
    "capture/talk.py": "a Protocol",
    "decode/content_format.py": "a Protocol and its records",
    "judge/rule.py": "a Protocol",
    "live/terminal_code.py": "a constant",
    "model/attribution.py": "records",
    "model/audit.py": "records; their bytes are pinned in report/test_audit_json.py",
    "model/changes.py": "records",
    "model/declaration.py": "records; their bytes are pinned in report/test_audit_json.py",
    "model/loss.py": "a record",
    "model/reading.py": "records",
    "model/register.py": "records; read in catalog/test_register_file.py",
    "model/rule.py": "records; read in catalog/test_rule_texts.py",
    "model/sighting.py": "a record",
    "policy/mention.py": "records",
    "policy/patterns.py": "compiled expressions; used by every module of policy",
    "policy/lint/words.py": "a list of words",
    "record/addon_equipment.py": "a record",
    "record/tap.py": "a Protocol",
    "version.py": "a constant",
}
"""Modules without behaviour of their own, each with what it is."""

TESTED_ELSEWHERE = {
    "__main__.py": "e2e/test_cli.py",
    "cli/app.py": "e2e/test_cli.py",
    "cli/audit.py": "e2e/test_cli.py",
    "cli/catalog.py": "e2e/test_cli.py",
    "cli/fleet.py": "e2e/test_many_sessions.py",
    "cli/many_audits.py": "e2e/test_many_sessions.py",
    "cli/one_audit.py": "e2e/test_many_sessions.py",
    "cli/tables.py": "e2e/test_cli.py",
    "cli/record.py": "e2e/test_record_printer.py",
    "cli/verify_replay.py": "unit/cli/test_verify.py",
    "pipeline.py": "e2e/test_demo.py",
    "redact/text_coats.py": "unit/redact/test_coats.py",
}
"""Modules that are joints: they are tested at work, in these files."""

TO_BE_WRITTEN: tuple[str, ...] = ()
"""Modules whose tests do not exist yet. This list only shrinks: a new module comes with its test."""


FORMATS_TO_BE_TESTED: tuple[str, ...] = ()
"""Report formats that no test names yet. This list only shrinks, too."""


def _modules() -> Iterator[str]:
    """Modules relative to the package; the rules have their cases in tests/rules instead of a mirror."""
    for path in sorted((ROOT / "auditor").rglob("*.py")):
        name = path.relative_to(ROOT / "auditor").as_posix()
        if path.name != "__init__.py" and not name.startswith("judge/rules/"):
            yield name


def _mirror(module: str) -> Path:
    path = Path(module)
    return ROOT / "tests" / "unit" / path.parent / f"test_{path.name}"


@pytest.mark.parametrize("module", _modules())
def test_every_module_has_a_test_module_of_its_name(module: str) -> None:
    known = module in NO_BEHAVIOUR or module in TESTED_ELSEWHERE or module in TO_BE_WRITTEN
    assert known or _mirror(module).is_file(), f"write {_mirror(module).relative_to(ROOT)}"


def test_the_exceptions_are_of_modules_that_are_there_and_tests_that_are_there() -> None:
    modules = set(_modules())
    assert [name for name in (*NO_BEHAVIOUR, *TESTED_ELSEWHERE) if name not in modules] == []
    assert [place for place in TESTED_ELSEWHERE.values() if not (ROOT / "tests" / place).is_file()] == []


def test_no_test_module_is_empty() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert "def test_" in path.read_text(encoding="utf-8"), path


# Families -------------------------------------------------------------------------------------------------------------------


def _tests_below(folder: str) -> str:
    """All text of the tests of a folder."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / folder).rglob("test_*.py")))


@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_every_reader_is_tested_by_name(name: str) -> None:
    assert re.search(rf"[\"']{name}[\"']", _tests_below("unit/capture"))


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_rule_has_its_cases(rule: str) -> None:
    assert (ROOT / "tests" / "rules" / f"{rule}.toml").is_file()


@pytest.mark.parametrize("name", [form.name for form in REPORT_FORMATS])
def test_every_report_format_is_tested_by_name(name: str) -> None:
    tested = re.search(rf"[\"']{name}[\"']", _tests_below("unit/report") + _tests_below("e2e"))
    assert tested or name in FORMATS_TO_BE_TESTED


@pytest.mark.parametrize("module", sorted({type(form).__module__ for form in CONTENT_FORMATS}))
def test_every_content_format_is_in_a_module_that_is_tested(module: str) -> None:
    name = module.removeprefix("auditor.").replace(".", "/") + ".py"
    assert name in TO_BE_WRITTEN or _mirror(name).is_file()


@pytest.mark.parametrize(
    ("names", "folder"),
    [
        pytest.param([reader.name for reader in READERS], "capture", id="readers"),
        pytest.param([rule.id for rule in RULES], "judge/rules", id="rules"),
        pytest.param([form.name for form in REPORT_FORMATS], "report", id="report formats"),
    ],
)
def test_no_name_of_a_family_stands_twice(names: list[str], folder: str) -> None:
    assert len(set(names)) == len(names)
    assert (ROOT / "auditor" / folder).is_dir()


# Commands -------------------------------------------------------------------------------------------------------------------


def _commands() -> list[tuple[str, ...]]:
    """Every command by its words, groups resolved."""
    found: list[tuple[str, ...]] = []

    def walk(command: object, words: tuple[str, ...]) -> None:
        children = getattr(command, "commands", None)
        if children is None:
            found.append(words)
            return
        for name, child in children.items():
            walk(child, (*words, name))

    walk(typer.main.get_command(app), ())
    return found


COMMANDS = _commands()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_a_help_with_an_example(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--help"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert re.search(rf"Example: (sudo )?auditor {' '.join(words)}\b", " ".join(said.out.split())), said.out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_quiet_on_demand(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    main([*words, "--help"])
    assert "--quiet" in capsys.readouterr().out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_stands_in_the_readme(words: tuple[str, ...]) -> None:
    assert re.search(rf"auditor {' '.join(words)}\b", (ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("argv", [["--help"], ["audit", "--help"], ["nosuch"]], ids=" ".join)
def test_help_and_wrong_words_load_no_heavy_library(argv: list[str]) -> None:
    code = f"""
import sys
from auditor.cli.app import main
main({argv!r})
sys.exit(" ".join(name for name in {HEAVY!r} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1:] in (
        [],
        [""],
        ["exit 2 (usage): the command's words are wrong; `auditor --help` shows them"],
    )
