"""A team with post-mortems in memory and a repository on the double of GitHub."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncer.trackers.github.tracker import GitHubTracker
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, furnish, open_tracker
from tests.support.memory import MemoryStore
from tests.support.service_world import ServiceWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.double import GitHubDouble
    from tests.support.github.log import Log
    from tests.support.github.records import Issue


@dataclass
class GitHubWorld(ServiceWorld[GitHubTracker]):
    """The world.

    Attributes:
        github: The double.
    """

    github: GitHubDouble = field(kw_only=True)

    @property
    def name(self) -> str:
        return "shop"

    @property
    def log(self) -> Log:
        return self.github.log

    def open(self) -> GitHubTracker:
        return open_tracker(self.github, self.token, self.clock, **self.settings)

    @property
    def issues(self) -> list[Issue]:
        """The issues that there are, by number."""
        issues = self.github.store.repositories[SHOP].issues
        return [issues[number] for number in sorted(issues)]


@contextmanager
def github_world(texts: dict[str, str], **settings: Any) -> Iterator[GitHubWorld]:
    """A world with these documents, until its end."""
    with github_double(base_path=BASE_PATH) as github:
        yield GitHubWorld(furnish(github), MemoryStore(texts), settings=settings, github=github)
