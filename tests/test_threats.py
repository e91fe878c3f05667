"""The register of threats: each row has a defence that is there and a test that exists, and what must not be used is not used."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split(" | ")]
    for line in (ROOT / "docs" / "threats.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| T\d+ ", line)
]
FORBIDDEN = ("yaml", "pickle", "shelve", "dill", "cloudpickle", "ruamel", "marshal")
"""Modules that run or guess what they read."""
BETWEEN_OWN_COPIES = {"auditor/capture/mailbox.py": "pickle"}
"""A process and its own copy, through a pipe that nobody else has: what comes out is what the same program put in."""


@cache
def _tests_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_threat_has_its_row_in_order() -> None:
    assert [row[0] for row in ROWS] == [f"T{number}" for number in range(1, 37)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_a_defence_and_a_test_that_are_there(row: list[str]) -> None:
    _, threat, defence, shown = row
    modules = re.findall(r"`(auditor/[\w/]+\.py)`", defence)
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", shown)
    assert threat
    assert modules or "cannot occur" in defence
    assert all((ROOT / module).is_file() for module in modules), modules
    assert tests
    for path, name in tests:
        assert name in _tests_of(path), f"{path} has no {name}"


def test_nothing_reads_yaml_or_pickles_or_starts_a_shell() -> None:
    """No module of the product imports what runs or guesses what it reads, and no command goes through a shell."""
    for path in [*(ROOT / "auditor").rglob("*.py"), *(ROOT / "addons").rglob("*.py")]:
        allowed = BETWEEN_OWN_COPIES.get(path.relative_to(ROOT).as_posix())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in FORBIDDEN and name != allowed], path
            if isinstance(node, ast.keyword) and node.arg == "shell":
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is False, path
            assert not (isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.system", "os.popen")), path
