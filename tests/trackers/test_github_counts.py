"""What syncs with GitHub cost, in requests; the benchmark benchmarks/github_calls.py prints the same for more cases."""

from __future__ import annotations

import math

import pytest

from syncer.core.plan import Kind
from tests.support.github import changing
from tests.support.github_lab import SHOP
from tests.support.github_world import GitHubWorld, github_world
from tests.support.service_world import post_mortems


def file_by_hand(world: GitHubWorld, count: int, *, label: str = "") -> None:
    """Issues that other people have filed."""
    store = world.github.store
    with store.lock:
        home = store.repositories[SHOP]
        robot = store.add_user("robot")
        for number in range(count):
            labels = {"labels": [label]} if label else {}
            changing.create_issue(store, home, robot, {"title": f"Other {number}", **labels})


def test_a_sync_of_a_thousand_linked_issues_without_a_change() -> None:
    with github_world(post_mortems(1000)) as world:
        daemon = world.open()
        world.sync(daemon)
        assert len(world.issues) == 1000
        world.sync(daemon)  # filing a thousand takes two hours, after which everything is read anew
        again = world.counted(daemon)
        assert len(again) <= 2, [one.path for one in again]
        assert world.preview().plan.changes == ()
        cold = world.counted()
        assert len(cold) <= 12, [(one.path, one.query) for one in cold]
        assert not [one for one in (*again, *cold) if one.writes]


@pytest.mark.parametrize(("rows", "labelled", "others"), [(30, 0, 0), (25, 250, 30), (7, 100, 120)])
def test_a_first_sync_files_each_row_and_asks_little_else(
    rows: int, labelled: int, others: int
) -> None:
    with github_world(post_mortems(rows)) as world:
        file_by_hand(world, labelled, label="syncer")
        file_by_hand(world, others)
        sent = world.counted()
        creates = [one for one in sent if one in world.github.log.creates]
        assert len(creates) == rows
        assert len(sent) - rows <= math.ceil(labelled / 100) + 5, [one.path for one in sent]
        assert world.preview().plan.changes == ()


def test_a_status_that_changes_costs_github_no_write() -> None:
    with github_world(post_mortems(40)) as world:
        daemon = world.open()
        world.sync(daemon)
        home = world.github.store.repositories[SHOP]
        alice = world.github.store.add_user("alice")
        done = {"state": "closed", "state_reason": "completed"}
        with world.github.store.lock:
            changing.change_issue(world.github.store, home, alice, 7, done)
        for tracker in (daemon, None):
            with world.github.store.lock:
                changing.change_issue(world.github.store, home, alice, 8, done)
            sent = world.counted(tracker)
            assert not [one for one in sent if one.writes]
            assert len(sent) <= 5, [one.path for one in sent]
        text = world.store.texts["postmortems/0001.md"]
        assert text.count("| Done |") == 2


def test_the_preview_knows_the_calls_that_a_sync_makes() -> None:
    with github_world(post_mortems(12)) as world:
        plan = world.preview().plan
        assert plan.count(Kind.CREATE) == 12
        assert not world.github.log.writes
