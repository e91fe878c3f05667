"""Packet captures with every value rewritten: the files of a recording in, their bytes with pseudonyms out.

The reader of the audit says which bytes of which packets make up each part of a message; what is rewritten there is put back
where it stood, and a body that changes its length moves the rest of its stream. Then whatever still stands in a stream, a
datagram, a header or a frame of another kind is looked for as it stands. Ciphertext becomes zeros, or noise where only the
spread of the bytes tells that it is ciphertext, so that an audit says of it what it said before.
"""

import hashlib
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from auditor.capture import formats
from auditor.capture.opened import open_capture
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Part, Visibility
from auditor.nameless_file import nameless
from auditor.redact import packet_blocks
from auditor.redact.ciphertext import drowned, encrypted, quic_datagram
from auditor.redact.counterparts import cased
from auditor.redact.dice import Dice
from auditor.redact.fragments import change_datagrams
from auditor.redact.layers import ICMP, ICMP6, TCP, UDP, Layers, ends, fix_checksums, layers, put_payload
from auditor.redact.packet_blocks import Frame, PacketFile
from auditor.redact.rewriter import Rewriter
from auditor.redact.tcp_streams import Stream, Streams

_LOCAL_PORTS = frozenset({53, 67, 68, 137, 546, 547, 1900, 5353})
"""Ports of protocols that carry addresses of the local network as four bytes."""


@dataclass(slots=True)
class Notes:
    """What was not rewritten but taken out, in words, each once."""

    lines: dict[str, None] = field(default_factory=dict)

    def add(self, line: str) -> None:
        """Notes something."""
        self.lines[line] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """The files of one recording, and what was seen in it without any secrets."""

    files: list[bytes]
    flows: Any
    """The table of the flows, nothing rewritten."""
    told: Mapping[str, int]
    """By flow, how many messages it had."""
    had_secrets: bool
    """Whether a file held secrets of its own."""


