"""An interface in, dumpcap's packets out: `--engine dumpcap`, where Wireshark's capture program is installed.

dumpcap may have the right to capture that its user lacks. It writes pcapng into a pipe; its packet blocks go into the file as
they are, and its counts, which it tells once at its end, become the recording's.
"""

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
from select import POLLHUP, POLLIN, poll
from struct import Struct, unpack_from

from auditor.errors import UsageError
from auditor.record.counters import Counters
from auditor.record.kernel_filter import Target
from auditor.record.link import check_interface
from auditor.record.tap import NoRightError

BUFFER_MIB = 32
_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031
_END_SECONDS = 10.0
_START_SECONDS = 15.0
_MAX_BLOCK = 16 << 20

_SECTION, _INTERFACE, _STATISTICS, _PACKET = 0x0A0D0D0A, 1, 5, 6
_BLOCK_HEAD = Struct("<II")
_OPTION_HEAD = Struct("<HH")
_RECEIVED, _DROPPED, _TSRESOL = 4, 5, 9
_NANOSECONDS = b"\x09"


class DumpcapTap:
    """A dumpcap that runs. Its counts are known when it has ended."""

    engine = "dumpcap"
    buffer_bytes = BUFFER_MIB << 20

    def __init__(self, interface: str, target: Target | None, process: subprocess.Popen[bytes]) -> None:
        """Waits for the blocks that describe the file.

        Raises:
            NoRightError: dumpcap may not capture.
            UsageError: dumpcap ended, or does not tell nanoseconds.
        """
        self.interface = interface
        self.filter_text = str(target) if target else ""
        self.counters = Counters()
        self.link_type = -1
        self._process = process
        self._pipe = os.dup(process.stdout.fileno()) if process.stdout else -1
        self._buffer = bytearray()
        self._has_more = False
        """Whether packets came in one read with the description of the interface."""
        self._ending = False
        self._told: tuple[int, int] | None = None
        self._poll = poll()
        self._poll.register(self._pipe, POLLIN | POLLHUP)
        try:
            fcntl.fcntl(self._pipe, _F_SETPIPE_SZ, _PIPE_BYTES)
            self._await_interface()
        except BaseException:
            self.close()
            raise

    def _await_interface(self) -> None:
        while self.link_type < 0:
            if not self.wait(_START_SECONDS) or not self._fill():
                raise self._refusal()
            self._parse([], only_head=True)
        self._has_more = bool(self._buffer)

    def _refusal(self) -> UsageError:
        """Why dumpcap ended, in its own words."""
        self._process.kill()
        stderr = self._process.stderr.read().decode(errors="backslashreplace") if self._process.stderr else ""
        lines = [line.strip() for line in stderr.splitlines() if line.strip()]
        why = lines[-1] if lines else "it said nothing"
        told = next((line for line in lines if "permission" in line.lower()), None)
        if told:
            return NoRightError(f"dumpcap may not capture on {self.interface}: {told}")
        return UsageError(f"dumpcap did not start: {why}")

    def wait(self, seconds: float) -> bool:
        """Whether dumpcap wrote something, or ended, within the time."""
        return self._has_more or bool(self._poll.poll(seconds * 1000))

    def drain(self, sink: list[bytes], most: int) -> int:
        """Appends dumpcap's packet blocks; once the gate is closed, all that are left.

        Raises:
            OSError: EPIPE when dumpcap ended of its own.
        """
        before = len(sink)
        self._has_more = False
        self._parse(sink)
        while len(sink) - before < most and self.wait(_END_SECONDS if self._ending else 0):
            if not self._fill():
                if not self._ending:
                    raise OSError(errno.EPIPE, "dumpcap ended")
                break
            self._parse(sink)
        self.counters = self.counters.wrote(len(sink) - before)
        return len(sink) - before

    def _fill(self) -> bool:
        data = os.read(self._pipe, _PIPE_BYTES)
        self._buffer += data
        return bool(data)

    def _parse(self, sink: list[bytes], only_head: bool = False) -> None:
        """Takes the whole blocks off the buffer; with `only_head`, those before the first packet."""
        at, buffer = 0, self._buffer
        while at + 12 <= len(buffer) and not (only_head and self.link_type >= 0):
            kind, length = _BLOCK_HEAD.unpack_from(buffer, at)
            if not 12 <= length <= _MAX_BLOCK:
                raise OSError(errno.EBADMSG, f"dumpcap wrote a block of {length} bytes")
            if at + length > len(buffer):
                break
            if kind == _PACKET:
                sink.append(bytes(buffer[at : at + length]))
            else:
                self._note(kind, bytes(buffer[at : at + length]))
            at += length
        del buffer[:at]

    def _note(self, kind: int, block: bytes) -> None:
        if kind == _INTERFACE:
            if _options(block, 16).get(_TSRESOL) != _NANOSECONDS:
                raise UsageError("this dumpcap does not tell nanoseconds", fix="use --engine socket")
            (self.link_type,) = unpack_from("<H", block, 8)
        elif kind == _STATISTICS:
            found = _options(block, 20)
            received, dropped = (int.from_bytes(found.get(code, b""), "little") for code in (_RECEIVED, _DROPPED))
            self._told = (received, dropped)

    def read_counters(self) -> Counters:
        """The totals: what was delivered, and at the end what dumpcap told.

        Raises:
            OSError: dumpcap ended without its counts, so the loss is unknown.
        """
        known = self.counters
        if self._told is not None:
            received, dropped = self._told
            self.counters = Counters(received=received, dropped=dropped, delivered=known.delivered)
        elif self._ending and self._process.poll() is not None:
            raise OSError(errno.ENODATA, "dumpcap ended without its counts: the loss is unknown")
        else:
            self.counters = Counters(received=known.delivered, dropped=known.dropped, delivered=known.delivered)
        return self.counters

    def narrow(self, target: Target) -> bool:
        """It cannot."""
        del target
        return False

    def close_gate(self) -> None:
        """Tells dumpcap to end. What it still writes can be drained."""
        if not self._ending:
            self._ending = True
            self._process.send_signal(signal.SIGINT)

    def is_up(self) -> bool | None:
        """True, or None when the interface is gone; dumpcap ends when it goes down."""
        try:
            socket.if_nametoindex(self.interface)
        except OSError:
            return None
        return True

    def close(self) -> None:
        """Ends dumpcap in any case."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


def open_dumpcap(interface: str, target: Target | None) -> DumpcapTap:
    """Starts dumpcap.

    Raises:
        NoRightError: dumpcap may not capture.
        UsageError: it is not installed, there is no such interface, or it does not start.
    """
    program = shutil.which("dumpcap")
    if program is None:
        raise UsageError("dumpcap is not installed", fix="install Wireshark's dumpcap, or use --engine socket")
    check_interface(interface)
    command = [program, "-q", "-i", interface, "-B", str(BUFFER_MIB), "-w", "-"]
    command += ["-f", str(target)] if target else []
    # A group of its own: Ctrl-C is for this program, which ends dumpcap in order.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0)  # noqa: S603
    return DumpcapTap(interface, target, process)


def _options(block: bytes, at: int) -> dict[int, bytes]:
    """The options of a block (draft-ietf-opsawg-pcapng, section 3.5)."""
    found: dict[int, bytes] = {}
    while at + 8 <= len(block):
        code, length = _OPTION_HEAD.unpack_from(block, at)
        if code == 0:
            break
        found[code] = block[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    return found
