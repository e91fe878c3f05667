"""Decrypts TLS and QUIC with a key log or a capture's own secrets, through tshark where it is installed: stories are told what is
inside.

tshark follows the TLS streams and writes the decrypted bytes with the numbers of their packets; the same protocol readers that
read traffic in the clear read them. Without tshark TLS stays opaque, and a note says so. Nothing of what tshark says is trusted:
what does not look like its output is left out.
"""

import base64
import binascii
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.capture import columns as c
from auditor.capture.keylog import key_file, keylog_fault
from auditor.capture.listener import Listener
from auditor.capture.placed import Placed
from auditor.capture.plain_text import is_plain_text, tell
from auditor.capture.quic_decryption import decrypt_quic
from auditor.capture.reader import ReadOptions
from auditor.capture.story import Story
from auditor.capture.tshark import Tshark
from auditor.capture.unknown import UnknownTalk
from auditor.model.content import Place
from auditor.model.vocabulary import Visibility

AT_ONCE = 200
"""Streams that one run of tshark follows."""
MAX_STREAM = 64 * 1024 * 1024
SECOND = 1_000_000_000
_PACKET = re.compile(r"^(\d+)\t(?:\d+,)*(\d+)$", re.MULTILINE)
"""Number of a packet, and of its conversation: the innermost, where a tunnel carries it."""
_FIRST_PEER = re.compile(r"- peer: 0\n +host: (\S*)\n +port: (\d{1,5})$", re.MULTILINE)
_KEY = re.compile(r"^ {4}(packet|peer|timestamp|data): *(.*)$")


@dataclass(frozen=True, slots=True)
class Decrypted:
    """A run of decrypted bytes."""

    peer: int
    packet: int
    at: int
    data: bytes


def decrypt(listener: Listener, members: tuple[str, ...], options: ReadOptions, *, secrets: bytes) -> tuple[str, ...]:
    """Tells the stories of TLS streams what was inside; notes for the reviewer. A plain text may stand in the key log's place.

    `secrets` of the capture itself: tshark would not know those that stand behind the packets, so it gets all in a file.
    """
    if not options.keylog and not secrets:
        return ()
    if options.keylog and is_plain_text(options.keylog):
        listener.stories_of("tls", c.A_TLS), listener.stories_of("quic", c.A_QUIC)  # those that a glance was enough for
        return tell(options.keylog, {story.flow_id: story for story in listener.stories.values()})
    fault = keylog_fault(options.keylog) if options.keylog else None
    if fault and not secrets:
        return (f"the key log {fault}: TLS stays opaque",)
    told = _with_tshark(listener, members, None if fault else options.keylog, secrets)
    return (f"the key log {fault}", *told) if fault else told


def _with_tshark(listener: Listener, members: tuple[str, ...], keylog: str | None, secrets: bytes) -> tuple[str, ...]:
    stories, datagrams = listener.stories_of("tls", c.A_TLS), listener.stories_of("quic", c.A_QUIC)
    if not stories and not datagrams:
        return ()
    tool = shutil.which("tshark")
    if tool is None:
        return ("TLS secrets were given, but tshark is not installed: TLS stays opaque",)
    with key_file(keylog, secrets) as file:
        return _opened(Tshark(tool, members, file), stories, datagrams, listener)


def _opened(tshark: Tshark, stories: list[Story], datagrams: list[Story], listener: Listener) -> tuple[str, ...]:
    """Tells the stories of both kinds what was inside; how many were opened, in notes."""
    told: tuple[str, ...] = ()
    if stories:
        opened = sum(_followed_and_told(tshark, stories[at : at + AT_ONCE], listener) for at in range(0, len(stories), AT_ONCE))
        told += (f"{opened} of {len(stories)} TLS conversations were decrypted with the secrets given",)
    if datagrams:
        opened = decrypt_quic(tshark, {_stream_of(story): story for story in datagrams}, listener.names)
        told += (f"{opened} of {len(datagrams)} QUIC conversations were decrypted with the secrets given",)
    return told


