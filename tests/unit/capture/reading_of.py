"""Reads bytes as a capture file, for the tests: the flows as dictionaries, and the messages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.capture.opened import head
from auditor.capture.packets import READERS
from auditor.capture.reader import Reader, ReadOptions
from auditor.model.content import Message
from auditor.model.reading import Reading
from auditor.model.vocabulary import Part


@dataclass
class Result:
    """What a reader said of a capture."""

    reading: Reading
    messages: list[Message]

    @property
    def flows(self) -> list[dict[str, Any]]:
        """Rows in the published order; lists as tuples, times as they are."""
        found = self.reading.flows.astype(object).where(self.reading.flows.notna(), None).to_dict("records")
        rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in found]
        return [
            {
                key: tuple(value) if hasattr(value, "__len__") and not isinstance(value, str) else value
                for key, value in row.items()
            }
            for row in rows
        ]

    def flow(self, flow_id: str) -> dict[str, Any]:
        return next(row for row in self.flows if row["flow_id"] == flow_id)

    def pieces(self, part: Part) -> list[tuple[str, bytes]]:
        return [(piece.name, piece.data) for message in self.messages for piece in message.pieces if piece.part is part]


def read(data: bytes, folder: Path, *, inspect: bool = True, name: str = "x.pcap") -> Result:
    path = folder / name
    path.write_bytes(data)
    messages: list[Message] = []
    reading = reader_of(path).read(str(path), ReadOptions(inspect=messages.append if inspect else None))
    return Result(reading, messages)


def reader_of(path: Path) -> Reader:
    start = head(str(path))
    return next(reader for reader in READERS if reader.recognises(start))
