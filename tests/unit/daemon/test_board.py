"""What the daemon tells about itself, after this and that has happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from syncer.core.budget import Budget
from syncer.core.plan import Kind
from syncer.daemon.board import Board
from syncer.daemon.status import DURATIONS, Calls, Ended, RepositoryStatus, Result, Standing

NOON = datetime(2025, 11, 23, 12, tzinfo=UTC)
DONE = Ended(Result.DONE, 0)
FAILED = Ended(Result.FAILED, 4, "no answer")


@dataclass
class Time:
    seconds: float = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def elapsed(self) -> float:
        return self.seconds


class Room:
    def __init__(self) -> None:
        self.time = Time()
        self.board = Board(self.time.now, self.time.elapsed)
        self.board.keep(["shop"])

    def sync(self, ended: Ended, seconds: float = 1.0) -> RepositoryStatus:
        self.board.began("shop")
        self.time.seconds += seconds
        self.board.ended("shop", ended)
        return self.shop

    @property
    def shop(self) -> RepositoryStatus:
        return self.board.status().repositories["shop"]


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_sync_is_told_from_its_beginning_to_its_end(room: Room) -> None:
    assert (room.shop.state, room.shop.success_age, room.shop.last_result) == (
        "waiting",
        None,
        None,
    )
    room.board.queued("shop")
    assert room.shop.state == "queued"
    room.board.began("shop")
    room.time.seconds += 3
    assert (room.shop.state, room.shop.running_for, room.shop.last_start) == ("running", 3, NOON)
    room.board.ended("shop", DONE)
    room.board.planned("shop", NOON + timedelta(minutes=15))
    room.time.seconds += 60
    after = room.shop
    assert (after.state, after.running_for, after.last_seconds) == ("waiting", None, 3)
    assert (after.last_end, after.success_age) == (NOON + timedelta(seconds=3), 60)
    assert after.next_start == NOON + timedelta(minutes=15)


def test_failures_are_counted_until_one_succeeds(room: Room) -> None:
    room.sync(DONE)
    room.sync(FAILED)
    room.sync(Ended(Result.CRASHED, 4, "boom"))
    second = room.sync(Ended(Result.LIMITED, 4, "wait"))
    assert (second.failures, second.failing_since) == (2, NOON + timedelta(seconds=2))
    assert (second.last_error, second.success_age) == ("wait", 3)
    assert second.last_success == NOON + timedelta(seconds=1)
    assert room.sync(Ended(Result.REFUSED, 5)).failing_since is None
    after = room.sync(Ended(Result.PROBLEMS, 1))
    assert (after.failures, after.success_age, after.last_exit_code) == (0, 0, 1)
    assert dict(after.runs) == {
        Result.DONE: 1,
        Result.FAILED: 1,
        Result.CRASHED: 1,
        Result.LIMITED: 1,
        Result.REFUSED: 1,
        Result.PROBLEMS: 1,
    }


def test_what_was_done_adds_up_and_what_was_found_is_the_latest(room: Room) -> None:
    reset = NOON + timedelta(hours=1)
    first = Standing(items=3, open=2)
    room.sync(
        Ended(
            Result.DONE,
            0,
            changes={Kind.CREATE: 2},
            budgets=(Budget("shop", 5, left=10, limit=20, reset=reset),),
            standing=first,
        )
    )
    after = room.sync(
        Ended(Result.FAILED, 4, changes={Kind.CREATE: 1}, budgets=(Budget("shop", 2, left=8),))
    )
    assert after.changes == {Kind.CREATE: 3}
    assert after.calls == {"shop": Calls(7, 8, None, None)}
    assert after.standing is first


def test_durations_are_counted_in_buckets(room: Room) -> None:
    for seconds in (DURATIONS[0], DURATIONS[0] + 0.1, DURATIONS[-1] + 1):
        after = room.sync(DONE, seconds)
    assert (after.durations[0], after.durations[1], after.durations[-1]) == (1, 1, 1)
    assert sum(after.durations) == 3
    assert after.seconds == pytest.approx(DURATIONS[0] * 2 + 0.1 + DURATIONS[-1] + 1)


def test_repositories_come_and_go(room: Room) -> None:
    room.sync(DONE)
    room.board.keep(["pay", "shop"])
    assert room.shop.runs == {Result.DONE: 1}
    room.board.began("shop")
    room.board.keep(["pay"])
    room.board.ended("shop", DONE)
    room.board.planned("shop", NOON)
    assert list(room.board.status().repositories) == ["pay"]
    room.board.keep(["shop"])
    assert room.shop == RepositoryStatus("shop")


def test_the_daemon_itself_is_told_about(room: Room) -> None:
    room.time.seconds += 7
    before = room.board.status()
    assert (before.started, before.beat_age, before.stopping) == (NOON, 7, False)
    assert before.reloads.last_ok is None
    room.board.beat()
    room.board.reloaded(taken=True)
    room.board.reloaded(taken=False)
    room.board.stopping()
    after = room.board.status()
    assert (after.beat_age, after.stopping) == (0, True)
    assert (after.reloads.done, after.reloads.refused, after.reloads.last_ok) == (1, 1, False)
