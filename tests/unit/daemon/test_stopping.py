"""What a sync may still do once the daemon was told to stop."""

from __future__ import annotations

import math
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest

from syncer.daemon.stopping import LONGEST_WAIT, Halt, StoppedError, Unstopped
from syncer.delivery import Account, Receipt
from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from syncer.documents import DocumentStore
    from syncer.permission import Permission


class NullDelivery:
    """A delivery of which nothing is asked but what a test is about."""

    attempts = 3
    revision = "abc"

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        raise NotImplementedError

    def open(self) -> DocumentStore:
        raise NotImplementedError

    def deliver(self, account: Account) -> Receipt:
        raise NotImplementedError


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def halt(waits: list[float]) -> Halt:
    return Halt(Event(), LONGEST_WAIT, waits.append)


def test_until_then_everything_goes_on(halt: Halt) -> None:
    halt.check()
    halt.wait(0)
    halt.progress("reading", 1, 2)
    assert not halt.heeded


def test_afterwards_no_write_is_begun_and_nothing_is_waited_for(halt: Halt) -> None:
    halt.stop.set()
    with pytest.raises(StoppedError):
        halt.check()
    with pytest.raises(StoppedError):
        halt.wait(60)
    assert halt.heeded


def test_a_look_ends_early_unless_something_was_written(halt: Halt) -> None:
    halt.stop.set()
    halt.progress("syncing", 1, 2)
    with pytest.raises(StoppedError):
        halt.progress("reading", 1, 2)

    later = Halt(Event())
    later.check()
    later.stop.set()
    later.progress("reading", 1, 2)


def test_nobody_is_waited_for_longer_than_others_may_be_held_up(halt: Halt) -> None:
    with pytest.raises(TrackerError) as caught:
        halt.wait(LONGEST_WAIT + 1)
    assert caught.value.wait == LONGEST_WAIT + 1
    assert not isinstance(caught.value, StoppedError)
    assert not halt.heeded


def test_one_that_has_nothing_to_come_back_to_waits_for_as_long_as_it_takes() -> None:
    halt = Halt(Event(), math.inf)
    halt.stop.set()
    with pytest.raises(StoppedError):
        halt.wait(10_000)


class Held(NullDelivery):
    """A delivery whose turn comes after so many waits."""

    def __init__(self, waits: int) -> None:
        self.waits = waits

    @contextmanager
    def turn(self, outer: Permission | None) -> Iterator[Permission | None]:
        assert outer is not None
        for _ in range(self.waits):
            outer.wait(LONGEST_WAIT / 4)
        yield outer


class Instant(Event):
    """Is waited for in no time."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return self.is_set()


def test_a_turn_that_does_not_come_is_come_back_for() -> None:
    halt = Halt(Instant())
    with Unstopped(Held(4), halt).turn(halt) as permission:
        assert permission is halt
        for _ in range(10):
            permission.wait(LONGEST_WAIT)
    with pytest.raises(TrackerError, match="another run is at work") as caught:
        Unstopped(Held(5), halt).turn(halt).__enter__()
    assert caught.value.wait == 60


class Delivered(NullDelivery):
    """A delivery that asks before it pushes, and waits between two attempts."""

    def __init__(self, halt: Halt) -> None:
        self.halt = halt

    def deliver(self, account: Account) -> Receipt:
        self.halt.check()
        self.halt.wait(7)
        self.halt.progress("reading", 1, 2)
        return Receipt(commit=account.summary)


def test_what_was_written_is_delivered_all_the_same(halt: Halt, waits: list[float]) -> None:
    delivery = Unstopped(Delivered(halt), halt)
    halt.stop.set()
    assert delivery.deliver(Account("1 filed", "")).commit == "1 filed"
    assert (delivery.attempts, delivery.revision, waits) == (3, "abc", [7])
    with pytest.raises(StoppedError):
        halt.check()
