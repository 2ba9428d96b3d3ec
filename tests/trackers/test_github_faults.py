"""Whatever fails on the way to GitHub, and whenever: each row has one issue in the end, and none is filed twice."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from syncer.trackers.github.bodies import take_apart
from tests.support.github import changing, faults
from tests.support.github_lab import SHOP
from tests.support.github_world import GitHubWorld, github_world
from tests.support.service_world import post_mortems

if TYPE_CHECKING:
    from tests.support.github.faults import Asked

RUNS: Final = 200
BATCH: Final = 20

_ANY: Final = (
    faults.DROPPED_BEFORE,
    faults.DROPPED_AFTER,
    faults.CUT,
    faults.server_error(500),
    faults.server_error(502, effect=True),
    faults.server_error(503),
    faults.html(),
    faults.html(effect=True),
    faults.primary_limit(403, seconds=30),
    faults.primary_limit(429, seconds=30),
    faults.secondary_limit(403),
    faults.secondary_limit(429, retry_after=None),
    faults.redirect(307),
    faults.redirect(301, "http://localhost:9"),
)


def _creates(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/issues")


def items(world: GitHubWorld) -> Counter[str]:
    """How many issues each action item has."""
    markers = (take_apart(issue.body or "").marker for issue in world.issues)
    return Counter(marker.item for marker in markers if marker is not None)


@pytest.mark.parametrize("first", range(0, RUNS, BATCH))
def test_a_create_whose_answer_was_lost_is_never_repeated(first: int) -> None:
    for seed in range(first, first + BATCH):
        dice = random.Random(seed)  # noqa: S311
        rows = dice.randint(3, 12)
        with github_world(post_mortems(rows, each=4)) as world:
            github = world.github
            github.lag = dice.choice([0, 0, 3, 12])
            github.graphql = dice.random() < 0.8
            github.faults.when(_creates, faults.DROPPED_AFTER, times=dice.randint(1, 2))
            github.faults.sometimes(seed, 0.3, (faults.DROPPED_AFTER, faults.CUT), _creates)
            github.faults.sometimes(seed + 1, dice.choice([0.02, 0.1, 0.2]), _ANY)
            daemon = world.open() if dice.random() < 0.5 else None
            for _ in range(dice.randint(2, 4)):
                world.sync(daemon)
            github.faults.stop()
            for _ in range(3):
                world.sync(daemon)
            counted = items(world)
            assert len(counted) == rows, f"seed {seed}"
            assert set(counted.values()) == {1}, f"seed {seed}"
            assert len(world.issues) == rows, f"seed {seed}: an issue without a marker"
            github.lag = 0
            assert world.preview().plan.changes == (), f"seed {seed}"


def test_a_person_s_change_between_look_and_write_is_not_overwritten() -> None:
    with github_world(post_mortems(1)) as world:
        world.sync()
        path = "postmortems/0001.md"
        world.store.texts[path] = world.store.texts[path].replace("| @alice", "| @bob")
        store = world.github.store

        def reassign(_: Asked) -> bool:
            """Somebody is faster, right before the write."""
            with store.lock:
                home = store.repositories[SHOP]
                carol = {"assignees": ["carol"]}
                changing.change_issue(store, home, store.add_user("carol"), 1, carol)
            return False

        looked = iter([False, True])
        world.github.faults.when(
            lambda asked: (
                asked.method == "GET"
                and asked.path.endswith("/issues/1")
                and next(looked, False)
                and reassign(asked)
            ),
            faults.OK,
        )
        report = world.sync()
        (issue,) = world.issues
        assert [user.login for user in issue.assignees] == ["carol"]
        assert any("somebody has changed" in problem.message for problem in report.plan.problems)
