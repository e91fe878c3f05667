"""What a worker must have in common with whoever gives it work."""

from dataclasses import replace

import pytest

from auditor.fleet.same_tool import Tool, this_tool
from auditor.version import VERSION


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"version": "9", "source": "x"}, f"has version 9 of the tool, here is {VERSION}"),
        ({"source": "x"}, f"has another source of version {VERSION}"),
        ({"catalog": "x"}, "has another catalog"),
    ],
)
def test_a_difference_is_said_in_words(changed: dict[str, str], said: str) -> None:
    assert replace(this_tool(), **changed).differs(this_tool()) == said


def test_a_tool_is_its_version_and_two_digests() -> None:
    tool = this_tool()
    assert tool == Tool(VERSION, tool.source, tool.catalog)
    assert (len(tool.source), len(tool.catalog)) == (64, 64)
