"""Groups of options: they reach the command as one record, and the command line as options of their own."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from auditor.cli.grouped import grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A group."""

    host: Annotated[str, typer.Option("--host", help="Where.")]
    port: Annotated[int, typer.Option("--port", max=9)] = 8


def said(place: Place, loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
    """Says it."""
    typer.echo(f"{place} {loud}")


def run(*words: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(grouped(said))
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (("--host", "a"), "Place(host='a', port=8) False"),
        (("--port", "3", "--loud", "--host", "b"), "Place(host='b', port=3) True"),
    ],
)
def test_options_of_a_group_come_as_one_record(words: tuple[str, ...], output: str) -> None:
    assert run(*words) == (0, output + "\n")


@pytest.mark.parametrize("words", [(), ("--host", "a", "--port", "10"), ("--host", "a", "--prot", "1")])
def test_what_is_wrong_with_an_option_is_told_as_for_any_other(words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 2


def test_help_shows_each_option_and_the_commands_own_words() -> None:
    code, output = run("--help")
    assert code == 0
    assert all(text in output for text in ("Says it.", "--host", "Where.", "--port", "--loud"))
