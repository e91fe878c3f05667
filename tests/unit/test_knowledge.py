"""What the tool knows: flows need a part of it, and loading that part reads nothing else."""

import subprocess
import sys

from auditor import knowledge


def test_what_flows_need_is_part_of_all() -> None:
    """The same catalog, register and identifiers, whichever way they were loaded."""
    some, everything = knowledge.load_for_flows("o2nails-1.1"), knowledge.load("o2nails-1.1")
    assert (some.catalog, some.register, some.identifiers) == (everything.catalog, everything.register, everything.identifiers)


def test_every_rule_has_its_citations() -> None:
    """By the rule's id, for each rule that a waiver can name."""
    known = knowledge.load("o2nails-1.1")
    assert tuple(known.cited) == knowledge.rule_ids()
    assert any(cited.citations for cited in known.cited.values())


def test_an_endpoint_is_looked_up_without_readers_of_captures() -> None:
    """`auditor attribute` imports neither the readers nor the decoders, which would cost it a quarter of its time."""
    code = (
        "import sys; from auditor.cli.app import main; main(['attribute', 'www.example.com', '--quiet'])\n"
        "print([name for name in ('auditor.observe', 'auditor.decode', 'auditor.capture.formats') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert said.strip().endswith("[]")
