"""Choices that only who holds the key can repeat: a key and a subject in, numbers out, the same ones every time."""

import hashlib
import hmac


class Dice:
    """A stream of choices from HMAC-SHA-256 in counter mode."""

    def __init__(self, key: bytes, subject: str) -> None:
        self._key = key
        self._subject = subject.encode("utf-8", "surrogatepass")
        self._block = b""
        self._count = 0

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1; two bytes decide, so bounds are at most a few thousand."""
        if len(self._block) < 2:
            self._count += 1
            self._block += hmac.new(self._key, self._count.to_bytes(8) + self._subject, hashlib.sha256).digest()
        number, self._block = int.from_bytes(self._block[:2]), self._block[2:]
        return number % bound

    def of(self, choices: str) -> str:
        """One of the characters."""
        return choices[self.below(len(choices))]

    def between(self, first: int, last: int) -> int:
        """A number of the range, both ends included."""
        return first + self.below(last - first + 1)

    def noise(self, size: int) -> bytes:
        """Bytes that look like ciphertext."""
        return hashlib.shake_256(self._key + self._subject).digest(size)
