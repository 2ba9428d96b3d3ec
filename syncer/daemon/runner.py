"""Runs the syncs of one repository, one after the other, and keeps what makes the next one cheap."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from syncer.daemon.outcomes import of_error, of_outcome
from syncer.daemon.status import Ended, Result
from syncer.daemon.stopping import LONGEST_WAIT, Halt, Unstopped
from syncer.delivering import run_and_deliver
from syncer.errors import ExitCode, SyncerError
from syncer.model import Level
from syncer.render.summary import summary
from syncer.running import Consent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from threading import Event

    from syncer.core.plan import Plan
    from syncer.delivering import Outcome
    from syncer.delivery import Delivery
    from syncer.settings import Settings
    from syncer.sync import Job

_LOG: Final = logging.getLogger(__name__)

_LEVELS: Final = {
    Level.ERROR: logging.WARNING,
    Level.WARNING: logging.WARNING,
    Level.INFO: logging.INFO,
}


class Source(Protocol):
    """Where a repository's documents and settings come from."""

    def look(self) -> AbstractContextManager[tuple[Settings, Delivery]]:
        """The settings as they are now, and a delivery for one sync.

        Settings that haven't changed since the last look are the same object.

        Raises:
            ConfigurationError: The repository's own configuration is no good.
            DeliveryError: The repository can't be had.
        """


class Runner:
    """Runs them. Nothing here may be used by two threads at the same time.

    Args:
        source: Where documents and settings come from.
        open_job: Opens a job with these settings; its trackers stay open until the settings change.
        redact: Takes secrets out of what is told.
        clock: The present, in UTC.
        longest_wait: Seconds that a sync waits at a time, or for its turn.
    """

    def __init__(
        self,
        source: Source,
        open_job: Callable[[Settings], AbstractContextManager[Job]],
        redact: Callable[[str], str],
        clock: Callable[[], datetime],
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._source = source
        self._open_job = open_job
        self._redact = redact
        self._clock = clock
        self._longest_wait = longest_wait
        self._opened = ExitStack()
        self._job: Job | None = None
        self._settings: Settings | None = None
        self._told: frozenset[str] = frozenset()

    def run(self, stop: Event) -> Ended:
        """Sync once. Whatever happens is told, and none of it is raised.

        Args:
            stop: Set once the daemon is told to stop.
        """
        halt = Halt(stop, self._longest_wait)
        try:
            ended = self._run(halt)
        except SyncerError as error:
            ended = of_error(error, stopped=halt.heeded)
        except Exception as error:  # noqa: BLE001 - the other repositories go on, and this one is tried again
            _LOG.exception("something happened that nobody has foreseen; please report it")
            self.close()
            return Ended(Result.CRASHED, ExitCode.TRACKER, f"{type(error).__name__}, see the log")
        return replace(ended, error=self._redact(ended.error))

    def close(self) -> None:
        """Give back what is kept open. Calling it twice is harmless, and a later run opens it again."""
        self._job = self._settings = None
        opened, self._opened = self._opened, ExitStack()
        opened.close()

    def _run(self, halt: Halt) -> Ended:
        with self._source.look() as (settings, delivery):
            job = replace(self._job_for(settings), permission=halt, progress=halt.progress)
            try:
                outcome = run_and_deliver(job, Unstopped(delivery, halt), Consent(settings.limits))
            finally:
                # Until the next sync. With many repositories there would be too many connections.
                for tracker in job.trackers.values():
                    tracker.rest()
        self._log(outcome)
        return of_outcome(outcome, stopped=halt.heeded, now=self._clock())

    def _job_for(self, settings: Settings) -> Job:
        if self._job is None or settings is not self._settings:
            self.close()
            self._job = self._opened.enter_context(self._open_job(settings))
            self._settings = settings
        return self._job

    def _log(self, outcome: Outcome) -> None:
        """Say what was done, and of what wants a person only what is new: it is found again by every sync."""
        report, receipt = outcome.report, outcome.receipt
        _LOG.info("%s", summary(report.plan, done=True))
        if receipt.commit:
            _LOG.info("committed as %s", receipt.commit[:12])
        if receipt.pull_request:
            _LOG.info("waiting in %s", receipt.pull_request)
        found = dict(_remarks(report.plan))
        for text, level in found.items():
            if text not in self._told:
                _LOG.log(level, "%s", text)
        # What couldn't be looked at for once is no news when it is found again.
        self._told = frozenset(found) | (self._told if report.failures else frozenset())


def _remarks(plan: Plan) -> Iterator[tuple[str, int]]:
    """What wants a person, in a line each, and the level that it is logged at."""
    for problem in plan.problems:
        place = f"{problem.document}:{problem.line}" if problem.line else problem.document
        message = ": ".join(filter(None, (place, problem.message)))
        yield f"{message}. {problem.remedy}", _LEVELS[problem.level]
    for conflict in plan.conflicts:
        if not conflict.winner:
            place = f"{conflict.document}:{conflict.line}"
            changed = f"{conflict.field} of {conflict.issue} was changed on both sides"
            values = f"the document has {conflict.document_value!r}, the tracker {conflict.tracker_value!r}"
            yield f"{place}: {changed}: {values}", logging.WARNING
