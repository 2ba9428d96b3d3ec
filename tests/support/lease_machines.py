"""Machines that work on one repository at the same time, each with a clock of its own; and who decides what comes next.

Each machine is a thread, of which one at a time goes on, and only until it comes to the wire, to a wait or to the end
of what it was told to do. So whoever drives them decides what happens between any two steps of any two machines.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.errors import DeliveryError, TrackerError
from syncer.permission import Always
from tests.support.leases import Clock, Local, Memory, lease

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.delivery.lease import Lease

__all__ = ["ACTS", "Machine", "World"]

ACTS = ("write", "nap", "sleep", "end")
"""What a machine does next that has its turn: write, wait for less or for more than a lease may be left alone, end."""

_WAITS = {"nap": 45.0, "sleep": 500.0}


class Halted(BaseException):
    """The power is gone: nothing that is still done has an effect."""


@dataclass
class World:
    """What all machines share.

    Attributes:
        time: Seconds that have really passed.
        server: The repository.
        last: Whose turn the last write belonged to.
        over: Turns after which somebody else has written.
        wrong: What must not happen: a write that belongs to one of those.
        writes: How many there were.
    """

    time: float = 0.0
    server: Memory = field(default_factory=Memory)
    last: int = 0
    over: set[int] = field(default_factory=set)
    wrong: str = ""
    writes: int = 0
    _turns: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def begin(self) -> int:
        """A new turn."""
        return next(self._turns)

    def write(self, turn: int) -> None:
        """Somebody was allowed to write."""
        self.writes += 1
        if turn in self.over:
            self.wrong = f"turn {turn} wrote after turn {self.last} had begun to"
        if self.last not in {0, turn}:
            self.over.add(self.last)
        self.last = turn


class Machine:
    """One of them: it takes its turn, does what it is told, and begins again.

    Args:
        world: What it works with.
        pace: How fast its clock goes.
    """

    def __init__(self, world: World, pace: float) -> None:
        self.pace = pace
        self.unreachable = False
        self._world = world
        self._halted = False
        self._wakes = 0.0
        self._act = ""
        self._fails = False
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self, act: str, *, fails: bool) -> None:
        """Let it go on to where it stops next; one that waits is let go on when it has waited.

        Args:
            act: What it does next, if it is asked.
            fails: Whether what is on the wire gets lost, if something is.
        """
        self._act, self._fails = act, fails
        if self._wakes:
            self._world.time = max(self._world.time, self._wakes / self.pace)
        self._go.release()
        self._back.acquire()

    def halt(self) -> None:
        """Switch it off."""
        self._halted = True
        self._go.release()
        self._thread.join()

    # In its own thread

    def _run(self) -> None:
        self._go.acquire()
        try:
            while True:
                self._turn()
                self._stop()
        except Halted:
            pass
        except BaseException as error:  # noqa: BLE001 - whoever drives it would wait for ever
            self._world.wrong = repr(error)
            self._back.release()

    def _turn(self) -> None:
        local = Local(self._world.server, cross=self._cross)
        mine = _lease(local, self._clock, self._wait)
        try:
            with mine.turn(None) as permission:
                number = self._world.begin()
                while (act := self._told()) != "end":
                    if act == "write":
                        permission.check()
                        self._world.write(number)
                    else:
                        permission.wait(_WAITS[act])
        except (DeliveryError, TrackerError):
            pass

    def _told(self) -> str:
        self._stop()
        return self._act

    def _clock(self) -> float:
        return self._world.time * self.pace

    def _wait(self, seconds: float) -> None:
        self._wakes = self._clock() + seconds
        self._stop()
        self._wakes = 0.0

    def _cross(self, _: str) -> None:
        self._stop()
        if self._fails or self.unreachable:
            raise DeliveryError("the connection was reset")

    def _stop(self) -> None:
        if not self._halted:
            self._back.release()
            self._go.acquire()
        if self._halted:
            raise Halted


def _lease(local: Local, clock: Callable[[], float], wait: Callable[[float], None]) -> Lease:
    made = Clock()
    mine = lease(local, made)
    mine._clock, mine._alone = clock, Always(wait)
    return mine


def waited_after_all(world: World) -> float:
    """How long somebody waits who comes when all others are switched off, in seconds."""
    clock = Clock()
    with lease(Local(world.server), clock).turn(None) as permission:
        permission.check()
    return sum(clock.waits)