def _followed_and_told(tshark: Tshark, stories: list[Story], listener: Listener) -> int:
    """Tells these stories what was inside; how many were opened."""
    wanted = {_stream_of(story): story for story in stories}
    opened = 0
    for stream, text, runs in _followed(tshark, sorted(wanted)):
        if stream in wanted:
            opened += 1
            _tell(wanted[stream], runs, listener, first=_first_side(wanted[stream], text))
    return opened


def _stream_of(story: Story) -> int:
    return int(story.flow_id.rpartition("-")[2])


def _first_side(story: Story, text: str) -> int:
    """The side that tshark calls peer 0: whichever it decrypted something of first, often the server with its session tickets."""
    named = _FIRST_PEER.search(text)
    if named is None or story.ports[0] == story.ports[1]:
        return int(named is not None and named[1] == story.addresses[1] != story.addresses[0])
    return int(int(named[2]) == story.ports[1])


def _followed(tshark: Tshark, streams: list[int]) -> Iterator[tuple[int, str, list[Decrypted]]]:
    """Number, text and decrypted runs of each stream that tshark opened, in order.

    It writes them in an order of its own and without their numbers, so that the packet of the first run tells which one it is.
    """
    listed = " || ".join(f"tcp.stream == {stream}" for stream in streams)
    follow = (word for stream in streams for word in ("-z", f"follow,tls,yaml,{stream}"))
    fields = ("-Y", f"tls && ({listed})", "-T", "fields", "-e", "frame.number", "-e", "tcp.stream")
    packets, *blocks = re.split(r"(?m)^peers:$", tshark.says(*fields, *follow))
    stream_of = {int(number): int(stream) for number, stream in _PACKET.findall(packets)}
    found = ((text, list(read_runs(text))) for text in blocks)
    opened = [(stream_of.get(runs[0].packet, -1), text, runs) for text, runs in found if runs]
    return iter(sorted(opened, key=lambda entry: entry[0]))


def read_runs(text: str) -> Iterator[Decrypted]:
    """The runs in the YAML that `tshark -z follow,tls,yaml` writes for one stream."""
    fields: dict[str, str] = {}
    data: list[str] | None = None
    kept = 0
    for line in [*text.splitlines(), "  - packet: 0"]:
        if line.startswith("  - "):
            run = _run(fields, data)
            if run is not None and kept < MAX_STREAM:
                kept += len(run.data)
                yield run
            fields, data = {}, None
            line = "    " + line[4:]
        match = _KEY.match(line)
        if match and match[1] == "data":
            data = []
        elif match:
            fields[match[1]] = match[2]
        elif data is not None:
            data.append(line.strip())


def _run(fields: dict[str, str], data: list[str] | None) -> Decrypted | None:
    if not data:
        return None
    try:
        seconds, _, fraction = fields["timestamp"].partition(".")
        at = int(seconds) * SECOND + int(fraction.ljust(9, "0")[:9] or 0)
        return Decrypted(int(fields["peer"]), int(fields["packet"]), at, base64.b64decode("".join(data), validate=True))
    except (KeyError, ValueError, binascii.Error):
        return None


def _tell(story: Story, runs: list[Decrypted], listener: Listener, *, first: int) -> None:
    """Reads decrypted runs like a stream in the clear; `first` is the side of peer 0."""
    version, alpn = story.tls_version, story.alpn
    talk = UnknownTalk(story, listener.names)
    for run in runs:
        # The bytes are encrypted in the capture: their place is the packet's.
        talk.take(run.peer ^ first, Placed(run.data, (Place(0, run.packet, 0),)), run.at)
    talk.end(runs[-1].at)
    story.visibility = Visibility.DECRYPTED
    story.tls_version, story.alpn = version, alpn
    if story.url is not None:
        story.url = story.url.replace("http://", "https://", 1)
