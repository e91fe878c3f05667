"""Words of a command line that are plainly right: Typer's parameters go in, their values come out without pydantic.

Typer gives every value to a pydantic adapter, and importing and building those costs each command a sixth of a second. A text, a
name of a choice and an option that was not given need none of it. Everything else (numbers, and every word that is wrong) goes to
Typer's own adapter, so that values and messages are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_origin

from typer import core

HOOK = "build_runtime_param"
"""What Typer's parameters ask for the way to take their values. A Typer without it has no adapters to go around."""
_NOT_PLAIN: Any = object()


@dataclass(frozen=True, slots=True)
class PlainParam:
    """The way to take the values of one parameter."""

    descriptor: Any
    build: Callable[[Any], Any]
    """Typer's own way to it."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value in its type.

        Raises:
            BadParameter: the word is wrong.
        """
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        plain = _NOT_PLAIN if self.descriptor.parameter_info.parser else _plain(value, self.descriptor.annotation)
        return self.build(self.descriptor).coerce(value, param=param, ctx=ctx) if plain is _NOT_PLAIN else plain


def use_plain_words() -> None:
    """Makes Typer's parameters of this process take plain words first."""
    build = getattr(core, HOOK, None)
    if build is not None:
        setattr(core, HOOK, lambda descriptor: PlainParam(descriptor, build))


def _plain(value: Any, annotation: Any) -> Any:
    """The value of the annotated type, or that it is not plain."""
    if get_origin(annotation) is list:
        values = [_plain(entry, get_args(annotation)[0]) for entry in value] if isinstance(value, (list, tuple)) else [_NOT_PLAIN]
        return _NOT_PLAIN if _NOT_PLAIN in values else values
    if annotation is str:
        return value if isinstance(value, str) and _is_text(value) else _NOT_PLAIN
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next((choice for choice in annotation if value in (choice, choice.value)), _NOT_PLAIN)
    return _NOT_PLAIN


def _is_text(value: str) -> bool:
    """Whether it can be written as UTF-8: bytes of the command line that are no text cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
