"""Opens capture files, compressed or not: a path goes in, a stream of the capture's own bytes comes out.

Compression (gzip, zstd) is recognised by content, never by name. A compressed file is decompressed while it is read, in constant
memory and under limits. Where the compressed data is damaged, `read` first returns what decompressed (a short read), and the
call after that raises `DamagedError`: nothing that stands before the damage is lost to a caller that reads in blocks.
"""

import contextlib
import errno
import io
import os
import re
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from auditor.errors import DamagedError, Source

HEAD_SIZE = 65_536
"""Bytes that are enough to recognise any format."""
BLOCK_SIZE = 262_144
"""Compressed bytes read at once, and the most that one step decompresses to."""
FREE_OUTPUT = 256 * 1024 * 1024
"""Decompressed bytes up to which the expansion is not looked at."""
MAX_EXPANSION = 250
"""Beyond `FREE_OUTPUT`, a file that expands more than this is a bomb (packet captures compress three- to twentyfold)."""
TYPICAL_EXPANSION = 5
MAX_ZSTD_WINDOW = 128 * 1024 * 1024
"""`zstd --long` needs this much; larger windows are refused."""

_GZIP_MAGIC = re.compile(rb"\x1f\x8b")
_ZSTD_MAGIC = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
"""RFC 8878 sections 3.1.1 and 3.1.2: pzstd begins with a frame to be skipped."""
_ANY_GZIP_WRAPPER = 31


class _Codec(Protocol):
    """One compression: bytes in, at most `BLOCK_SIZE` bytes out for each step."""

    def step(self, data: bytes) -> bytes:
        """Decompresses some of the held and the new bytes. Raises ValueError where they are damaged."""
        ...

    @property
    def wants_input(self) -> bool:
        """Whether the held bytes are used up."""
        ...

    @property
    def complete(self) -> bool:
        """Whether the file may end here."""
        ...


