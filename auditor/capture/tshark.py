"""Asks tshark about a capture: files and a key log go in, the text that it writes comes out.

It is given the path where there is one plain file. A rotated set, or a compressed capture, it reads as one stream from its
standard input, so that its numbers of packets and conversations are those of the whole recording.
"""

import subprocess
import threading
from collections.abc import Iterator
from typing import IO

from auditor.capture.opened import Decompressed, open_capture
from auditor.errors import DamagedError
from auditor.nameless_file import handles

TIMEOUT = 600
"""Seconds that tshark may take."""
_PIECE = 1 << 20
_ANY_ORDER = ("-o", "tcp.reassemble_out_of_order:TRUE")
"""By itself it does not decrypt a stream whose segments were captured in another order, or sent twice."""
_PCAP_HEAD = 24
_PCAPNG = b"\x0a\x0d\x0d\x0a"


class Tshark:
    """tshark and the capture that it is asked about."""

    def __init__(self, tool: str, members: tuple[str, ...], keylog: str | None) -> None:
        """`tool`: path of the program; `members`: the files of the recording, in order."""
        self._members = members
        self._tool = tool
        self._handles = handles(keylog)
        self._secrets = ("-o", f"tls.keylog_file:{keylog}") if keylog else ()

    def says(self, *words: str) -> str:
        """What it writes when it is called with these words; empty where it cannot be run or takes too long."""
        piped = self._is_piped()
        command = [self._tool, "-n", "-r", "-" if piped else self._members[0], *_ANY_ORDER, *self._secrets, *words]
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell, own words
                command,
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=self._handles,
            )
        except OSError:
            return ""
        killer = threading.Timer(TIMEOUT, process.kill)
        killer.start()
        try:
            if piped:
                threading.Thread(target=_feed, args=(process.stdin, self._members), daemon=True).start()
            assert process.stdout is not None
            return process.stdout.read().decode("utf-8", "replace")
        finally:
            killer.cancel()
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]

    def _is_piped(self) -> bool:
        if len(self._members) > 1:
            return True
        with open_capture(self._members[0]) as stream:
            return isinstance(stream, Decompressed)


def _feed(pipe: IO[bytes], members: tuple[str, ...]) -> None:
    """Writes the recording into the pipe; the program may stop to read at any time."""
    try:
        with pipe:
            for piece in joined(members):
                pipe.write(piece)
    except (OSError, DamagedError, ValueError):
        return


def joined(members: tuple[str, ...]) -> Iterator[bytes]:
    """The files of a recording as one: pcapng sections follow each other, of pcap files only the first keeps its header.

    Raises:
        DamagedError, OSError: a file cannot be read on.
    """
    for number, member in enumerate(members):
        with open_capture(member) as stream:
            head = stream.read(_PCAP_HEAD)
            yield b"" if number and not head.startswith(_PCAPNG) else head
            while piece := stream.read(_PIECE):
                yield piece
