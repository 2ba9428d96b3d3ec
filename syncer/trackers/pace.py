"""How fast a tracker may be written to: services ask for a gap between writes, and for so many a minute or an hour."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Budget(NamedTuple):
    """At most so many writes in any stretch of so many seconds."""

    writes: int
    seconds: float


class Paces:
    """The paces of a process that works for several repositories at once, by what a service counts together."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Pace] = {}
        self._lock = threading.Lock()

    def of(self, account: tuple[str, ...], pace: Pace) -> Pace:
        """The pace of an account: what was given for it first.

        Args:
            account: What the service counts together; no secret can be told from it.
            pace: What it is if there is none yet.
        """
        with self._lock:
            return self._known.setdefault(account, pace)


class Pace:
    """When the next write may be sent. Knows no clock: moments are seconds on a clock that never goes back.

    Several threads may keep one pace.

    Args:
        gap: Seconds between two writes, at least.
        budgets: How many there may be in a stretch of time.
    """

    def __init__(self, gap: float = 0.0, budgets: Sequence[Budget] = ()) -> None:
        self._gap = gap
        self._budgets = tuple(budgets)
        self._sent: deque[float] = deque(maxlen=max((b.writes for b in budgets), default=1))
        self._lock = threading.Lock()

    def reserve(self, now: float) -> float:
        """Seconds until the caller may send a write; nobody else may send one at that moment."""
        with self._lock:
            moment = max(now, self._earliest(self._sent)) if self._sent else now
            self._sent.append(moment)
        return moment - now

    def estimate(self, count: int, now: float) -> float:
        """Seconds until ``count`` more writes are sent, if each takes no time."""
        with self._lock:
            sent = self._sent.copy()
        moment = now
        for _ in range(count):
            moment = max(moment, self._earliest(sent)) if sent else moment
            sent.append(moment)
        return moment - now

    def _earliest(self, sent: deque[float]) -> float:
        waits = [sent[-1] + self._gap]
        waits += [sent[-b.writes] + b.seconds for b in self._budgets if len(sent) >= b.writes]
        return max(waits)
