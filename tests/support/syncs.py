"""Syncs that do nothing but begin and end when a test says so, and a clock that stands still until then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Queue
from typing import TYPE_CHECKING, Final

from syncer.daemon.schedule import Timetable
from syncer.daemon.service import Service, Spec, Time
from syncer.daemon.status import Ended, Result

if TYPE_CHECKING:
    from threading import Event

NOON: Final = datetime(2025, 11, 23, 12, tzinfo=UTC)
DONE: Final = Ended(Result.DONE, 0)
FAILED: Final = Ended(Result.FAILED, 4, "there is no answer")
TABLE: Final = Timetable(timedelta(minutes=15), timedelta(0), timedelta(hours=1))
PATIENCE: Final = 20.0
"""Seconds that a test waits for another thread before it gives up."""


@dataclass
class Hand:
    """A runner of which each sync waits for its end.

    Attributes:
        name: What it is called.
        log: Takes down what happens, for all of a test's runners together.
    """

    name: str
    log: list[str]
    _began: Queue[None] = field(default_factory=Queue)
    _ends: Queue[Ended | BaseException] = field(default_factory=Queue)

    def run(self, stop: Event) -> Ended:
        del stop
        self.log.append(f"{self.name} began")
        self._began.put(None)
        ended = self._ends.get(timeout=PATIENCE)
        self.log.append(f"{self.name} ended")
        if isinstance(ended, BaseException):
            raise ended
        return ended

    def close(self) -> None:
        self.log.append(f"{self.name} closed")

    def began(self) -> None:
        """Wait until a sync has begun."""
        self._began.get(timeout=PATIENCE)

    def end(self, ended: Ended | BaseException = DONE) -> None:
        """Let the sync that goes on, or the next one, end."""
        self._ends.put(ended)


class Bench:
    """A service with a clock of its own. Nothing begins but by ``turn``."""

    def __init__(self, *names: str, parallel: int = 2, once: bool = False) -> None:
        self.seconds = 1000.0
        self.log: list[str] = []
        time = Time(
            now=lambda: NOON + timedelta(seconds=self.seconds - 1000),
            elapsed=lambda: self.seconds,
            chance=lambda: 0.0,
        )
        self.service = Service(once=once, time=time)
        self.hands: dict[str, Hand] = {}
        self.serve(*names, parallel=parallel)

    def serve(
        self, *names: str, parallel: int = 2, settings: object = 1, table: Timetable = TABLE
    ) -> None:
        """Have the service go by another configuration."""
        self.hands = {name: Hand(name, self.log) for name in names}
        specs = {name: Spec(hand, table, settings) for name, hand in self.hands.items()}
        self.service.serve(specs, parallel)

    def turn(self, seconds: float = 0.0) -> list[str]:
        """Let time pass, and the service look at its schedule; answers with what is being synced."""
        self.seconds += seconds
        self.service.look()
        return self.running

    @property
    def running(self) -> list[str]:
        repositories = self.service.status().repositories.values()
        return [one.name for one in repositories if one.state == "running"]

    def end(self, name: str, ended: Ended | BaseException = DONE) -> None:
        """Let a sync end, and wait until the service knows."""
        hand = self.hands[name]
        hand.began()
        hand.end(ended)
        self.settle(name)

    def settle(self, name: str) -> None:
        """Wait until the service knows that a sync has ended."""
        condition = self.service._changed
        with condition:
            assert condition.wait_for(
                lambda: (
                    name not in self.service._entries or not self.service._entries[name].running
                ),
                PATIENCE,
            )

    def next_in(self, name: str) -> float:
        """Seconds until a repository is synced next."""
        planned = self.service.status().repositories[name].next_start
        assert planned is not None
        return (planned - self.service.time.now()).total_seconds()
