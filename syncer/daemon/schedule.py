"""When a repository is synced next: by its timetable, because somebody asked, later and later while it fails.

Pure: knows no clock and no chance, but is told. Moments are seconds on a clock that never goes back; ``wall`` is the
present in UTC, which crontabs are about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cronsim import CronSim

from syncer.daemon.status import Result

if TYPE_CHECKING:
    from syncer.daemon.status import Ended

QUIET: Final = 2.0
"""Seconds without a further request after which one is followed: a push and what it sets off come in a burst."""

LONGEST_QUIET: Final = 10.0
"""Seconds after which a request is followed however many come after it."""

_SHORTEST_PAUSE: Final = 1.0
_FIRST_PAUSE: Final = 60.0
_NEVER: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a repository is synced if all goes well, and how long it is left alone if not.

    Attributes:
        every: How often.
        jitter: How much later by chance, at most.
        longest_pause: How long it is left alone at most because it fails.
        cron: When, as in crontab, in UTC; in the place of ``every``.
    """

    every: timedelta
    jitter: timedelta
    longest_pause: timedelta
    cron: str | None = None

    def regular(self, took: float, wall: datetime, chance: float) -> float:
        """Seconds until the next sync.

        Args:
            took: How many seconds the last one took.
            wall: The present.
            chance: A number from 0 to below 1.
        """
        wait = self._until(wall) if self.cron else self.every.total_seconds() - took
        return max(wait, _SHORTEST_PAUSE) + self.late(chance)

    def pause(self, failures: int) -> float:
        """Seconds that it is left alone after so many failures in a row: twice as many with each."""
        first = _FIRST_PAUSE if self.cron else min(self.every.total_seconds(), _FIRST_PAUSE)
        longest = max(self.longest_pause.total_seconds(), _SHORTEST_PAUSE)
        # 2**60 seconds are longer than any pause, and a float takes no more than 2**1023.
        return min(first * 2.0 ** min(failures - 1, 60), longest)

    def late(self, chance: float) -> float:
        """Seconds by which a sync begins later, so that not all begin at once."""
        return self.jitter.total_seconds() * chance

    def _until(self, wall: datetime) -> float:
        utc = wall.astimezone(UTC)
        following = next(CronSim(self.cron or "", utc), utc + _NEVER)
        return (following - utc).total_seconds()


class Agenda:
    """The next sync of one repository. The first one is due at once: nobody knows what was missed before.

    Args:
        timetable: When it is synced if all goes well.
        now: The present.
    """

    def __init__(self, timetable: Timetable, now: float) -> None:
        self.timetable = timetable
        self.failures = 0
        self._planned = now
        self._began = now
        self._not_before = 0.0
        self._asked: tuple[float, float] | None = None

    @property
    def due(self) -> float:
        """When it is to begin."""
        if self._asked is None:
            return self._planned
        first, last = self._asked
        wanted = min(last + QUIET, first + LONGEST_QUIET)
        return min(self._planned, max(wanted, self._not_before))

    @property
    def is_asked(self) -> bool:
        """Whether somebody has asked for it."""
        return self._asked is not None

    def ask(self, now: float) -> None:
        """Somebody asks for a sync. While one is going on, there will be one more after it."""
        self._asked = (now if self._asked is None else self._asked[0], now)

    def begin(self, now: float) -> None:
        """It begins: what was asked for until now is what it does."""
        self._asked = None
        self._began = now

    def end(self, ended: Ended, now: float, wall: datetime, chance: float) -> None:
        """It has ended; what was asked for meanwhile is still to be done.

        Args:
            ended: How.
            now: The present.
            wall: Likewise.
            chance: A number from 0 to below 1.
        """
        late = self.timetable.late(chance)
        hold = max(ended.hold, _SHORTEST_PAUSE)
        if ended.result is Result.LIMITED:
            # It comes back as soon as it may: it was not through.
            self._not_before = now + hold
            self._planned = self._not_before + late
        elif ended.result.is_failure:
            self.failures += 1
            self._not_before = now + max(self.timetable.pause(1), hold)
            self._planned = now + max(self.timetable.pause(self.failures), hold) + late
        else:
            self.failures = 0
            self._not_before = 0.0
            self._planned = now + self.timetable.regular(now - self._began, wall, chance)
        if self._asked is not None:
            self._asked = (now, now)

    def change(self, timetable: Timetable, now: float) -> None:
        """It is synced by other settings from now on, and at once: what it failed for may be mended."""
        self.timetable = timetable
        self.failures = 0
        self._planned = now
