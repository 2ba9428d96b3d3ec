"""Told to stop: no further write to a tracker is begun, and what was written is still delivered."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from syncer.delivery import Account, Delivery, Receipt
    from syncer.documents import DocumentStore
    from syncer.permission import Permission

LONGEST_WAIT: Final = 90.0
"""Seconds that a sync waits at a time, or for its turn. For longer it gives way to others, and comes back."""

_TURN: Final = 60.0
"""Seconds after which one comes back for whose turn somebody else's run has to end."""

_NEXT: Final = "Nothing is lost: the next sync goes on from here."


class StoppedError(TrackerError):
    """The daemon was told to stop."""

    def __init__(self) -> None:
        super().__init__("the daemon was told to stop", remedy=_NEXT)


@dataclass(slots=True)
class Halt:
    """See ``syncer.permission.Permission``; serves one sync. ``progress`` belongs to it, too.

    Attributes:
        stop: Set once the daemon is told to stop.
        longest_wait: Seconds that it waits at a time, or altogether for its turn.
        sleep: Waits so many seconds, whether or not it was told to stop.
        heeded: Whether the sync had to end early because of that.
        asked: How many writes were begun.
    """

    stop: Event
    longest_wait: float = LONGEST_WAIT
    sleep: Callable[[float], None] = time.sleep
    heeded: bool = False
    asked: int = 0
    _delivering: bool = field(default=False, init=False)
    _queued: float | None = field(default=None, init=False)

    def check(self) -> None:
        """See ``Permission``."""
        if self.stop.is_set() and not self._delivering:
            self._end()
        self.asked += 1

    def wait(self, seconds: float) -> None:
        """See ``Permission``."""
        if self._delivering:
            self.sleep(seconds)
            return
        if seconds > self.longest_wait:
            raise TrackerError(
                f"it has to be left alone for another {seconds:.0f} s", remedy=_NEXT, wait=seconds
            )
        if self._queued is not None:
            self._queued += seconds
            if self._queued > self.longest_wait:
                message = "another run is at work on this repository"
                raise TrackerError(message, remedy=_NEXT, wait=_TURN)
        if self.stop.wait(seconds):
            self._end()

    def progress(self, step: str, done: int, total: int) -> None:
        """See ``syncer.sync.Progress``. A long look at what there is ends early, unless something was written."""
        del done, total
        if step == "reading" and self.stop.is_set() and not self.asked and not self._delivering:
            self._end()

    @contextmanager
    def queueing(self) -> Iterator[None]:
        """It waits for its turn: another run has the repository, nobody knows for how long."""
        self._queued = 0.0
        try:
            yield
        finally:
            self._queued = None

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """What was written is being delivered: nothing stands in the way of that."""
        self._delivering = True
        try:
            yield
        finally:
            self._delivering = False

    def _end(self) -> None:
        self.heeded = True
        raise StoppedError


@dataclass(frozen=True, slots=True)
class Unstopped:
    """A delivery that is carried out whether or not the daemon was told to stop. See ``syncer.delivery.Delivery``.

    Attributes:
        inner: The delivery.
        halt: What would stop it.
    """

    inner: Delivery
    halt: Halt

    @property
    def attempts(self) -> int:
        """See ``Delivery``."""
        return self.inner.attempts

    @property
    def revision(self) -> str:
        """See ``Delivery``."""
        return self.inner.revision

    @contextmanager
    def turn(self, outer: Permission | None) -> Iterator[Permission | None]:
        """See ``Delivery``."""
        with ExitStack() as stack:
            with self.halt.queueing():
                permission = stack.enter_context(self.inner.turn(outer))
            yield permission

    def open(self) -> DocumentStore:
        """See ``Delivery``."""
        return self.inner.open()

    def deliver(self, account: Account) -> Receipt:
        """See ``Delivery``."""
        with self.halt.delivering():
            return self.inner.deliver(account)