def rewrite(paths: tuple[str, ...], rewriter: Rewriter, swaps: Mapping[bytes, bytes], key: bytes, notes: Notes) -> Rewritten:
    """The files of one recording.

    Args:
        paths: one file, or a rotated set in its order.
        rewriter: of the session.
        swaps: addresses as they stand in headers (4, 16 or 8 bytes: IPv4, IPv6, interface identifiers) with their counterparts.
        key: for noise.
        notes: gets what was taken out.

    Raises:
        DamagedError: a file cannot be read to its end.
    """
    files = []
    for path in paths:
        with open_capture(path) as stream:
            files.append(packet_blocks.read(stream, path))
    for file, path in zip(files, paths, strict=True):
        for name, count in file.left_out.items():
            notes.add(f"{rewriter.text(Path(path).name)}: {count} {name} left out")
    recording = _Recording(files, rewriter, swaps, key, notes)
    flows = recording.rewrite(paths)
    had_secrets = any(packet_blocks.TLS_SECRETS in file.left_out for file in files)
    return Rewritten(files=[file.dumped() for file in files], flows=flows, told=recording.told, had_secrets=had_secrets)


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring bytes of a piece that stand in one packet."""

    start: int
    """In the piece."""
    end: int
    frame: int
    offset: int


class _Recording:
    """The packets of one recording while they are rewritten."""

    def __init__(
        self, files: list[PacketFile], rewriter: Rewriter, swaps: Mapping[bytes, bytes], key: bytes, notes: Notes
    ) -> None:
        self._files = files
        self._rewriter = rewriter
        self._swaps = swaps
        self._key = key
        self._notes = notes
        self._frames: list[Frame] = [frame for file in files for frame in file.frames]
        self._layers: list[Layers] = [layers(frame) for frame in self._frames]
        self._streams = Streams(self._frames, self._layers)
        self._messages: list[tuple[Message, list[tuple[Piece, bytes]]]] = []
        self.told: Counter[str] = Counter()

    def rewrite(self, paths: tuple[str, ...]) -> Any:
        """Everything, in the order in which one step needs the other; the flows as they were."""
        flows = self._listen(paths)
        looks_secret = self._secret_by_looks(flows)
        secret = {id(stream): list(encrypted(bytes(stream.data))) for stream in self._streams.all}
        for message, changed in self._messages:
            for piece, made in changed:
                self._put_back(message, piece, made)
        for stream in self._streams.all:
            stream.data[:] = self._rewriter.raw(bytes(stream.data))
            for start, end in secret[id(stream)]:
                stream.data[start:end] = bytes(end - start)
        self._drown(flows, *looks_secret)
        self._streams.write()
        for number, (frame, layer) in enumerate(zip(self._frames, self._layers, strict=True)):
            self._finish(number, frame, layer)
        # behind the addresses, which the checksum of a datagram covers
        change_datagrams(self._frames, self._layers, self._rewriter.value, self._rewriter.raw)
        return flows

    def _listen(self, paths: tuple[str, ...]) -> Any:
        """Reads the messages as an audit of the result will, without any secrets; the flows come back. No copy of what is not
        rewritten yet is left behind by a process that is killed, unless the recording has several files."""
        if len(paths) == 1:
            with nameless() as (stream, copy):
                stream.write(self._files[0].dumped())
                stream.flush()
                return formats.recognise(copy).read(copy, ReadOptions(inspect=self._hear)).flows
        with TemporaryDirectory(prefix="auditor-redact-") as folder:
            for file, path in zip(self._files, paths, strict=True):
                (Path(folder) / Path(path).name).write_bytes(file.dumped())
            copy = str(Path(folder) / Path(paths[0]).name)
            return formats.recognise(copy).read(copy, ReadOptions(inspect=self._hear)).flows

    def _hear(self, message: Message) -> None:
        self.told[message.flow_id] += 1
        changed = []
        for piece, made in zip(message.pieces, self._rewriter.pieces(message), strict=True):
            if made != piece.data and piece.places:
                changed.append((piece, made))
        if changed:
            self._messages.append((message, changed))

    # Putting pieces back --------------------------------------------------------------------------------------------------------

    def _put_back(self, message: Message, piece: Piece, made: bytes) -> None:
        runs = _runs(piece)
        if any(self._layers[run.frame].fragment for run in runs):
            return  # its datagram is changed as a whole
        if len(made) == len(piece.data):
            for run in runs:
                self._patch(
                    run, piece.data[run.start : run.end], made[run.start : run.end], masked=message.protocol == "websocket"
                )
        elif not self._resize(message, piece, made, runs):
            where = f"packet {runs[0].frame + 1}"
            self._notes.add(
                f"{where}: the {piece.part} of a {message.protocol} message was cut out, for its new length has no place"
            )
            for run in runs:
                self._overwrite(run, bytes(run.end - run.start))

    def _patch(self, run: _Run, old: bytes, new: bytes, *, masked: bool) -> None:
        """Writes what differs, where the old byte stands; under a mask (RFC 6455 section 5.3) by what they differ in."""
        place = self._streams.place(run.frame, run.offset)
        data, at = (place[0].data, place[1]) if place else (self._frames[run.frame].data, run.offset)
        differing = [index for index in range(len(old)) if old[index] != new[index]]
        plain = all(at + index < len(data) and data[at + index] == old[index] for index in differing)
        if plain or masked:
            for index in differing:
                data[at + index] = new[index] if plain else data[at + index] ^ old[index] ^ new[index]
        else:
            self._spelled_otherwise(run, old, new, data)

    def _spelled_otherwise(self, run: _Run, old: bytes, new: bytes, data: bytearray) -> None:
        """Names whose dots are lengths on the wire and whose case is free (RFC 1035 section 3.1, RFC 4343): label by label."""
        layer = self._layers[run.frame]
        place = self._streams.place(run.frame, layer.payload)
        start = place[1] if place else layer.payload
        payload = bytes(data[start : start + layer.size])
        made = payload
        for before, behind in zip(old.split(b"."), new.split(b"."), strict=False):
            if before != behind and len(before) == len(behind):
                made = _in_any_case(made, before, behind)
        data[start : start + layer.size] = made
        if made == payload:
            self._notes.add(f"packet {run.frame + 1}: bytes that stand there in another form were cut out")
            self._overwrite(run, bytes(run.end - run.start))

    def _overwrite(self, run: _Run, made: bytes) -> None:
        place = self._streams.place(run.frame, run.offset)
        if place:
            place[0].data[place[1] : place[1] + len(made)] = made
        else:
            self._frames[run.frame].data[run.offset : run.offset + len(made)] = made

    def _resize(self, message: Message, piece: Piece, made: bytes, runs: list[_Run]) -> bool:
        """Puts bytes of another length into a stream or a datagram, and says the new length where the message says one."""
        places = [self._streams.place(run.frame, run.offset) for run in runs]
        if not all(places):
            return len(runs) == 1 and places[0] is None and self._resize_datagram(runs[0], made)
        found = [place for place in places if place is not None]
        stream, start = found[0]
        if any(other is not stream for other, _ in found):
            return False
        end = found[-1][1] + runs[-1].end - runs[-1].start
        if bytes(stream.data[start:end]) == piece.data:
            return self._with_length(message, piece, made, stream) and stream.change(start, end, made)
        line = stream.data.rfind(b"\r\n", 0, max(0, start - 2)) + 2
        if piece.part is Part.BODY and _is_chunk_size(bytes(stream.data[line:start])):
            return stream.change(line, end, b"%x\r\n" % len(made) + made)
        return False

    def _resize_datagram(self, run: _Run, made: bytes) -> bool:
        frame, layer = self._frames[run.frame], self._layers[run.frame]
        old = bytes(frame.data[layer.payload : layer.payload + layer.size])
        at = run.offset - layer.payload
        if layer.protocol != UDP or at < 0:
            return False
        if not put_payload(frame, layer, old[:at] + made + old[at + run.end - run.start :]):
            return False
        self._layers[run.frame] = layers(frame)
        return True

    def _with_length(self, message: Message, piece: Piece, made: bytes, stream: Stream) -> bool:
        """Writes a body's new Content-Length; False for a part that has no length of its own to write."""
        if piece.part is not Part.BODY:
            return message.protocol == "http"
        for header in message.pieces:
            if header.part is Part.HEADER and header.name.lower() == "content-length" and header.places:
                place = self._streams.place(header.places[0].packet - 1, header.places[0].offset)
                if place is None or place[0] is not stream:
                    return False
                return stream.change(place[1], place[1] + len(header.data), b"%d" % len(made))
        return False

    # Ciphertext that no framing shows ----------------------------------------------------------------------------------------

    def _ends_of(self, flows: Any) -> set[frozenset[bytes]]:
        """Both ends of each of these flows."""
        columns = ["client_ip", "client_port", "server_ip", "server_port", "transport"]
        return {_conversation(*row) for row in flows[columns].astype("object").itertuples(index=False)}

    def _secret_by_looks(self, flows: Any) -> tuple[list[tuple[Stream, bytes]], dict[int, bytes]]:
        """The streams and the datagrams of flows that are opaque only by their looks, with their bytes as they are."""
        wanted = self._ends_of(flows[(flows["visibility"] == Visibility.OPAQUE) & flows["application"].isna()])
        streams = [(stream, bytes(stream.data)) for stream in self._streams.all if frozenset(stream.ends) in wanted]
        return streams, {number: self._payload(number) for number in self._datagrams(wanted)}

    def _datagrams(self, wanted: set[frozenset[bytes]]) -> Iterator[int]:
        for number, layer in enumerate(self._layers):
            whole = layer.protocol not in (-1, TCP) and layer.heads and not layer.fragment
            if whole and frozenset(ends(self._frames[number], layer)) in wanted:
                yield number

    def _drown(self, flows: Any, streams: list[tuple[Stream, bytes]], datagrams: Mapping[int, bytes]) -> None:
        """Puts noise for the bytes of flows that are opaque only by their looks, and zeros for what QUIC hides."""
        for stream, before in streams:
            noise = Dice(self._key, "".join(map(bytes.hex, stream.ends))).noise(len(before))
            stream.data[:] = drowned(before, bytes(stream.data), noise)
        for number, before in datagrams.items():
            noise = Dice(self._key, hashlib.sha256(before).hexdigest()).noise(len(before))
            self._on_payload(number, lambda now, before=before, noise=noise: drowned(before, self._rewriter.raw(now), noise))  # type: ignore[misc]
        for number in self._datagrams(self._ends_of(flows[flows["application"] == "quic"])):
            self._on_payload(number, quic_datagram)

    # Everything else -----------------------------------------------------------------------------------------------------------

    def _payload(self, number: int) -> bytes:
        layer = self._layers[number]
        return bytes(self._frames[number].data[layer.payload : layer.payload + layer.size])

    def _on_payload(self, number: int, change: Callable[[bytes], bytes]) -> None:
        frame, layer, old = self._frames[number], self._layers[number], self._payload(number)
        made = change(old)
        frame.data[layer.payload : layer.payload + layer.size] = made if len(made) == len(old) else bytes(len(old))

    def _finish(self, number: int, frame: Frame, layer: Layers) -> None:
        """Headers, what no reader reads, and checksums."""
        if not layer.heads:
            frame.data[:] = self._swapped(self._rewriter.raw(bytes(frame.data)), anywhere=True)
            return
        layer = self._layers[number] = layers(frame) if layer.protocol == TCP else layer
        if layer.protocol != TCP and not layer.fragment:
            anywhere = layer.protocol in (ICMP, ICMP6) or self._is_local(frame, layer)
            self._on_payload(number, lambda data: self._swapped(self._rewriter.raw(data), anywhere=anywhere))
        first = layer.heads[0]
        frame.data[:first] = self._swapped(self._rewriter.raw(bytes(frame.data[:first])), anywhere=False)
        for at in layer.heads:
            size, start = (4, at + 12) if frame.data[at] >> 4 == 4 else (16, at + 8)
            for place in (start, start + size):
                self._swap_address(frame.data, place, size)
        end = layer.payload + layer.size
        frame.data[end:] = bytes(len(frame.data) - end)
        fix_checksums(frame, layer)

    def _swap_address(self, data: bytearray, at: int, size: int) -> None:
        address = bytes(data[at : at + size])
        made = self._swaps.get(address)
        if made is None and size == 16:
            made = address[:8] + self._swaps.get(address[8:], address[8:])
        data[at : at + size] = made or address

    def _is_local(self, frame: Frame, layer: Layers) -> bool:
        if layer.protocol != UDP:
            return False
        return any(int.from_bytes(side[-2:]) in _LOCAL_PORTS for side in ends(frame, layer))

    def _swapped(self, data: bytes, *, anywhere: bool) -> bytes:
        """Addresses as bytes; four of them only where nothing else is to be expected."""
        for old, new in self._swaps.items():
            if len(old) > 4 or anywhere:
                data = data.replace(old, new)
        return data


