"""The pages of all commands, made from the program's own help: python -m tests.docs.commands_page [en|zh] > docs/commands.md.

English says what `--help` says, options included. Chinese says what each command is for (`commands_zh.toml`) and shows the same
options.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer

from auditor.cli.app import app

CHINESE = Path(__file__).with_name("commands_zh.toml")

_HEADS = {
    "en": """\
# Commands

[中文](zh/commands.md)

Every command with its options, as `--help` shows them; this page is made by `python -m tests.docs.commands_page`. Data go to
standard output, everything else to standard error; the last line there says what the [exit code](reports.md#exit-codes) means.
Every command takes `--quiet`, and `NO_COLOR` is honoured.
""",
    "zh": """\
# 命令

[English](../commands.md)

所有命令及其选项；本页由 `python -m tests.docs.commands_page zh` 生成，选项说明与 `--help` 一致（英文）。数据写到标准输出，
其余写到标准错误；标准错误的最后一行说明[退出码](reports.md)的含义。所有命令都支持 `--quiet`，并遵守 `NO_COLOR`。
""",
}
_TABLE = {"en": "| option | meaning |\n| --- | --- |", "zh": "| 选项 | 含义 |\n| --- | --- |"}


def commands() -> Iterator[tuple[str, object]]:
    """Every command by its words, groups resolved, in the order of the help."""

    def walk(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        children = getattr(command, "commands", None)
        if children is None:
            yield " ".join(words), command
            return
        for name, child in children.items():
            yield from walk(child, (*words, name))

    yield from walk(typer.main.get_command(app), ())


def chinese() -> dict[str, str]:
    """What each command is for, in Chinese."""
    words: dict[str, str] = tomllib.loads(CHINESE.read_text(encoding="utf-8"))["commands"]
    return words


def page(lang: str) -> str:
    """The whole page."""
    words = chinese()
    return _HEADS[lang] + "".join(_entry(name, command, words.get(name, ""), lang) for name, command in commands())


def _entry(name: str, command: object, words: str, lang: str) -> str:
    about = " ".join(str(getattr(command, "help", "") or "").split())
    example = str(getattr(command, "epilog", "") or "").removeprefix("Example: ")
    usage = " ".join(_argument(parameter) for parameter in _parameters(command) if parameter.param_type_name == "argument")
    rows = [_option(parameter) for parameter in _parameters(command) if parameter.param_type_name == "option"]
    text = (words or about) if lang == "zh" else about
    lines = [f"\n## auditor {name}\n", text, f"\n```console\n$ {example}\n```\n"]
    if usage:
        lines.append(f"`auditor {name} {usage}`\n")
    return "\n".join([*lines, _TABLE[lang], *rows]) + "\n"


def _parameters(command: object) -> list[typer.core.TyperOption]:
    found: list[typer.core.TyperOption] = [
        parameter for parameter in getattr(command, "params", []) if not getattr(parameter, "hidden", False)
    ]
    return found


def _argument(parameter: typer.core.TyperOption) -> str:
    return parameter.metavar or (parameter.name or "").upper()


def _option(parameter: typer.core.TyperOption) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    choices = getattr(parameter.type, "choices", ())
    metavar = parameter.metavar or "/".join(str(getattr(choice, "value", choice)) for choice in choices)
    value = f" `{metavar}`" if metavar else ""
    meaning = " ".join((parameter.help or "").split()).replace("|", "\\|")
    return f"| {names}{value} | {meaning} |"


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1] if len(sys.argv) > 1 else "en"))
