"""A team with post-mortems in memory and a project on a double of Jira."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncer.trackers.jira.tracker import JiraTracker
from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished
from tests.support.jira_lab import open_jira
from tests.support.memory import MemoryStore
from tests.support.service_world import ServiceWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.jira.double import JiraDouble
    from tests.support.jira.log import Log
    from tests.support.jira.records import Issue


@dataclass
class JiraWorld(ServiceWorld[JiraTracker]):
    """The world.

    Attributes:
        jira: The double.
    """

    jira: JiraDouble = field(kw_only=True)

    @property
    def name(self) -> str:
        return "pay"

    @property
    def log(self) -> Log:
        return self.jira.log

    def open(self) -> JiraTracker:
        return open_jira(self.jira, self.token, self.clock, **self.settings)

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
        yield JiraWorld(jira.sign_in("robot"), MemoryStore(texts), settings=settings, jira=jira)
