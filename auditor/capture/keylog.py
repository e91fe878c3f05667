"""Key log files in the format of NSS (draft-ietf-tls-keylogfile): a path goes in, what is wrong with the file comes out;
and the file that another program is given."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.named_file import is_waited_for
from auditor.nameless_file import nameless

LARGEST = 64 * 1024 * 1024
"""Bytes of a key log that are looked at."""
_SECRET = re.compile(
    rb"^(?:CLIENT_RANDOM|PMS_CLIENT_RANDOM|RSA|(?:CLIENT|SERVER)_(?:EARLY_|HANDSHAKE_)?TRAFFIC_SECRET(?:_\d+)?"
    rb"|(?:EARLY_)?EXPORTER_SECRET|ECH_SECRET|QUIC_(?:CLIENT|SERVER)_\w+)[ \t]+[0-9A-Fa-f]+[ \t]+[0-9A-Fa-f]+[ \t]*\r?$",
    re.MULTILINE,
)


def keylog_fault(path: str) -> str | None:
    """What keeps a file from being a key log, in words that go on from its name; None where it holds secrets."""
    try:
        if is_waited_for(path):
            return "is no regular file"
        with Path(path).open("rb") as file:
            data = file.read(LARGEST)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return None if _SECRET.search(data) else "holds no line of the NSS key log format (LABEL RANDOM SECRET)"


@contextmanager
def key_file(given: str | None, secrets: bytes) -> Iterator[str | None]:
    """The path of a file with the key log that was given and the secrets of a capture; the given one where there are none.

    Only its owner may read it, and it is gone afterwards.
    """
    if not secrets:
        yield given
        return
    with nameless() as (file, path):
        file.write(secrets + b"\n" + (Path(given).read_bytes() if given else b""))
        file.flush()
        yield path
