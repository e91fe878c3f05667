"""What the audit addon tells in, records of the session's journal out. Without a session nothing is kept, and nothing fails."""

import os
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from auditor.model.journal import NAME
from auditor.record.addon_equipment import Equipment
from auditor.record.flow_book import Counts
from auditor.record.journal import Fact, Journal, Kind
from auditor.record.ledger import ConnectionFact
from auditor.record.phases import PhaseWatch
from auditor.record.recording import tool_version
from auditor.record.session_folder import claim
from auditor.record.timestamps import iso_time


class AddonJournal:
    """The addon's pen, and the phase that runs."""

    def __init__(self) -> None:
        self.phases = PhaseWatch(None)
        self.insights: Counter[str] = Counter()
        """How far each connection that ended could be looked into."""
        self._journal: Journal | None = None
        self._equipment: Equipment | None = None
        self._surface = "app"
        self._counted = Counts().facts()
        self._claim: int | None = None
        """The hold on the session's folder."""

    @property
    def is_open(self) -> bool:
        """Whether a journal is kept."""
        return self._journal is not None

    def open(self, folder: Path | None, surface: str, equipment: Equipment, **facts: Fact) -> bool:
        """Opens the session's journal with its first record, unless it is open. Says whether it was opened.

        Raises:
            UsageError: it cannot be written, or another recorder of the phone writes into the session.
        """
        self.phases = PhaseWatch(folder)
        self._equipment, self._surface = equipment, surface
        if folder is None or (self._journal is not None and self._journal.path.parent == folder):
            return False
        if self._journal is not None:
            self._journal.close()
        claimed = claim(folder)
        self._release()
        self._claim = claimed
        self._journal = Journal(folder / NAME, recorder=f"{surface}-{time.time_ns():x}")
        self._journal.add(
            Kind.STARTED,
            tool=f"traffic-auditor {tool_version()}",
            python=sys.version.split()[0],
            mitmproxy=version("mitmproxy"),
            surface=surface,
            engine="mitmproxy",
            register=equipment.register,
            catalog=equipment.catalog_sha256,
            planted=equipment.planted,
            **facts,
        )
        self._journal.sync()
        self.note_phase()
        return True

    def tell(self, kind: Kind, /, **facts: Fact) -> None:
        """A record."""
        if self._journal is not None:
            self._journal.add(kind, **facts)

    def tell_counts(self, counts: Counts) -> None:
        """The counters, where one of them changed."""
        facts = counts.facts()
        if facts != self._counted:
            self._counted = facts
            self.tell(Kind.COUNTERS, **facts)

    def tell_connection(self, fact: ConnectionFact) -> None:
        """An entry of the ledger."""
        self.insights[str(fact.insight)] += 1
        if self._equipment is None:
            return
        mask = self._equipment.mask
        self.tell(
            Kind.CONNECTION,
            surface=self._surface,
            client=fact.client,
            hosts=[mask(host) for host in fact.hosts],
            sni=fact.sni and mask(fact.sni),
            insight=fact.insight,
            reason=fact.reason,
            transport=fact.transport,
            is_tls=fact.is_tls,
            requests=fact.requests,
            messages=fact.messages,
            bytes_up=fact.bytes_up,
            bytes_down=fact.bytes_down,
            started=iso_time(fact.started),
            ended=iso_time(fact.ended),
            tls_version=fact.tls_version,
            alpn=fact.alpn,
            still_open=fact.still_open,
        )

    def note_phase(self) -> None:
        """A change of phase."""
        if self.phases.look():
            mark = self.phases.mark
            self.tell(Kind.PHASE, phase=mark.id if mark else None, since=iso_time(mark.since) if mark else None)

    def check(self) -> None:
        """Tells of a write that failed.

        Raises:
            OSError: the disk is full, or worse.
        """
        if self._journal is not None:
            self._journal.check()

    def close(self, **facts: Fact) -> None:
        """The last record.

        Raises:
            OSError: it does not fit on the disk.
        """
        if self._journal is None:
            return
        self._journal.add(Kind.ENDED, insights=dict(sorted(self.insights.items())), **facts)
        journal, self._journal = self._journal, None
        try:
            journal.close()
        finally:
            self._release()

    def _release(self) -> None:
        """Lets the session go."""
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None
