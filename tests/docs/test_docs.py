"""The documentation is complete, its site builds, and its examples run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.catalog import rule_texts
from auditor.report.formats import FORMATS
from auditor.report.table_schema import NAMES
from tests.docs import commands_page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COMMANDS = [name for name, _ in commands_page.commands()]
REFRESH = "python -m tests.docs.commands_page > docs/commands.md (and `zh` > docs/zh/commands.md)"


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["commands.md", "zh/commands.md"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_in_both_languages(name: str, page: str) -> None:
    assert f"\n## auditor {name}\n" in text(page), REFRESH


def test_every_command_has_its_chinese_words() -> None:
    assert [name for name in COMMANDS if name not in commands_page.chinese()] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_of_commands_name_every_option(lang: str) -> None:
    written = text("commands.md" if lang == "en" else "zh/commands.md")
    missing = [line for line in commands_page.page(lang).splitlines() if line.startswith("| `--") and line not in written]
    assert missing == [], REFRESH


@pytest.mark.parametrize("rule", [rule.id for rule in rule_texts.load()])
def test_every_rule_is_described(rule: str) -> None:
    assert f"\n### {rule}" in text("rules.md")


@pytest.mark.parametrize("page", ["reports.md", "zh/reports.md"])
@pytest.mark.parametrize("form", [form.name for form in FORMATS])
def test_every_report_format_is_described_in_both_languages(form: str, page: str) -> None:
    assert f"| `{form}` |" in text(page)


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_published_and_linked(name: str) -> None:
    assert (DOCS / "schema" / f"{name}.json").is_file()
    assert f"schema/{name}.json" in text("reports.md")


@pytest.mark.parametrize("system", ["GitHub", "GitLab", "Jenkins"])
@pytest.mark.parametrize("page", ["ci.md", "zh/ci.md"])
def test_every_ci_system_has_its_recipe(system: str, page: str) -> None:
    assert f"\n## {system}" in text(page)


def test_the_recipes_use_commands_and_options_that_are_there() -> None:
    for page in ("ci.md", "zh/ci.md"):
        for line in re.findall(r"auditor (audit .*)", text(page)):
            for option in re.findall(r"--[a-z-]+", line):
                assert f"| `{option}`" in text("commands.md"), option


@pytest.mark.timeout(120)
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Dead links and pages that are named and not there are warnings, and warnings fail the build."""
    pytest.importorskip("mkdocs", reason="mkdocs is not installed")
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    for page in ("index.html", "zh/index.html", "commands.html", "rules.html"):
        assert (tmp_path / "site" / page).is_file()


def test_the_site_loads_nothing_from_elsewhere() -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert "https://" not in settings


ENGLISH_ONLY = {
    "demo.md": "one entry for each finding of the demonstration, whose report has both languages itself",
    "rules.md": "holds both languages, rule by rule",
    "scale.md": "for those who run clusters",
    "policy.md": "quotes policies in their own languages",
    "identifiers.md": "tables of names and patterns",
    "catalog.md": "tables of names and sources",
    "performance.md": "figures of benchmarks",
    "captures.md": "tables of formats, protocols and fields",
    "architecture.md": "for contributors, whose language is English",
    "threats.md": "for contributors and reviewers of the tool itself",
    "reliability.md": "figures of tests of the tool itself",
}
"""Pages without a Chinese one, each with its reason."""
WHOLE = ("first-ten-minutes.md", "record.md", "live.md", "evidence.md", "topologies.md")
"""Pages whose Chinese one has every section of the English one."""


def _nav() -> list[str]:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return re.findall(r"(?m)^ +- [^:\n]+: (\S+\.md)$", settings.partition("\nnav:")[2])


def test_every_page_stands_in_the_navigation_once() -> None:
    pages = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
    assert sorted(_nav()) == pages


@pytest.mark.parametrize("page", [page for page in _nav() if not page.startswith("zh/")])
def test_every_page_is_there_in_both_languages_or_is_excused(page: str) -> None:
    """And each of the two leads to the other."""
    assert (page in ENGLISH_ONLY) is not (f"zh/{page}" in _nav())
    if page not in ENGLISH_ONLY:
        assert f"](zh/{page})" in text(page)
        assert f"](../{page})" in text(f"zh/{page}")


@pytest.mark.parametrize("page", WHOLE)
def test_a_chinese_page_has_the_sections_and_the_commands_of_the_english_one(page: str) -> None:
    shapes = [re.findall(r"(?m)^#+ ", text(name)) for name in (page, f"zh/{page}")]
    assert shapes[0] == shapes[1]
    rows = [len(re.findall(r"(?m)^\| `", text(name))) for name in (page, f"zh/{page}")]
    assert rows[0] == rows[1]


def _cells(source: str) -> dict[str, Any]:
    """Runs Python cells one after another, the last expression of each evaluated, as a notebook does."""
    names: dict[str, Any] = {}
    exec(compile(source, "example", "exec"), names)
    return names


@pytest.mark.timeout(180)
def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")
    cells = json.loads((ROOT / "examples" / "demo.ipynb").read_text(encoding="utf-8"))["cells"]
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code"), "outputs hold what a machine saw"
    names = _cells("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    assert names["result"].verdict == "fail"
    assert len(names["got"]) > 0
    assert len(names["opaque"]) > 0


def _blocks(page: str) -> str:
    return "\n".join(re.findall(r"```python\n(.*?)```", text(page), re.DOTALL))


@pytest.mark.timeout(180)
def test_the_python_of_the_documentation_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert _cells(_blocks("python.md"))["result"].verdict == "fail"


def test_the_chinese_page_shows_the_same_python() -> None:
    def statements(page: str) -> set[str]:
        return {line.partition("#")[0].strip().replace("_zh", "") for line in _blocks(page).splitlines()}

    assert statements("zh/python.md") <= statements("python.md")