def _runs(piece: Piece) -> list[_Run]:
    runs = []
    for number, place in enumerate(piece.places):
        end = piece.places[number + 1].start if number + 1 < len(piece.places) else len(piece.data)
        if end > place.start:
            runs.append(_Run(place.start, end, place.packet - 1, place.offset))
    return runs


def _in_any_case(data: bytes, before: bytes, behind: bytes) -> bytes:
    return re.sub(re.escape(before), lambda found: cased(found[0], behind), data, flags=re.IGNORECASE)


def _is_chunk_size(line: bytes) -> bool:
    """Whether this is a chunk's first line (RFC 9112 section 7.1)."""
    digits = line.removesuffix(b"\r\n").partition(b";")[0].strip()
    return line.endswith(b"\r\n") and 0 < len(digits) <= 8 and all(digit in b"0123456789abcdefABCDEF" for digit in digits)


def _conversation(client: Any, client_port: Any, server: Any, server_port: Any, transport: Any) -> frozenset[bytes]:
    """Both ends of a row of the flows table, as `layers.ends` writes them."""
    sides = []
    for address, port in ((client, client_port), (server, server_port)):
        try:
            packed = ipaddress.ip_address(str(address)).packed
        except ValueError:
            return frozenset()
        sides.append(packed + (int(port).to_bytes(2) if transport in ("tcp", "udp") and port == port else b""))
    return frozenset(sides)
