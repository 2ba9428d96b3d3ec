"""Whatever fails on the way to Jira, and however far its index lags: each row has one issue, none is filed twice."""

from __future__ import annotations

import random
from collections import Counter
from typing import Final

import pytest

from syncer.trackers.jira import seals
from syncer.trackers.jira.raw import PROPERTY
from tests.support.github_world import post_mortems
from tests.support.jira import faults
from tests.support.jira_world import JiraWorld, jira_world

RUNS: Final = 200
BATCH: Final = 20

_ANY: Final = (
    faults.DROPPED_BEFORE,
    faults.DROPPED_AFTER,
    faults.CUT,
    faults.server_error(500),
    faults.server_error(502, effect=True),
    faults.server_error(503),
    faults.unavailable(),
    faults.unavailable(effect=True),
    faults.html(),
    faults.html(effect=True),
    faults.login_page(302),
    faults.rate_limited(),
    faults.rate_limited(retry_after=None),
)


def items(world: JiraWorld) -> Counter[str]:
    """How many issues each action item has."""
    held = (seals.read(issue.properties.get(PROPERTY)) for issue in world.issues())
    return Counter(one.marker.item for one in held if one is not None and one.marker is not None)


@pytest.mark.parametrize("first", range(0, RUNS, BATCH))
def test_a_create_whose_answer_was_lost_is_never_repeated(first: int) -> None:
    """Neither by the same process nor by another one, while the index still lags."""
    for seed in range(first, first + BATCH):
        dice = random.Random(seed)  # noqa: S311
        rows = dice.randint(3, 12)
        with jira_world(post_mortems(rows, each=4), cloud=dice.random() < 0.6) as world:
            jira = world.jira
            jira.lag = dice.choice([0, 3, 12, 40])
            jira.faults.when(faults.creates, faults.DROPPED_AFTER, times=dice.randint(1, 2))
            lost = (faults.DROPPED_AFTER, faults.CUT)
            jira.faults.sometimes(seed, 0.3, lost, faults.creates)
            jira.faults.sometimes(seed + 1, dice.choice([0.02, 0.1, 0.2]), _ANY)
            daemon = world.open() if dice.random() < 0.5 else None
            for _ in range(dice.randint(2, 4)):
                world.sync(daemon)
            jira.faults.stop()
            for _ in range(3):
                world.sync(daemon)
            counted = items(world)
            assert len(counted) == rows, f"seed {seed}"
            assert set(counted.values()) == {1}, f"seed {seed}"
            assert len(world.issues()) == rows, f"seed {seed}: an issue without a marker"
            jira.lag = 0
            assert world.preview().plan.changes == (), f"seed {seed}"
