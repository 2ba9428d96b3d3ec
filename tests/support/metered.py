"""Trackers that count what is asked of them, as services behind an API do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from syncer.core.tracking import Cost, Usage, Workload
from tests.support.removals import TalkingTracker
from tests.support.scripted import ScriptedTracker

RESET = datetime(2025, 11, 23, 14, 5, 0, tzinfo=UTC)


@dataclass
class _Metered:
    """Every call is one request, a create takes two, and each takes a second.

    Attributes:
        calls: What was asked, in order.
        limit: How many requests it takes.
        counts: Whether it counts at all.
        tells: Whether it can tell what a workload takes.
        works: The workloads that it was asked about.
    """

    calls: list[str] = field(default_factory=list)
    limit: int = 5000
    counts: bool = True
    tells: bool = True
    works: list[Workload] = field(default_factory=list)
    since: int = 0

    def refresh(self) -> None:
        self.since = len(self.calls)

    def usage(self) -> Usage | None:
        if not self.counts:
            return None
        left = self.limit - len(self.calls)
        return Usage(len(self.calls) - self.since, left, self.limit, RESET)

    def cost(self, work: Workload) -> Cost | None:
        self.works.append(work)
        calls = 2 * work.creates + work.updates + work.comments
        return Cost(calls, float(calls)) if self.tells else None

    def written(self) -> Workload:
        """What was written since the look began."""
        asked = self.calls[self.since :]
        return Workload(asked.count("create"), asked.count("update"), asked.count("comment"))


@dataclass
class MeteredTracker(_Metered, ScriptedTracker):
    """One that does what a test's script says."""

    def refresh(self) -> None:
        ScriptedTracker.refresh(self)
        _Metered.refresh(self)


@dataclass
class MeteredTalker(_Metered, TalkingTracker):
    """One that remembers comments."""
