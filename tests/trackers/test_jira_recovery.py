"""Whatever fails on the way to Jira, and however far its index lags: each row has one issue, none is filed twice."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from syncer.trackers import base
from syncer.trackers.jira import reading, seals
from syncer.trackers.jira.raw import PROPERTY
from tests.support.jira import changing, faults
from tests.support.jira_world import JiraWorld, jira_world
from tests.support.service_world import post_mortems

if TYPE_CHECKING:
    from tests.support.jira.records import Issue

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


_both = pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "server"])
_LAGGING: Final = 10_000


def _by_hand(world: JiraWorld, count: int) -> list[Issue]:
    """Issues that people have filed."""
    store = world.jira.store
    with store.lock:
        home = store.projects["PAY"]
        return [
            changing.create(
                store, home, home.types[0], store.users["alice"], {"fields": {"summary": "By hand"}}
            )
            for _ in range(count)
        ]


def _lose_a_create(world: JiraWorld) -> str:
    """File an issue whose creation isn't answered; its key."""
    before = {one.key for one in world.issues()}
    world.jira.faults.when(faults.creates, faults.DROPPED_AFTER, times=1)
    world.sync()
    (key,) = {one.key for one in world.issues()} - before
    return key


@_both
@pytest.mark.parametrize("gone", ["deleted", "hidden", "moved"])
def test_keys_without_an_issue_hide_none_behind_them(gone: str, *, cloud: bool) -> None:
    with jira_world(post_mortems(1), cloud=cloud) as world:
        store = world.jira.store
        _by_hand(world, 1)
        world.preview()
        world.jira.lag = _LAGGING
        for issue in _by_hand(world, 8):
            with store.lock:
                if gone == "deleted":
                    changing.delete(store, issue)
                elif gone == "hidden":
                    store.hidden.add(issue.id)
                else:
                    changing.move(store, issue, store.projects["OPS"])
        assert _lose_a_create(world) == "PAY-10"
        world.sync()
        assert list(items(world).values()) == [1]
        assert "PAY-10" in "".join(world.store.texts.values())


@_both
def test_keys_of_moved_issues_are_taken(*, cloud: bool) -> None:
    """However many there are in a row."""
    count = (reading.AHEAD if cloud else reading.MISSES) + 5
    with jira_world(post_mortems(1), cloud=cloud) as world:
        store = world.jira.store
        _by_hand(world, 1)
        world.preview()
        world.jira.lag = _LAGGING
        for issue in _by_hand(world, count):
            with store.lock:
                changing.move(store, issue, store.projects["OPS"])
        assert _lose_a_create(world) == f"PAY-{count + 2}"
        world.sync()
        assert list(items(world).values()) == [1]


@_both
def test_what_the_index_leaves_out_before_its_end_is_found(
    monkeypatch: pytest.MonkeyPatch, *, cloud: bool
) -> None:
    with jira_world(post_mortems(1), cloud=cloud) as world:
        store = world.jira.store
        _by_hand(world, 1)
        assert _lose_a_create(world) == "PAY-2"
        _by_hand(world, 30)

        def as_of(_: int) -> dict[str, Issue]:
            return {key: one for key, one in store.issues.items() if one.key != "PAY-2"}

        monkeypatch.setattr(store, "as_of", as_of)
        world.sync()
        assert list(items(world).values()) == [1]
        assert "PAY-2" in "".join(world.store.texts.values())


@_both
def test_a_moved_issue_whose_key_was_guessed_is_followed(*, cloud: bool) -> None:
    with jira_world(post_mortems(1), cloud=cloud) as world:
        store = world.jira.store
        (first,) = _by_hand(world, 1)
        world.preview()
        world.jira.lag = _LAGGING
        second, _ = _by_hand(world, 2)
        with store.lock:
            moved = changing.move(store, second, store.projects["OPS"])
        tracker = world.open()
        try:
            assert list(tracker.marked()) == []
            answers = tracker.read([first.key, second.key])
        finally:
            tracker.close()
        found = answers[second.key]
        assert isinstance(found, base.Issue)
        assert found.key == moved.key
