"""Whether bytes are noise, like ciphertext: bytes go in, a yes or no comes out.

Noise has every sign of text by chance: a `=` here, a `&` there. Text formats would cut it into a thousand pieces, each of them
noise again. Two things tell it: its bytes are spread over all values, and no run of printable characters in it is longer than
chance makes one. Text that somebody put into noise is such a run.
"""

_SHORTEST = 96
"""Bytes from which on the number of different ones says something."""
_SAMPLE = 1024
_SPREAD = 0.85
"""Of the different bytes that chance gives, how many there must be; text in any charset has fewer than two thirds."""
_LONG = 65536
_CLASSES = bytes(0x61 if 0x20 <= byte < 0x7F or byte in b"\t\r\n" else 0x20 for byte in range(256))
_RUN, _RUN_OF_LONG = b"a" * 16, b"a" * 24
"""Printable bytes in a row: chance makes so many in one of 120 runs of noise of 64 KiB, and in one of 300 of 64 MiB."""


def is_noise(data: bytes) -> bool:
    """Whether no text is to be expected anywhere in the bytes. Compressed data are noise, too, and are known by other signs."""
    if len(data) < _SHORTEST:
        return False
    run = _RUN if len(data) <= _LONG else _RUN_OF_LONG
    return _is_spread(data[:_SAMPLE]) and _is_spread(data[-_SAMPLE:]) and run not in data.translate(_CLASSES)


def _is_spread(sample: bytes) -> bool:
    expected = 256 * (1 - (255 / 256) ** len(sample))
    return len(set(sample)) >= _SPREAD * expected
