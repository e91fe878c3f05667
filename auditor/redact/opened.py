"""What a key log had opened, with pseudonyms: a packet capture and its secrets in, the plain text to put beside it out.

The capture is read with its secrets once more. Whatever a reader without them does not know of a conversation, and the messages
that it does not get, are rewritten like any others; no secret and no ciphertext goes along.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auditor.capture import formats, plain_text
from auditor.capture.plain_text import Conversation
from auditor.capture.reader import ReadOptions
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import HostSource, Part, Visibility
from auditor.redact.rewriter import Rewriter

_SHOWN = ("application", "visibility", "tls_version", "alpn", "url", "host", "host_source", "names", "unread")
"""Columns that secrets can change."""


def opened(path: str, keylog: str | None, unopened: Any, told: Mapping[str, int], rewriter: Rewriter) -> bytes | None:
    """The plain text; None where the secrets open nothing.

    Args:
        path: the capture, or the first of a rotated set.
        keylog: its key log; None where it holds its secrets itself.
        unopened: the table of its flows as they are without secrets.
        told: by flow, how many messages there are without secrets.
        rewriter: of the session.

    Raises:
        DamagedError: the capture cannot be read.
    """
    messages: list[Message] = []

    def hear(message: Message) -> None:
        if message.number >= told.get(message.flow_id, 0):
            messages.append(_rewritten(message, rewriter))

    flows = formats.recognise(path).read(path, ReadOptions(inspect=hear, keylog=keylog)).flows
    without = {row["flow_id"]: row for row in _rows(unopened)}
    changed = [row for row in _rows(flows) if row != without.get(row["flow_id"])]
    if not changed and not messages:
        return None
    return plain_text.dumped((_conversation(row, rewriter) for row in changed), messages)


def _rows(flows: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = flows[["flow_id", *_SHOWN]].astype("object").to_dict("records")
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return tuple(value) if hasattr(value, "__len__") else None


def _conversation(row: Mapping[str, Any], rewriter: Rewriter) -> Conversation:
    url, host = row["url"], row["host"]
    return Conversation(
        flow=row["flow_id"],
        application=row["application"],
        visibility=Visibility(row["visibility"]) if row["visibility"] else None,
        tls_version=row["tls_version"],
        alpn=row["alpn"],
        url=rewriter.text(url) if url else None,
        host=rewriter.text(host) if host else None,
        host_source=HostSource(row["host_source"] or "none"),
        names=tuple(rewriter.text(name) for name in row["names"] or ()),
        unread=tuple(rewriter.text(reason) for reason in row["unread"] or ()),
    )


def _rewritten(message: Message, rewriter: Rewriter) -> Message:
    made = tuple(_piece(piece, data, rewriter) for piece, data in zip(message.pieces, rewriter.pieces(message), strict=True))
    return replace(message, host=rewriter.text(message.host) if message.host else None, pieces=_with_length(made, message.pieces))


def _piece(piece: Piece, data: bytes, rewriter: Rewriter) -> Piece:
    """What became longer or shorter is said to stand where it began."""
    places = piece.places if len(data) == len(piece.data) else piece.places[:1]
    return Piece(piece.part, rewriter.text(piece.name), data, places)


def _with_length(made: tuple[Piece, ...], before: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces with the Content-Length of the new body, where one was said."""
    sizes = [[len(piece.data) for piece in pieces if piece.part is Part.BODY] for pieces in (made, before)]
    if sizes[0] == sizes[1]:
        return made
    length = b"%d" % sum(sizes[0])
    return tuple(
        replace(piece, data=length) if piece.part is Part.HEADER and piece.name.lower() == "content-length" else piece
        for piece in made
    )
