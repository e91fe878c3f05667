"""A fork at whose moment somebody presses Ctrl-C."""

import os
import signal

import pytest

_AS_THE_PARENT = 77


def interrupt_forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Both processes hear the terminal as soon as there are two; where the child takes that for its parent's, it ends with 77.

    The numbers of the children stand in the list.
    """
    fork, children = os.fork, list[int]()

    def interrupted() -> int:
        number = fork()
        children.append(number)
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if not number:
                os._exit(_AS_THE_PARENT)
            raise
        return number

    monkeypatch.setattr(os, "fork", interrupted)
    return children
