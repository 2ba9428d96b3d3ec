"""A clock that stands still until somebody waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from syncer.trackers.http import Timing

START = datetime(2025, 11, 23, 12, 0, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Time as the tests want it.

    Attributes:
        chance: What chance says.
        waits: What was waited, in seconds.
    """

    chance: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=sum(self.waits))

    def timing(self) -> Timing:
        return Timing(
            now=lambda: self.now,
            elapsed=lambda: sum(self.waits),
            sleep=self.waits.append,
            chance=lambda: self.chance,
        )
