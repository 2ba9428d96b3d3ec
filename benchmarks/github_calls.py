"""How many requests a sync with GitHub takes: ``python -m benchmarks.github_calls [--rows N]``.

Nothing is sent to GitHub: the other side is the double that the tests use, whose every answer fits GitHub's own
description, and which counts. Beside each of syncer's numbers stands what a script takes that asks for one row after
the other, as it is written most often: with PyGithub as it comes, an issue read or filed for each row, and then its
label and assignee set. The exit code is 1 if syncer takes more requests than docs/benchmarks.md says.
"""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Final

from github import Auth, Github

from benchmarks.counting import Counted, counted, show
from tests.support.github import changing
from tests.support.github_lab import SHOP
from tests.support.github_world import GitHubWorld, github_world
from tests.support.service_world import post_mortems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from github.Repository import Repository

COLD: Final = 12
NEXT: Final = 2
FIRST: Final = 5
SMALL: Final = 30


def scripted(world: GitHubWorld, work: Callable[[Repository], None]) -> int:
    """How many requests a script takes that uses PyGithub as it comes."""
    world.github.log.clear()
    api = Github(
        base_url=world.github.api_url,
        auth=Auth.Token(world.token),
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    work(api.get_repo(SHOP))
    api.close()
    return len(world.github.log.exchanges)


def read_each(count: int) -> Callable[[Repository], None]:
    """A script that looks at each issue that a row names."""

    def work(repository: Repository) -> None:
        for number in range(1, count + 1):
            repository.get_issue(number)

    return work


def file_each(count: int) -> Callable[[Repository], None]:
    """A script that files an issue for each row."""

    def work(repository: Repository) -> None:
        for number in range(count):
            issue = repository.create_issue(f"Promise {number}", body="From a post-mortem")
            issue.add_to_labels("syncer")
            issue.edit(assignees=["alice"])

    return work


def unchanged(rows: int) -> list[Counted]:
    """Syncs in which nothing has changed, and one in which a status has."""
    with github_world(post_mortems(rows)) as world:
        daemon = world.open()
        world.sync(daemon)
        world.sync(daemon)
        following = world.counted(daemon)
        cold = world.counted()
        store = world.github.store
        with store.lock:
            done = {"state": "closed", "state_reason": "completed"}
            home = store.repositories[SHOP]
            changing.change_issue(store, home, store.add_user("alice"), 1, done)
        one_closed = world.counted(daemon)
        script = scripted(world, read_each(rows))
    name = f"{rows:,} linked rows"
    return [
        counted(f"{name}, nothing changed, a new process", cold, math.ceil(rows / 100) + 2, script),
        counted(f"{name}, nothing changed, a daemon's next round", following, NEXT, script),
        counted(f"{name}, one issue was closed, a daemon", one_closed, NEXT + 1, script),
    ]


def first(rows: int, labelled: int) -> Counted:
    """A first sync, in a repository that has issues with the label already."""
    with github_world(post_mortems(rows)) as world:
        store = world.github.store
        with store.lock:
            home, robot = store.repositories[SHOP], store.add_user("robot")
            for number in range(labelled):
                issue = {"title": f"Other {number}", "labels": ["syncer"]}
                changing.create_issue(store, home, robot, issue)
        sent = world.counted()
        script = scripted(world, file_each(rows))
    most = rows + math.ceil(labelled / 100) + FIRST
    return counted(f"first sync of {rows} rows beside {labelled:,} issues", sent, most, script)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1000)
    rows = parser.parse_args(arguments).rows
    cases = [
        *unchanged(rows),
        first(SMALL, 0),
        first(min(rows, 200), rows),
    ]
    return show(cases)


if __name__ == "__main__":
    sys.exit(main())
