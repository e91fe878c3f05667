"""What is known of the signs between two strings of a document: short runs of bytes go in, a remembered answer comes out."""

from collections.abc import Callable

_MOST = 4096
_LONGEST = 16


class GapSigns[Answer](dict[bytes, Answer]):
    """Answers to one question by the signs that it is asked of; most documents know only a few, and a look-up runs in C."""

    def __init__(self, ask: Callable[[bytes], Answer]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, signs: bytes) -> Answer:
        """The first time, and for long runs each time."""
        answer = self._ask(signs)
        if len(signs) <= _LONGEST and len(self) < _MOST:
            self[signs] = answer
        return answer
