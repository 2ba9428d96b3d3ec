"""Where it is written down how the daemon is doing: those who sync write, whoever wants to know reads."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from syncer.daemon.status import (
    DURATIONS,
    Calls,
    DaemonStatus,
    Reloads,
    RepositoryStatus,
    Result,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from syncer.core.budget import Budget
    from syncer.daemon.status import Ended, State

K = TypeVar("K")


class Board:
    """Where it is written down. Several threads may use it.

    Args:
        clock: The present, in UTC.
        elapsed: Seconds on a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], datetime], elapsed: Callable[[], float]) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._known: dict[str, RepositoryStatus] = {}
        self._began: dict[str, float] = {}
        self._succeeded: dict[str, float] = {}
        self._started = clock()
        self._beat = elapsed()
        self._stopping = False
        self._reloads = Reloads()

    def keep(self, names: Iterable[str]) -> None:
        """From now on there are these repositories; what is known of those that stay is kept."""
        with self._lock:
            self._known = {
                name: self._known.get(name) or RepositoryStatus(name) for name in sorted(names)
            }
            for moments in (self._began, self._succeeded):
                for name in moments.keys() - self._known.keys():
                    del moments[name]

    def beat(self) -> None:
        """The schedule is being looked after."""
        with self._lock:
            self._beat = self._elapsed()

    def stopping(self) -> None:
        """The daemon was told to stop."""
        with self._lock:
            self._stopping = True

    def reloaded(self, *, taken: bool) -> None:
        """The configuration was read again."""
        with self._lock:
            before = self._reloads
            self._reloads = Reloads(
                before.done + taken, before.refused + (not taken), taken, self._clock()
            )

    def planned(self, name: str, at: datetime) -> None:
        """A repository waits for its next sync."""
        self._note(name, state="waiting", next_start=at)

    def queued(self, name: str) -> None:
        """A repository waits for a worker."""
        self._note(name, state="queued", next_start=None)

    def began(self, name: str) -> None:
        """A sync has begun."""
        with self._lock:
            self._began[name] = self._elapsed()
        self._note(name, state="running", next_start=None, last_start=self._clock())

    def ended(self, name: str, ended: Ended) -> None:
        """A sync has ended."""
        with self._lock:
            known = self._known.get(name)
            if known is None:
                return  # it was taken out of the configuration meanwhile
            now, moment = self._elapsed(), self._clock()
            took = now - self._began.pop(name, now)
            success = ended.result.is_success
            if success:
                self._succeeded[name] = now
            failures = _failures(known.failures, ended.result)
            self._known[name] = replace(
                known,
                state="waiting",
                last_end=moment,
                last_success=moment if success else known.last_success,
                last_seconds=took,
                last_result=ended.result,
                last_exit_code=ended.exit_code,
                last_error=ended.error,
                runs=_added(known.runs, {ended.result: 1}),
                seconds=known.seconds + took,
                durations=_counted(known.durations, took),
                changes=_added(known.changes, ended.changes),
                calls={**known.calls, **_calls(known.calls, ended.budgets)},
                standing=ended.standing or known.standing,
                failures=failures,
                failing_since=(known.failing_since or moment) if failures else None,
            )

    def status(self) -> DaemonStatus:
        """How it is doing now."""
        with self._lock:
            now = self._elapsed()
            return DaemonStatus(
                started=self._started,
                stopping=self._stopping,
                beat_age=now - self._beat,
                reloads=self._reloads,
                repositories={
                    name: replace(
                        known,
                        success_age=_since(self._succeeded.get(name), now),
                        running_for=_since(self._began.get(name), now),
                    )
                    for name, known in self._known.items()
                },
            )

    def _note(
        self,
        name: str,
        *,
        state: State,
        next_start: datetime | None,
        last_start: datetime | None = None,
    ) -> None:
        with self._lock:
            known = self._known.get(name)
            if known is not None:
                self._known[name] = replace(
                    known,
                    state=state,
                    next_start=next_start,
                    last_start=last_start or known.last_start,
                )


def _failures(before: int, result: Result) -> int:
    """How many have failed in a row. One that had to end early says nothing about it."""
    if result in (Result.LIMITED, Result.STOPPED):
        return before
    return before + 1 if result.is_failure else 0


def _since(moment: float | None, now: float) -> float | None:
    return None if moment is None else now - moment


def _added(counts: Mapping[K, int], more: Mapping[K, int]) -> dict[K, int]:
    return dict(Counter(counts) + Counter(more))


def _counted(durations: tuple[int, ...], took: float) -> tuple[int, ...]:
    place = next((n for n, bound in enumerate(DURATIONS) if took <= bound), len(DURATIONS))
    return tuple(count + (n == place) for n, count in enumerate(durations))


def _calls(known: Mapping[str, Calls], budgets: Iterable[Budget]) -> dict[str, Calls]:
    return {
        one.tracker: Calls(
            known.get(one.tracker, Calls()).made + one.made, one.left, one.limit, one.reset
        )
        for one in budgets
    }
