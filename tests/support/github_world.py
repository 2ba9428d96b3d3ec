"""Documents in memory, issues on the double of GitHub, and syncs between them by one process or by another."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncer.core.limits import Limits
from syncer.core.reconciling.documentplan import Rules
from syncer.running import Consent, run
from syncer.sync import Job, survey
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, Clock, furnish, open_tracker
from tests.support.memory import VOCABULARY, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.core.plan import Plan
    from syncer.sync import Report
    from syncer.trackers.github.tracker import GitHubTracker
    from tests.support.doubles.log import Exchange
    from tests.support.github.double import GitHubDouble
    from tests.support.github.records import Issue


@dataclass
class GitHubWorld:
    """A team with post-mortems and a repository.

    Attributes:
        github: The double.
        token: A token for it.
        store: The documents.
        clock: The time, which only waiting moves.
        rules: How to reconcile.
        settings: Further settings of the tracker.
    """

    github: GitHubDouble
    token: str
    store: MemoryStore
    clock: Clock = field(default_factory=Clock)
    rules: Rules = field(default_factory=Rules)
    settings: dict[str, Any] = field(default_factory=dict)

    def open(self) -> GitHubTracker:
        """A tracker as a new process has it."""
        return open_tracker(self.github, self.token, self.clock, **self.settings)

    def job(self, tracker: GitHubTracker) -> Job:
        """What a process works with."""
        return Job(
            store=self.store,
            trackers={"shop": tracker},
            route=lambda _: "shop",
            vocabulary=VOCABULARY,
            rules=self.rules,
            clock=self.clock.now,
            max_characters=1_000_000,
            max_line=10_000,
            progress=lambda *_: None,
        )

    def sync(self, tracker: GitHubTracker | None = None) -> Report:
        """Sync, as a new process unless one that has synced before is given."""
        mine = tracker or self.open()
        try:
            return run(self.job(mine), Consent(Limits(), force=True))
        finally:
            if tracker is None:
                mine.close()

    def preview(self) -> Plan:
        """What a new process would do."""
        tracker = self.open()
        try:
            return survey(self.job(tracker)).plan
        finally:
            tracker.close()

    def counted(self, tracker: GitHubTracker | None = None) -> Sequence[Exchange]:
        """The requests of one sync."""
        self.github.log.clear()
        self.sync(tracker)
        return list(self.github.log.exchanges)

    @property
    def issues(self) -> list[Issue]:
        """The issues that there are, by number."""
        issues = self.github.store.repositories[SHOP].issues
        return [issues[number] for number in sorted(issues)]


@contextmanager
def github_world(texts: dict[str, str], **settings: Any) -> Iterator[GitHubWorld]:
    """A world with these documents, until its end."""
    with github_double(base_path=BASE_PATH) as github:
        yield GitHubWorld(github, furnish(github), MemoryStore(texts), settings=settings)


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
