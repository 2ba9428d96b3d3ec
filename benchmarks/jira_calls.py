"""How many requests a sync with Jira takes: ``python -m benchmarks.jira_calls [--rows N]``.

Nothing is sent to a Jira: the other side are the doubles of Cloud and of Data Center that the tests use, whose every
answer fits Atlassian's own description, and which count. Beside each of syncer's numbers stands what a script takes
that asks for one row after the other, as it is written most often: with the ``jira`` package as it comes, an issue read
or filed for each row. The exit code is 1 if syncer takes more requests than docs/benchmarks.md says.
"""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Any, Final

from jira import JIRA

from benchmarks.counting import Counted, counted, show
from syncer.trackers.jira.client import SERVER_PAGE
from syncer.trackers.jira.reading import MISSES
from tests.support.jira import changing
from tests.support.jira_lab import PROJECT
from tests.support.jira_world import JiraWorld, jira_world
from tests.support.service_world import post_mortems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE: Final = 100
"""So many issues are read at once on Cloud."""

BULK: Final = 50
"""So many are filed at once."""

START: Final = 3
"""Which Jira it is, how far its index has come, and what was filed since."""

FIRST: Final = 8
"""Besides filing: the start, who the owner is, what the project demands and what the account may do."""


SMALL: Final = 30


def scripted(world: JiraWorld, work: Callable[[JIRA], None]) -> int:
    """How many requests a script takes that uses the ``jira`` package as it comes."""
    world.jira.log.clear()
    options: dict[str, Any] = (
        {"basic_auth": ("robot@acme.example", world.token)}
        if world.jira.store.cloud
        else {"token_auth": world.token}
    )
    api = JIRA(server=world.jira.url, max_retries=0, **options)
    work(api)
    api.close()  # type: ignore[no-untyped-call]  # it has no type hints
    return len(world.jira.log.exchanges)


def read_each(count: int) -> Callable[[JIRA], None]:
    """A script that looks at each issue that a row names."""

    def work(api: JIRA) -> None:
        for number in range(1, count + 1):
            api.issue(f"{PROJECT}-{number}")

    return work


def file_each(count: int) -> Callable[[JIRA], None]:
    """A script that files an issue for each row."""

    def work(api: JIRA) -> None:
        for number in range(count):
            api.create_issue(
                project={"key": PROJECT},
                issuetype={"name": "Task"},
                summary=f"Promise {number}",
                description="From a post-mortem",
                labels=["syncer"],
            )

    return work


def unchanged(rows: int, *, cloud: bool) -> list[Counted]:
    """Syncs in which nothing has changed, and one in which a status has."""
    with jira_world(post_mortems(rows), cloud=cloud) as world:
        world.sync()
        cold = world.counted()
        daemon = world.open()
        world.sync(daemon)
        following = world.counted(daemon)
        store = world.jira.store
        with store.lock:
            issue = world.issues()[0]
            statuses = store.projects[PROJECT].workflow.statuses
            done = next(one for one in statuses if one.name == "Done")
            changing.arrive(store, issue, done, dict(issue.values))
        one_closed = world.counted(daemon)
        daemon.close()
        script = scripted(world, read_each(rows))
    place = "Cloud" if cloud else "Data Center"
    pages = math.ceil(rows / PAGE)
    # Nothing on Data Center reads several issues: the keys behind the highest one are looked at singly.
    least = pages + START if cloud else math.ceil(rows / SERVER_PAGE) + START - 1 + MISSES
    name = f"{place}, {rows:,} linked rows"
    return [
        counted(f"{name}, nothing changed, a new process", cold, least, script),
        counted(f"{name}, nothing changed, a daemon's next round", following, least - 1, script),
        counted(f"{name}, one issue was closed, a daemon", one_closed, least, script),
    ]


def first(rows: int, *, cloud: bool) -> Counted:
    """A first sync of a project."""
    with jira_world(post_mortems(rows), cloud=cloud) as world:
        sent = world.counted()
        script = scripted(world, file_each(rows))
    creates = math.ceil(rows / BULK)
    again = creates if cloud else rows + MISSES
    place = "Cloud" if cloud else "Data Center"
    return counted(f"{place}, first sync of {rows} rows", sent, creates + again + FIRST, script)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1000)
    rows = parser.parse_args(arguments).rows
    cases = []
    for cloud in (True, False):
        cases += unchanged(rows, cloud=cloud)
        cases += [first(count, cloud=cloud) for count in (SMALL, min(rows, 200))]
    return show(cases)


if __name__ == "__main__":
    sys.exit(main())
