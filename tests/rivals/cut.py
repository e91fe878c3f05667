"""Cuts captures short through the command line: `python -m tests.rivals.cut COUNT SEED [STEP]`.

Each capture of the seed (`mixtures`) is cut at every STEP-th byte (97), and all its cuts go through `auditor flows` at once. Each must
be named with the byte where it is damaged, or be whole; rows never become fewer while the file becomes longer; and the exit code
is 2. Ends with 1 when anything else happened.
"""

import contextlib
import io
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from auditor.cli.app import main as auditor
from tests.rivals.mixtures import mixture

STEP = 97


def run(words: list[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        code = auditor(words)
    for stream in (output, errors):
        stream.seek(0)
    return code, output.read(), errors.read()


def cut(data: bytes, folder: Path, step: int) -> tuple[Counter[str], list[str]]:
    """What became of the cuts, and what should not have happened."""
    paths = {at: folder / f"cut-{at:08}.cap" for at in range(0, len(data), step)}
    for at, path in paths.items():
        path.write_bytes(data[:at])
    code, output, errors = run(["flows", *map(str, paths.values()), "--format", "ndjson"])
    rows = Counter(Path(json.loads(line)["capture"]).name for line in output.splitlines())
    wrong = [] if code == 2 and "Traceback" not in errors else [f"exit {code}: {errors[-200:]}"]
    found: Counter[str] = Counter()
    most = 0
    for at, path in paths.items():
        lines = [line for line in errors.splitlines() if path.name in line and line.startswith("error")]
        named = any(re.search(r"byte \d+", line) for line in lines)
        found["named" if named else "whole" if not lines else "not placed"] += 1
        if rows[path.name] < most or (lines and not named):
            wrong.append(f"cut at {at}: {rows[path.name]} rows after {most}; {lines}")
        most = max(most, rows[path.name])
        path.unlink()
    return found, wrong


def main(words: list[str]) -> int:
    """The command."""
    count, seed, step = (int(word) for word in (*words, str(STEP))[:3])
    found: Counter[str] = Counter()
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            made = mixture(seed, number)
            each, wrong = cut(made.data, Path(folder), step)
            found += each
            bad += [f"{made.title}: {line}" for line in wrong]
    print(*bad, sep="\n", end="\n" if bad else "")
    print(f"{count} captures, {sum(found.values())} cuts: {dict(found)}, {len(bad)} faults")
    return 1 if bad or not found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
