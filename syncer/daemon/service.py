"""Syncs repositories: each by its own agenda, one sync of it at a time, several repositories at once."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from syncer.daemon.board import Board
from syncer.daemon.logs import repository
from syncer.daemon.matching import Index
from syncer.daemon.schedule import Agenda
from syncer.daemon.status import Ended, Result
from syncer.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from syncer.daemon.schedule import Timetable
    from syncer.daemon.status import DaemonStatus

_LOG: Final = logging.getLogger(__name__)

BEAT: Final = 5.0
"""Seconds after which the schedule is looked at, at the latest."""


class Syncs(Protocol):
    """Syncs one repository; see ``syncer.daemon.runner.Runner``."""

    def run(self, stop: threading.Event) -> Ended:
        """Sync once; whatever happens is told."""

    def close(self) -> None:
        """Give back what is kept open."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A repository, as the configuration has it.

    Attributes:
        runner: Syncs it.
        timetable: When.
        settings: What it is synced by, for comparison: settings that are equal are no change.
    """

    runner: Syncs
    timetable: Timetable
    settings: object = None


@dataclass(frozen=True, slots=True)
class Time:
    """Time and chance, as tests may have them otherwise.

    Attributes:
        now: The present, in UTC.
        elapsed: Seconds on a clock that never goes back.
        chance: A number from 0 to below 1.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    elapsed: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


@dataclass(slots=True)
class _Entry:
    """A repository.

    Attributes:
        name: What it is called.
        spec: What is to be known of it.
        agenda: When it is synced next.
        running: Whether it is being synced.
        over: Whether it isn't to be synced any more.
        following: What comes in the place of ``spec`` once the sync that goes on has ended.
        last: How the last sync has ended.
    """

    name: str
    spec: Spec
    agenda: Agenda
    running: bool = False
    over: bool = False
    following: Spec | None = None
    last: Ended | None = None


