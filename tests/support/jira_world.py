"""Documents in memory, issues on a double of Jira, and syncs between them by one process or by another."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncer.core.limits import Limits
from syncer.core.reconciling.documentplan import Rules
from syncer.running import Consent, run
from syncer.sync import Job, survey
from tests.support.github_lab import Clock
from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished
from tests.support.jira_lab import open_jira
from tests.support.memory import VOCABULARY, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.sync import Report, Survey
    from syncer.trackers.jira.tracker import JiraTracker
    from tests.support.doubles.log import Exchange
    from tests.support.jira.double import JiraDouble
    from tests.support.jira.records import Issue


@dataclass
class JiraWorld:
    """A team with post-mortems and a project.

    Attributes:
        jira: The double.
        token: A token for it.
        store: The documents.
        clock: The time, which only waiting moves.
        rules: How to reconcile.
        settings: Further settings of the tracker.
    """

    jira: JiraDouble
    token: str
    store: MemoryStore
    clock: Clock = field(default_factory=Clock)
    rules: Rules = field(default_factory=Rules)
    settings: dict[str, Any] = field(default_factory=dict)

    def open(self) -> JiraTracker:
        """A tracker as a new process has it."""
        return open_jira(self.jira, self.token, self.clock, **self.settings)

    def job(self, tracker: JiraTracker) -> Job:
        """What a process works with."""
        return Job(
            store=self.store,
            trackers={"pay": tracker},
            route=lambda _: "pay",
            vocabulary=VOCABULARY,
            rules=self.rules,
            clock=self.clock.now,
            max_characters=1_000_000,
            max_line=10_000,
            progress=lambda *_: None,
        )

    def sync(self, tracker: JiraTracker | None = None) -> Report:
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

    def counted(self, tracker: JiraTracker | None = None) -> Sequence[Exchange]:
        """The requests of one sync."""
        self.jira.log.clear()
        self.sync(tracker)
        return list(self.jira.log.exchanges)

    def issues(self, project: str = "PAY") -> list[Issue]:
        """The issues of a project that there are."""
        return [one for one in self.jira.store.issues.values() if one.project == project]


@contextmanager
def jira_world(
    texts: dict[str, str], *, cloud: bool = True, **settings: Any
) -> Iterator[JiraWorld]:
    """A world with these documents, until its end."""
    double = jira_cloud_double if cloud else jira_server_double
    with double(furnished(cloud=cloud)) as jira:
        yield JiraWorld(jira, jira.sign_in("robot"), MemoryStore(texts), settings=settings)
