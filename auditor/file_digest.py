"""A file's path in, the SHA-256 of its bytes as they are on disk out: what a report publishes of its evidence."""

import hashlib
import os
import threading

BLOCK = 1 << 20


def sha256(path: str) -> str | None:
    """The digest of a file's bytes as they are on disk; None where it cannot be read, or is a pipe or a device without end."""
    digest = hashlib.sha256()
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


class Hashing:
    """The digest of a file, made in a thread of its own while the file is read (hashing holds no lock)."""

    def __init__(self, path: str) -> None:
        self._found: list[str | None] = []
        self._thread = threading.Thread(target=lambda: self._found.append(sha256(path)), daemon=True)
        self._thread.start()

    def digest(self) -> str | None:
        """Waits for it."""
        self._thread.join()
        return self._found[0]
