"""A team whose documents are delivered by pull request: a bare remote, clones of it, and the double of GitHub."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from syncer.building import open_job
from syncer.building_delivery import open_delivery
from syncer.core.limits import Limits
from syncer.delivering import run_and_deliver
from syncer.delivery.pullrequest import Proposal
from syncer.running import Consent
from syncer.settings import load_settings
from syncer.trackers.base import Update
from syncer.trackers.github.bodies import LINE
from tests.support.github import pulls
from tests.support.github.person import GitHubPerson
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, furnish
from tests.support.program import Program
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from syncer.delivering import Outcome
    from syncer.permission import Permission
    from tests.support.github import store
    from tests.support.github.double import GitHubDouble
    from tests.support.github.records import Issue

BRANCH: Final = "syncer/action-items"
PATH: Final = "pm/1.md"

CONFIGURATION: Final = """\
documents: {paths: ["pm/*.md"]}
trackers: {shop: {kind: github, repository: acme/shop}}
delivery: {mode: pull-request, repository: acme/shop}
"""


class Hasty:
    """Lets everything be written, and waits for nothing."""

    def check(self) -> None:
        """Nothing speaks against it."""

    def wait(self, seconds: float) -> None:
        """Time flies."""


@dataclass
class Team:
    """Where they work.

    Attributes:
        github: The double.
        there: The remote.
        here: The clone that syncer runs in.
        elsewhere: The clone that a person works in.
        token: syncer's.
        variables: What else is in its environment.
    """

    github: GitHubDouble
    there: Repository
    here: Repository
    elsewhere: Repository
    token: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What syncer finds there."""
        url = self.github.api_url
        own = {"GITHUB_TOKEN": self.token, "GITHUB_API_URL": url, "SYNCER_DELIVERY__URL": url}
        return {"PATH": os.environ["PATH"], **VARIABLES, **own, **self.variables}

    # syncer

    def process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A run as a process of its own."""
        return Program(self.here.folder, self.environment)(*arguments)

    def sync(self, permission: Permission | None = None, lease: Any = None) -> Outcome:
        """A run in this process, which waits for nothing.

        Args:
            permission: What it has to heed.
            lease: What keeps it apart from others.
        """
        settings = load_settings(working=self.here.folder, environment=self.environment)
        delivery = open_delivery(settings, ())
        assert isinstance(delivery, Proposal)
        delivery.base.lease = lease
        with open_job(settings, (), lambda *_: None, read_only=False) as job:
            return run_and_deliver(
                replace(job, permission=permission or Hasty()),
                delivery,
                Consent(Limits(), force=True),
            )

    # What there is

    @property
    def home(self) -> store.Repository:
        """The repository on GitHub."""
        return self.github.store.repositories[SHOP]

    @property
    def issues(self) -> list[Issue]:
        """The issues, without pull requests."""
        return [issue for issue in self.home.issues.values() if not issue.pull_request]

    @property
    def pulls(self) -> list[Issue]:
        """The pull requests, as they stand now."""
        with self.github.store.lock:
            pulls.settle(self.github.store, self.home)
        return [issue for issue in self.home.issues.values() if issue.pull_request]

    @property
    def pull(self) -> Issue:
        """The only pull request that there ever was."""
        (pull,) = self.pulls
        return pull

    @property
    def head(self) -> str:
        """The last commit of the pull request's branch; empty if there is no such branch."""
        ref = f"refs/heads/{BRANCH}"
        return self.there.git("for-each-ref", "--format=%(objectname)", ref)

    def proposed(self, path: str = PATH) -> str:
        """A document as it is in the pull request's branch."""
        return self.there.blob(path, BRANCH).decode()

    def text(self, path: str = PATH) -> str:
        """A document as it is in the base."""
        return self.there.blob(path, "main").decode()

    # People

    @property
    def person(self) -> GitHubPerson:
        """Somebody who works with the issues."""
        return GitHubPerson(self.github, SHOP, LINE.pattern)

    def work(self, key: str, **values: Any) -> None:
        """Somebody changes an issue."""
        self.person.change(key, Update(marker=None, **values))

    def edit(self, changes: Mapping[str, str], path: str = PATH, branch: str = "main") -> None:
        """Somebody replaces words of a document, and pushes it."""
        self.visit(branch)
        text = (self.elsewhere.folder / path).read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        self.add({path: text}, branch)

    def add(self, files: Mapping[str, str | bytes | None], branch: str = "main") -> None:
        """Somebody adds files, and pushes them."""
        self.visit(branch)
        self.elsewhere.commit(files)
        self.elsewhere.push(branch)

    def visit(self, branch: str) -> None:
        """Somebody checks out a branch as it is now."""
        self.elsewhere.git("fetch", "--quiet", "--prune", "origin")
        self.elsewhere.git("checkout", "--quiet", "-B", branch, f"origin/{branch}")

    def merge(self) -> None:
        """Somebody merges the pull request."""
        self.visit("main")
        self.elsewhere.git("merge", "--quiet", "--no-ff", "--no-edit", f"origin/{BRANCH}")
        self.elsewhere.push()

    def close(self) -> None:
        """Somebody closes the pull request that is open."""
        with self.github.store.lock:
            (one,) = (pull for pull in self.pulls if pull.state == "open")
            pulls.close(self.github.store, self.home, one.number)


@contextmanager
def team(folder: Path, files: Mapping[str, str | bytes | None], more: str = "") -> Iterator[Team]:
    """A team with these documents, until its end.

    Args:
        folder: Where its repositories are.
        files: What is in the base.
        more: What else the configuration says of the pull request.
    """
    with github_double(base_path=BASE_PATH) as github:
        token = furnish(github)
        text = (
            CONFIGURATION.replace("acme/shop}\n", f"acme/shop{more}}}\n") if more else CONFIGURATION
        )
        there = bare(folder / "there.git", {"syncer.yaml": text, **files})
        github.store.repositories[SHOP].git = there.folder
        here, elsewhere = (cloned(there, folder / name) for name in ("here", "elsewhere"))
        yield Team(github, there, here, elsewhere, token)
