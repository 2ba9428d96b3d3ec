"""What syncs with Jira cost, in requests; the benchmark benchmarks/jira_calls.py prints the same for more cases."""

from __future__ import annotations

import math

import pytest

from tests.support.jira import changing, faults
from tests.support.jira_world import jira_world
from tests.support.service_world import post_mortems

START_UP = 3


def test_a_sync_of_a_thousand_linked_issues_without_a_change() -> None:
    with jira_world(post_mortems(1000)) as world:
        world.sync()
        assert len(world.issues()) == 1000
        cold = world.counted()
        assert len(cold) <= 10 + START_UP, [one.path for one in cold]
        assert not [one for one in cold if one in world.jira.log.writes]
        assert world.preview().plan.changes == ()


@pytest.mark.parametrize("rows", [3, 40, 1000])
def test_a_server_is_not_asked_for_each_issue_either(rows: int) -> None:
    with jira_world(post_mortems(rows), cloud=False) as world:
        world.sync()
        cold = world.counted()
        assert len(cold) <= 10 + START_UP, [one.path for one in cold]
        assert not [one for one in cold if one in world.jira.log.writes]
        world.clock.sleep(8 * 24 * 60 * 60)
        assert len(world.counted()) <= 10 + START_UP


def test_a_server_is_asked_for_each_issue_where_one_has_lost_its_row() -> None:
    with jira_world(post_mortems(3), cloud=False) as world:
        world.jira.faults.when(faults.creates, faults.DROPPED_AFTER, times=1)
        world.sync()
        assert len(world.issues()) == 3
        world.sync()
        assert len(world.issues()) == 3
        assert world.preview().plan.changes == ()


@pytest.mark.parametrize("rows", [1, 50, 51, 120])
def test_a_first_sync_files_fifty_rows_in_a_request(rows: int) -> None:
    with jira_world(post_mortems(rows)) as world:
        world.sync()
        log = world.jira.log
        creates = math.ceil(rows / 50)
        assert len(log.creates) == creates
        assert len(log.writes) == creates
        assert len(world.issues()) == rows
        assert world.preview().plan.changes == ()


def test_remote_links_cost_one_request_each_where_they_are_switched_on() -> None:
    address = "https://github.com/acme/shop/blob/main/"
    with jira_world(post_mortems(3), remote_link=address) as world:
        world.sync()
        assert len(world.jira.log.writes) == 1 + 3
        for issue in world.issues():
            (link,) = issue.remote_links
            assert link.content["object"]["url"] == f"{address}postmortems/0001.md"


@pytest.mark.parametrize("cloud", [True, False])
def test_a_status_that_changes_costs_jira_no_write(*, cloud: bool) -> None:
    with jira_world(post_mortems(20), cloud=cloud) as world:
        world.sync()
        store = world.jira.store
        with store.lock:
            issue = world.issues()[6]
            project = store.projects["PAY"]
            done = next(one for one in project.workflow.statuses if one.name == "Done")
            changing.arrive(store, issue, done, dict(issue.values))
        world.jira.log.clear()
        world.sync()
        assert not world.jira.log.writes
        assert sum(text.count("| Done |") for text in world.store.texts.values()) == 1
