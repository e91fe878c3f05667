"""The files of a new session, with comments that say what belongs there."""

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is known of the test at its start."""

    product: str = ""
    app_version: str = ""
    firmware: str = ""
    topology: str = ""
    tester: str = ""


SESSION = """\
# What was tested. Every key is optional; a key that is not known is an error.
schema = 1

[session]
name = {name}
product = {product}
app_version = {app_version}
firmware = {firmware}
# What sha256sum prints for the APK or IPA that is tested, and for the printer's firmware.
app_sha256 = ""
firmware_sha256 = ""
# Where it is recorded, so that many sessions can be told apart, like "CN" or "EU".
region = ""
topology = {topology}
tester = {tester}
register = "o2nails-1.1"
# The policy's text that was in force, put beside this file: it is linted, and compared with the register.
policy = []  # like ["privacy-policy.txt"]; several files are one policy
# A pass needs all of these phases to be recorded.
required_phases = []  # like ["before_consent", "consented", "pair_printer", "print", "background"]

[first_party]
# Domains of your own, beside those that the register names.
domains = []
# Your labels on shared platforms: bucket names, product keys. Without them their traffic counts as the platform's.
tenants = []

# One table for each capture. Files that are not listed are audited too, with a warning and their format's usual surface.
# [[capture]]
# path = "app.mitm"
# surface = "app"          # app, printer or site
# background = false       # true: the idle phone without the app; subtracted and shown
# keylog = "keys.log"      # TLS secrets of a packet capture

# One table for each phase, in the order in which you did them. Times carry their offset from UTC.
# Rules know these ids: before_consent declined consented browse register register_email profile pair_printer print pay push
# background logout delete_account; any other id is allowed.
# [[phase]]
# id = "before_consent"
# start = 2026-11-22T10:15:00Z
# end = 2026-11-22T10:16:00Z
"""

SUBJECTS = """\
# The known values of the test phone, the printer and the persona: what the audit looks for, in every disguise.
# Use a test phone and a made-up persona. NEVER COMMIT THIS FILE.
schema = 1

# Salts and keys with which the app is known to hash or sign identifiers.
salts = []
hmac_keys = []

# kind: imei mac android_id oaid aaid idfa idfv serial phone email user_name password nickname ssid bssid location push_token ...
# owner: phone, printer or persona
# [[identifier]]
# label = "test phone imei"
# kind = "imei"
# value = "490154203237518"
# owner = "phone"
"""

WAIVERS = """\
# Findings that somebody has accepted. Each names why, who, and until when; an expired waiver does not count. A waiver covers the
# findings with its rule, party and surface, and with its identifier.
schema = 1

# [[waiver]]
# rule = "SEC-CLEARTEXT"
# party = "first_party"     # the finding's recipient as the report names it; "*" only for findings that have none
# identifier = "*"          # a kind of identifier, or * for any
# surface = "printer"
# reason = "firmware 1.4 moves to HTTPS"
# owner = "release manager"
# expires = 2027-01-31      # the last day that counts
"""

IGNORED = "subjects.toml\nsession.key\n"


def write_scaffold(folder: Path, answers: Answers) -> None:
    """Writes the files of a new session, readable by their owner only.

    Raises:
        OSError: they cannot be written, or one of them exists.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = {name: json.dumps(getattr(answers, name), ensure_ascii=False) for name in answers.__slots__}
    session = SESSION.format(name=json.dumps(folder.resolve().name, ensure_ascii=False), **words)
    files = {"session.toml": session, "subjects.toml": SUBJECTS, "waivers.toml": WAIVERS}
    if not (folder / ".gitignore").exists():
        files[".gitignore"] = IGNORED
    made: list[Path] = []
    try:
        for name, text in files.items():
            _write(folder / name, text, made)
    except OSError:  # half a session would stand in the way of the next try
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _write(path: Path, text: str, made: list[Path]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    made.append(path)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
