"""A recording that went well, for the tests to spoil."""

from auditor.record.recording import RecordResult, StopReason

WHOLE = RecordResult(
    files=("a.pcapng",), stopped=StopReason.USER, packets=10, bytes_written=99, lost=0, received=10, engine="socket"
)
