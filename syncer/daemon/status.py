"""How the daemon is doing, as plain data, for whoever wants to know.

Moments for people are in UTC. Ages and durations come from a clock that never goes back, and are given as seconds at
the time of the question.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from syncer.core.budget import Budget
    from syncer.core.plan import Kind
    from syncer.model import Level

DURATIONS: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Upper bounds of the buckets that durations of syncs are counted in, in seconds; one more has no bound."""


State = Literal["waiting", "queued", "running"]
"""Whether a repository waits for its time, waits for a free worker, or is being synced."""


class Result(StrEnum):
    """How a sync ended."""

    DONE = "done"
    PROBLEMS = "problems"
    """Done, but for problems or conflicts that want a person."""
    REFUSED = "refused"
    """A safety limit refused the plan; a person has to look at it."""
    LIMITED = "limited"
    """A tracker asked for a pause. What was written by then is delivered."""
    FAILED = "failed"
    """A tracker, the remote or the repository's own configuration failed."""
    CRASHED = "crashed"
    """Something happened that nobody expected; the log has the details."""
    STOPPED = "stopped"
    """The daemon was told to stop. What was written by then is delivered."""

    @property
    def is_success(self) -> bool:
        """Whether all was looked at and done, as far as it could be without a person."""
        return self in (Result.DONE, Result.PROBLEMS)

    @property
    def is_failure(self) -> bool:
        """Whether the repository is left alone for longer and longer until it is otherwise."""
        return self in (Result.FAILED, Result.CRASHED)


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls to one tracker of a repository. ``None`` stands for what the service doesn't say.

    Attributes:
        made: Calls since the daemon began.
        left: How many more the service takes until ``reset``, as it said last.
        limit: How many it takes altogether in one such stretch of time.
        reset: When it starts to count anew, in UTC.
    """

    made: int = 0
    left: int | None = None
    limit: int | None = None
    reset: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sync that looked at everything found.

    Attributes:
        documents: Documents.
        items: Action items in them.
        linked: Those that have an issue.
        open: Those that aren't finished.
        overdue: Those that are open and were due before the day of the sync, in UTC.
        conflicts: Conflicts that want a person.
        problems: Problems by level.
    """

    documents: int = 0
    items: int = 0
    linked: int = 0
    open: int = 0
    overdue: int = 0
    conflicts: int = 0
    problems: Mapping[Level, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """What is to be told about a sync that has ended.

    Attributes:
        result: How.
        exit_code: What ``syncer sync`` would have ended with.
        error: Why it failed, without secrets; empty if it didn't.
        changes: What was changed, by kind.
        budgets: What was asked of trackers that count their calls.
        standing: What was found; ``None`` where not everything could be looked at.
        hold: Seconds that a tracker asked to be left alone for.
    """

    result: Result
    exit_code: int
    error: str = ""
    changes: Mapping[Kind, int] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()
    standing: Standing | None = None
    hold: float = 0.0


@dataclass(frozen=True, slots=True)
class RepositoryStatus:
    """How one repository is doing.

    Attributes:
        name: What the configuration calls it.
        state: What it does.
        last_start: When the last sync began; ``None`` if there was none.
        last_end: When the last sync that has ended did so.
        last_success: When the last one ended that did all there was to do.
        success_age: Seconds since then; ``None`` if there was none.
        running_for: Seconds that the sync goes on which is going on; ``None`` if none is.
        last_seconds: How long the last one took.
        last_result: How it ended.
        last_exit_code: What ``syncer sync`` would have ended with.
        last_error: Why it failed, without secrets; empty if it didn't.
        runs: How many ended how, since the daemon began.
        seconds: How long all of them took together.
        durations: How many took at most as long as each of ``DURATIONS``, and longer than the one before; the last
            number counts those that took longer than all.
        changes: What was changed since the daemon began, by kind.
        calls: The calls to its trackers, by name.
        standing: What the last sync found that looked at everything; ``None`` before there was one.
        failures: How many syncs in a row have failed.
        failing_since: When the first of them ended.
        next_start: When the next sync is due; ``None`` while one is going on or waits for a worker.
    """

    name: str
    state: State = "waiting"
    last_start: datetime | None = None
    last_end: datetime | None = None
    last_success: datetime | None = None
    success_age: float | None = None
    running_for: float | None = None
    last_seconds: float | None = None
    last_result: Result | None = None
    last_exit_code: int | None = None
    last_error: str = ""
    runs: Mapping[Result, int] = field(default_factory=dict)
    seconds: float = 0.0
    durations: tuple[int, ...] = (0,) * (len(DURATIONS) + 1)
    changes: Mapping[Kind, int] = field(default_factory=dict)
    calls: Mapping[str, Calls] = field(default_factory=dict)
    standing: Standing | None = None
    failures: int = 0
    failing_since: datetime | None = None
    next_start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reloads:
    """How often the configuration was read again.

    Attributes:
        done: How often it was taken.
        refused: How often it was faulty, and the one before it stayed.
        last_ok: Whether the last one was taken; ``None`` if there was none.
        last: When the last one was.
    """

    done: int = 0
    refused: int = 0
    last_ok: bool | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class DaemonStatus:
    """How the daemon is doing.

    Attributes:
        started: When it began.
        stopping: Whether it was told to stop.
        beat_age: Seconds since it was last seen to look after its schedule, which it does at least every few seconds.
        reloads: How often its configuration was read again.
        repositories: How each repository is doing, by name.
    """

    started: datetime
    stopping: bool
    beat_age: float
    reloads: Reloads
    repositories: Mapping[str, RepositoryStatus]
