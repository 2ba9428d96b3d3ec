"""What a sync may still do once the daemon was told to stop."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from syncer.daemon.stopping import LONGEST_WAIT, Halt, StoppedError, Unstopped
from syncer.delivery import Account, Receipt
from syncer.errors import TrackerError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from syncer.documents import DocumentStore
    from syncer.permission import Permission


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def halt(waits: list[float]) -> Halt:
    return Halt(Event(), waits.append)


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


class Delivered:
    """A delivery that asks before it pushes, and waits between two attempts."""

    attempts = 3
    revision = "abc"

    def __init__(self, halt: Halt) -> None:
        self.halt = halt

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        raise NotImplementedError

    def open(self) -> DocumentStore:
        raise NotImplementedError

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
