"""Plain words of a command line: the same values as Typer's own adapters give, and pydantic only for what is not plain."""

import subprocess
import sys
from typing import Any

import pytest
from typer import BadParameter, core
from typer._coercion import build_runtime_param, resolve_type_descriptor
from typer.models import OptionInfo

from auditor.cli.options import RowFormat
from auditor.cli.plain_words import HOOK, PlainParam, use_plain_words

WORDS: list[tuple[Any, Any]] = [
    (str, "flows.csv"),
    (str, ""),
    (str, "打印机"),
    (str, "a\0b"),
    (str, 7),
    (str, b"bytes"),
    (RowFormat, "csv"),
    (RowFormat, RowFormat.CSV),
    (list[str], ["one", "two"]),
    (list[str], ("one",)),
    (list[RowFormat], ["csv", RowFormat.TABLE]),
    (int, "7"),
    (float, 2.5),
    (bool, "yes"),
    (str, None),
    (list[str], None),
]
WRONG: list[tuple[Any, Any]] = [
    (RowFormat, "CSV"),
    (RowFormat, "TABLE"),
    (RowFormat, 3),
    (list[RowFormat], ["csv", "nothing"]),
    (int, "many"),
    (str, "\udcff"),
    (list[str], ["\udcff"]),
]


def params(annotation: Any, info: OptionInfo | None = None) -> tuple[Any, Any]:
    """Ours and Typer's."""
    descriptor = resolve_type_descriptor(annotation, info or OptionInfo())
    return PlainParam(descriptor, build_runtime_param), build_runtime_param(descriptor)


def answer(param: Any, value: Any) -> Any:
    """The value, or the message."""
    option = core.TyperOption(param_decls=["--x"], type_descriptor=resolve_type_descriptor(str, OptionInfo()))
    try:
        return param.coerce(value, param=option, ctx=None)
    except BadParameter as error:
        return error.message


@pytest.mark.parametrize(("annotation", "value"), [*WORDS, *WRONG])
def test_the_answer_is_typers_own(annotation: Any, value: Any) -> None:
    """Whatever is typed, value or message is what Typer's adapter says."""
    ours, typers = params(annotation)
    found, expected = answer(ours, value), answer(typers, value)
    assert (found, type(found)) == (expected, type(expected))


def test_a_choice_in_another_case_is_taken_where_case_does_not_count() -> None:
    """What an option says of itself is obeyed, because only exact words are plain."""
    ours, _ = params(RowFormat, OptionInfo(case_sensitive=False))
    assert answer(ours, "CSV") is RowFormat.CSV


def test_an_option_with_a_parser_of_its_own_is_parsed() -> None:
    """A text is not plain where the option reads it in a way of its own."""
    ours, _ = params(str, OptionInfo(parser=str.upper))
    assert answer(ours, "a") == "A"


def test_a_command_with_plain_words_does_not_load_pydantic() -> None:
    """Importing it would cost each command a sixth of a second."""
    use = "from auditor.cli.app import main; main(['explain', 'NO-SUCH-RULE', '--lang', 'zh'])"
    text = f"import sys; {use}; print(sorted(n for n in sys.modules if n.startswith('pydantic')))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_typers_parameters_of_the_process_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook is where Typer looks for it."""
    monkeypatch.setattr(core, HOOK, build_runtime_param)
    use_plain_words()
    assert isinstance(getattr(core, HOOK)(resolve_type_descriptor(str, OptionInfo())), PlainParam)