class _Gzip:
    """Gzip members one after another (RFC 1952 section 2.2); zero padding behind the last is allowed, as gzip(1) does."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_ANY_GZIP_WRAPPER)
        self._held = b""
        self._inside = False
        self._fault = ""
        """What is damaged, once all before it was given."""

    @property
    def wants_input(self) -> bool:
        return not self._held

    @property
    def complete(self) -> bool:
        return not self._inside

    def step(self, data: bytes) -> bytes:
        held = self._held + data
        if not self._inside:
            held = held.lstrip(b"\0")
            if not held:
                self._held = b""
                return b""
            self._member = zlib.decompressobj(_ANY_GZIP_WRAPPER)
            self._inside = True
        if self._fault:
            raise ValueError(self._fault)
        before = self._member.copy()
        try:
            output = self._member.decompress(held, BLOCK_SIZE)
        except zlib.error as error:
            self._fault = str(error).partition(": ")[2] or str(error)
            self._held = held
            return _up_to_the_damage(before, held)
        if self._member.eof:
            self._inside = False
            self._held = self._member.unused_data
        else:
            self._held = self._member.unconsumed_tail
        return output


def _up_to_the_damage(member: "zlib._Decompress", data: bytes) -> bytes:
    """What decompresses before the first byte that is damaged."""
    found = bytearray()
    with contextlib.suppress(zlib.error):
        for at in range(len(data)):
            found += member.decompress(data[at : at + 1])
    return bytes(found)


class _Zstd:
    """Zstandard frames one after another, skippable frames included (RFC 8878)."""

    def __init__(self) -> None:
        import zstandard

        self._error: type[Exception] = zstandard.ZstdError
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW)
        self._frame = self._decompressor.decompressobj()
        self._held = memoryview(b"")
        self._inside = False

    @property
    def wants_input(self) -> bool:
        return not self._held

    @property
    def complete(self) -> bool:
        return not self._inside

    def step(self, data: bytes) -> bytes:
        # The library has no output limit for one call, so the input of a call is kept small instead: a zstd block
        # holds at most 128 KiB of output and at least 4 bytes of input (RFC 8878 section 3.1.1.2).
        held = self._held or memoryview(data)
        part, self._held = held[:_ZSTD_STEP], held[_ZSTD_STEP:]
        if not self._inside:
            self._frame = self._decompressor.decompressobj()
            self._inside = True
        try:
            output = self._frame.decompress(part)
        except self._error as error:
            raise ValueError(str(error).rpartition(": ")[2]) from None
        if self._frame.eof:
            self._inside = False
            self._held = held[len(part) - len(self._frame.unused_data) :]
        return output


_ZSTD_STEP = 1_024


class Decompressed(io.RawIOBase):
    """A forward-only stream of the decompressed bytes. `read(n)` gives n bytes unless the end or damage is nearer."""

    def __init__(self, file: BinaryIO, path: str, codec: _Codec) -> None:
        super().__init__()
        self._file = file
        self._path = path
        self._codec = codec
        self._output = b""
        self._at = 0
        self._taken = 0
        self._given = 0
        self._fault: DamagedError | None = None
        self._ended = False

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Offset in the decompressed bytes."""
        return self._given - (len(self._output) - self._at)

    @property
    def taken(self) -> int:
        """Compressed bytes read so far, for progress."""
        return self._taken

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, all of the rest for -1.

        Raises:
            DamagedError: the compressed data is damaged here; everything before was returned by earlier calls.
        """
        parts = []
        wanted = size if size >= 0 else 1 << 62
        while wanted and self._fill():
            part = self._output[self._at : self._at + wanted]
            self._at += len(part)
            wanted -= len(part)
            parts.append(part)
        if not parts and wanted and self._fault:
            raise self._fault
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readinto(self, buffer: Any, /) -> int:
        """As `read`, into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Closes the compressed file."""
        self._file.close()
        super().close()

    def _fill(self) -> bool:
        """Whether there are bytes to give; decompresses the next ones when needed."""
        while self._at == len(self._output):
            if self._ended:
                return False
            self._step()
        return True

    def _step(self) -> None:
        data = b""
        if self._codec.wants_input:
            data = self._file.read(BLOCK_SIZE)
            self._taken += len(data)
            if not data:
                self._ended = True
                if not self._codec.complete:
                    self._fail("the compressed data ends early")
                return
        try:
            self._output = self._codec.step(data)
        except ValueError as error:
            self._fail(f"the compressed data is damaged: {error}")
            return
        self._at = 0
        self._given += len(self._output)
        if self._given > FREE_OUTPUT and self._given > self._taken * MAX_EXPANSION:
            self._fail(f"decompresses to more than {MAX_EXPANSION} times its size")

    def _fail(self, what: str) -> None:
        self._ended = True
        self._output, self._at = b"", 0
        self._fault = DamagedError(what, Source(self._path, f"byte {self._given} of the decompressed data"))


_CODECS: tuple[tuple[re.Pattern[bytes], Callable[[], _Codec]], ...] = ((_GZIP_MAGIC, _Gzip), (_ZSTD_MAGIC, _Zstd))


def open_capture(path: str) -> BinaryIO:
    """A readable binary stream of the capture's bytes, decompressed where the content is gzip or zstd.

    A plain file comes as an ordinary buffered file (it can seek); a compressed one as `Decompressed` (it cannot).

    Raises:
        OSError: the file cannot be opened, or is a pipe or a device, for which nobody may wait.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(errno.EINVAL, "is no regular file", path)
    file = Path(path).open("rb")  # noqa: SIM115 - the caller closes it
    magic = file.peek(4)[:4]
    for form, codec in _CODECS:
        if form.match(magic):
            return cast(BinaryIO, Decompressed(file, path, codec()))
    return file


def capture_size(path: str) -> int:
    """About how many bytes of capture the file holds: its size, several times that where it is compressed.

    Raises:
        OSError: the file cannot be read.
    """
    with open_capture(path) as stream:
        return Path(path).stat().st_size * (TYPICAL_EXPANSION if isinstance(stream, Decompressed) else 1)


def head(path: str, size: int = HEAD_SIZE) -> bytes:
    """The first bytes of the capture, decompressed; fewer where the file is shorter or damaged further on.

    Raises:
        OSError: the file cannot be read.
        DamagedError: compressed data that is damaged before its first byte comes out.
    """
    with open_capture(path) as stream:
        return stream.read(size)
