"""Android's debug bridge: a command in, what the phone answered out. The phone is a stranger: bounded in time and size."""

import subprocess
from dataclasses import dataclass

from auditor.errors import UsageError

SECONDS = 15
MOST_BYTES = 64 << 20


class NoPhoneError(UsageError):
    """No phone can be asked: adb is not there, no phone is connected, or it does not allow debugging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adb:
    """The program, and which phone where several are connected."""

    program: str = "adb"
    serial: str | None = None
    seconds: float = SECONDS

    def read(self, *words: str) -> bytes:
        """What the command wrote.

        Raises:
            NoPhoneError: adb is not there, or no phone answers.
            UsageError: the command failed, or took too long.
        """
        choice = ("-s", self.serial) if self.serial else ()
        command = (self.program, *choice, *words)
        try:
            done = subprocess.run(command, capture_output=True, timeout=self.seconds, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
        except FileNotFoundError:
            raise NoPhoneError("adb is not installed", fix="install Android's platform-tools") from None
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"adb {words[0]} took longer than {self.seconds:.0f} s", fix="unlock the phone, plug it in again"
            ) from None
        except OSError as error:
            raise NoPhoneError(f"adb cannot be started: {error.strerror or error}", fix="install platform-tools") from None
        if done.returncode:
            raise _failed(done.stderr.decode("utf-8", "replace"), words[0])
        return done.stdout[:MOST_BYTES]

    def shell(self, *words: str) -> str:
        """What a command on the phone wrote, as text without blanks around it.

        Raises:
            UsageError: as `read`.
        """
        return self.read("shell", *words).decode("utf-8", "replace").strip()


_NO_PHONE = (
    ("unauthorized", "the phone does not allow this computer to debug it", "confirm the question on the phone's screen"),
    ("no devices", "no phone is connected to adb", "plug it in and switch USB debugging on"),
    ("device offline", "the phone is offline for adb", "plug it in again"),
    ("more than one", "several phones are connected", "name one with --serial (see `adb devices`)"),
    ("not found", "that phone is not connected", "see `adb devices`"),
)


def _failed(text: str, what: str) -> UsageError:
    """The error that adb's words mean."""
    for words, meaning, fix in _NO_PHONE:
        if words in text and ("device" in text or "emulator" in text):
            return NoPhoneError(meaning, fix=fix)
    return UsageError(f"adb {what} failed: {' '.join(text.split())[:120] or 'no reason given'}")