class Service:
    """See above. What may be asked of it from any thread is ``syncer.daemon.view.Daemon``'s.

    Args:
        once: Whether each is synced just once.
        time: Time and chance.
    """

    def __init__(self, *, once: bool = False, time: Time | None = None) -> None:
        self.time = time or Time()
        self.board = Board(self.time.now, self.time.elapsed)
        self.stop = threading.Event()
        self._once = once
        self._parallel = 1
        self._index = Index()
        self._entries: dict[str, _Entry] = {}
        self._changed = threading.Condition(threading.RLock())

    # For everybody

    def status(self) -> DaemonStatus:
        """How it is doing now."""
        return self.board.status()

    def names(self) -> tuple[str, ...]:
        """The repositories that it syncs, sorted."""
        with self._changed:
            return tuple(sorted(name for name, entry in self._entries.items() if not entry.over))

    def request(self, name: str) -> bool:
        """Look at a repository now; see ``syncer.daemon.view.Daemon``."""
        with self._changed:
            entry = self._entries.get(name)
            if entry is None or entry.over or self.stop.is_set():
                return False
            entry.agenda.ask(self.time.elapsed())
            if not entry.running:
                self._tell_plan(entry)
            self._changed.notify_all()
            return True

    def pushed(
        self, addresses: Collection[str], *, branch: str = "", is_default: bool = False
    ) -> tuple[str, ...]:
        """The repositories that a push concerns; see ``syncer.daemon.view.Daemon``."""
        return self._index.pushed(addresses, branch, is_default=is_default)

    def touched(self, references: Collection[str]) -> tuple[str, ...]:
        """The repositories that an issue concerns; see ``syncer.daemon.view.Daemon``."""
        return self._index.touched(references)

    # For who runs it

    def serve(self, specs: Mapping[str, Spec], parallel: int, index: Index | None = None) -> None:
        """From now on sync these repositories. A sync that goes on ends as it began.

        Args:
            specs: The repositories by name.
            parallel: How many of them at the same time.
            index: Knows which of them is meant.
        """
        closed = []
        with self._changed:
            self._parallel = parallel
            self._index = index or Index()
            now = self.time.elapsed()
            self.board.keep(specs)
            for name, entry in list(self._entries.items()):
                if name not in specs:
                    entry.over = True
                    if not entry.running:
                        closed.append(entry.spec.runner)
                        del self._entries[name]
            for name, spec in specs.items():
                known = self._entries.get(name)
                if known is None:
                    known = self._entries[name] = _Entry(name, spec, Agenda(spec.timetable, now))
                elif known.running:
                    if known.following is not None:
                        closed.append(known.following.runner)
                    known.following, known.over = spec, False
                    continue
                else:
                    closed.append(known.spec.runner)
                    self._take(known, spec)
                self._tell_plan(known)
            self._changed.notify_all()
        for runner in closed:
            runner.close()

    def run(self) -> dict[str, Ended | None]:
        """Sync, until it is told to stop and what goes on has ended; or until each was synced, if that is all.

        Returns:
            How the last sync of each repository has ended; ``None`` for those that weren't synced.
        """
        with self._changed:
            while not self._is_through():
                self._changed.wait(min(self.look(), BEAT))
            entries, self._entries = self._entries, {}
        for entry in entries.values():
            entry.spec.runner.close()
        return {name: entry.last for name, entry in entries.items()}

    def look(self) -> float:
        """Begin as many syncs as are due and there is room for.

        Returns:
            Seconds until there is something to do again, unless something happens.
        """
        with self._changed:
            self.board.beat()
            return BEAT if self.stop.is_set() else self._start_what_is_due()

    def end(self) -> None:
        """Stop: nothing more is begun, and what goes on ends as soon as it safely can."""
        self.stop.set()
        self.board.stopping()
        with self._changed:
            self._changed.notify_all()

    # Inside; what is below is called with the lock held, but for ``_work``

    def _is_through(self) -> bool:
        if any(entry.running for entry in self._entries.values()):
            return False
        if self.stop.is_set():
            return True
        return self._once and all(entry.last for entry in self._entries.values())

    def _start_what_is_due(self) -> float:
        now = self.time.elapsed()
        waiting = [
            e for e in self._entries.values() if not e.running and not (self._once and e.last)
        ]
        due = sorted(
            (entry for entry in waiting if entry.agenda.due <= now),
            key=lambda entry: (entry.agenda.failures > 0, entry.agenda.due, entry.name),
        )
        for entry in due:
            if self._has_room(entry):
                self._start(entry)
            else:
                self.board.queued(entry.name)
        later = [entry.agenda.due - now for entry in waiting if entry.agenda.due > now]
        return min(later, default=BEAT)

    def _has_room(self, entry: _Entry) -> bool:
        """Whether there is a worker for it. Of several, one is always left to those that don't fail."""
        running = [one for one in self._entries.values() if one.running]
        if len(running) >= self._parallel:
            return False
        failing = sum(one.agenda.failures > 0 for one in running)
        return not entry.agenda.failures or failing < max(self._parallel - 1, 1)

    def _start(self, entry: _Entry) -> None:
        entry.running = True
        entry.agenda.begin(self.time.elapsed())
        self.board.began(entry.name)
        # It ends with the process at the latest, in whose way it must not stand.
        threading.Thread(
            target=self._work, args=(entry,), name=f"sync {entry.name}", daemon=True
        ).start()

    def _work(self, entry: _Entry) -> None:
        repository.set(entry.name)
        try:
            ended = entry.spec.runner.run(self.stop)
        except BaseException:  # noqa: BLE001 - it would count as running for ever
            _LOG.exception("the sync has ended by an error of its own")
            ended = Ended(Result.CRASHED, ExitCode.TRACKER, "see the log")
        if ended.error:
            _LOG.warning("%s: %s", ended.result.value, ended.error)
        closed = None
        with self._changed:
            entry.running = False
            entry.last = ended
            entry.agenda.end(ended, self.time.elapsed(), self.time.now(), self.time.chance())
            self.board.ended(entry.name, ended)
            if entry.over:
                closed = entry.spec.runner
                del self._entries[entry.name]
            elif entry.following is not None:
                closed = entry.spec.runner
                self._take(entry, entry.following)
                entry.following = None
            self._tell_plan(entry)
            self._changed.notify_all()
        if closed is not None:
            closed.close()

    def _take(self, entry: _Entry, spec: Spec) -> None:
        """Go on with what the configuration says now; soon, if that is something else."""
        if spec.settings != entry.spec.settings or spec.timetable != entry.spec.timetable:
            entry.agenda.change(spec.timetable, self.time.elapsed())
        entry.spec = spec

    def _tell_plan(self, entry: _Entry) -> None:
        seconds = max(entry.agenda.due - self.time.elapsed(), 0.0)
        self.board.planned(entry.name, self.time.now() + timedelta(seconds=seconds))
