"""Documents in memory, issues on a double of a service, and syncs between them by one process or by another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from syncer.core.limits import Limits
from syncer.core.reconciling.documentplan import Rules
from syncer.running import Consent, run
from syncer.sync import Job, survey
from syncer.trackers.base import Tracker
from tests.support.github_lab import Clock
from tests.support.memory import VOCABULARY, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.sync import Report, Survey
    from tests.support.doubles.log import Exchange, Log

T = TypeVar("T", bound=Tracker)


@dataclass
class ServiceWorld(ABC, Generic[T]):
    """A team with post-mortems and a tracker.

    Attributes:
        token: A token for the double.
        store: The documents.
        clock: The time, which only waiting moves.
        rules: How to reconcile.
        settings: Further settings of the tracker.
    """

    token: str
    store: MemoryStore
    clock: Clock = field(default_factory=Clock)
    rules: Rules = field(default_factory=Rules)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    @abstractmethod
    def name(self) -> str:
        """What the tracker is called."""

    @property
    @abstractmethod
    def log(self) -> Log:
        """What the double was asked."""

    @abstractmethod
    def open(self) -> T:
        """A tracker as a new process has it."""

    def job(self, tracker: T) -> Job:
        """What a process works with."""
        return Job(
            store=self.store,
            trackers={self.name: tracker},
            route=lambda _: self.name,
            vocabulary=VOCABULARY,
            rules=self.rules,
            clock=self.clock.now,
            max_characters=1_000_000,
            max_line=10_000,
            progress=lambda *_: None,
        )

    def sync(self, tracker: T | None = None) -> Report:
        """Sync, as a new process unless one that has synced before is given."""
        mine = tracker or self.open()
        try:
            return run(self.job(mine), Consent(Limits(), force=True))
        finally:
            if tracker is None:
                mine.close()

    def preview(self) -> Survey:
        """What a new process would do."""
        tracker = self.open()
        try:
            return survey(self.job(tracker))
        finally:
            tracker.close()

    def counted(self, tracker: T | None = None) -> Sequence[Exchange]:
        """The requests of one sync."""
        self.log.clear()
        self.sync(tracker)
        return list(self.log.exchanges)


def post_mortems(rows: int, each: int = 10) -> dict[str, str]:
    """Documents with so many rows altogether, and so many in each."""
    made = {}
    for first in range(0, rows, each):
        number = first // each + 1
        table = "".join(
            f"| Keep promise {row} of outage {number} | @alice | 2026-01-15 | Not Started |\n"
            for row in range(first, min(first + each, rows))
        )
        made[f"postmortems/{number:04}.md"] = (
            f"# Outage {number}\n\n**Incident ID:** INC-2025-11-03-{number:03}\n"
            f"**Date:** 2025-11-03\n\n## Action Items\n\n"
            f"| Action | Owner | Due Date | Status |\n|---|---|---|---|\n{table}"
        )
    return made
