"""One run at a time on a repository, whatever machine it is on: a ref there says who is at work.

The ref is moved by compare-and-swap alone, and each value that it gets is unlike all before. So who moves it from the
value that he gave it himself knows that nobody else was at work in between, whatever his clock says.

A run that waits looks at the ref again and again. If that hasn't moved for as long as its holder said it would take at
most, as the waiting run's own clock goes, the holder is dead, and the ref is taken from it. Clocks are never compared.

What it can't keep apart: a run that is suspended between its look at the lease and the write that follows.
"""

from __future__ import annotations

import logging
import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from syncer.delivery import claims
from syncer.delivery.claims import Claim
from syncer.errors import DeliveryError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncer.delivery.remote import Remote
    from syncer.permission import Permission

_LOG: Final = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 15.0

_RENEWED: Final = 1 / 3
"""The share of its lifetime after which a lease is moved on."""

_TRUSTED: Final = 0.8
"""The share of its lifetime that its holder relies on; the rest is for what is on its way, and clocks that differ."""

_AGAIN: Final = 0.1
"""The share of its lifetime after which it is tried once more to move it on."""

_ANSWERS: Final = 3
"""How often it is moved on in a row, where the answer takes so long that it says nothing about the present."""

_NOBODY: Final = Claim(held=False, holder="another run", lifetime=0.0)
_NEXT: Final = "Nothing is lost: the next run goes on from here."


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a lease is like.

    Attributes:
        ref: Full name of the ref.
        lifetime: Seconds that a run may be silent before it counts as dead.
        patience: Seconds that a run waits for others.
        holder: Who this is, for people.
    """

    ref: str
    lifetime: float
    patience: float
    holder: str


class Lease:
    """The right to work on a repository, had by one run at a time.

    Args:
        remote: The repository.
        ref: Full name of the ref.
        lifetime: Seconds that a run may be silent before it counts as dead; from a second to a day.
        patience: Seconds that a run waits for others.
        clock: Seconds on a clock that never goes back, and goes on while the machine sleeps.
        alone: What a run heeds that heeds nothing else; it does the waiting.
        holder: Who this is, for people.
    """

    def __init__(
        self,
        remote: Remote,
        *,
        ref: str,
        lifetime: float,
        patience: float,
        clock: Callable[[], float],
        alone: Permission,
        holder: str = "",
    ) -> None:
        self._remote = remote
        name = claims.printable(holder or f"{socket.gethostname()}, process {os.getpid()}")
        self._terms = _Terms(ref, claims.bounded(lifetime), patience, name)
        self._clock = clock
        self._alone = alone
        self._turn: _Turn | None = None

    @contextmanager
    def turn(self, outer: Permission | None) -> Iterator[Permission]:
        """Wait for the lease, have it, and give it back.

        Args:
            outer: What else has to be heeded.

        Returns:
            With ``with``: what is to be asked before each write.

        Raises:
            DeliveryError: Somebody else has it for too long, or it can't be had.
        """
        with self._remote.aside(self._terms.ref) as remote:
            turn = _Turn(remote, self._terms, self._clock, outer or self._alone)
            try:
                turn.take()
                self._turn = turn
                yield turn
            finally:
                self._turn = None
                turn.give_back()

    def confirm(self) -> None:
        """See to it that the lease is still held, whatever else may speak against a write.

        Raises:
            TrackerError: It isn't; somebody else may be at work.
        """
        if self._turn is None:
            raise _lost("its turn is over")
        self._turn.confirm()


class _Turn:
    """A run's turn. See ``syncer.permission.Permission``."""

    def __init__(
        self, remote: Remote, terms: _Terms, clock: Callable[[], float], outer: Permission
    ) -> None:
        self._remote = remote
        self._terms = terms
        self._clock = clock
        self._outer = outer
        self._value = ""
        """What the ref stands for, as far as is known."""
        self._sent: set[str] = set()
        """What it may stand for besides, because an answer got lost."""
        self._moved_at = 0.0
        self._due = 0.0
        """When it has to be moved on."""
        self._held = False
        self._lost = False

    # What a run asks

    def check(self) -> None:
        """See ``Permission``."""
        self._outer.check()
        self.confirm()

    def wait(self, seconds: float) -> None:
        """See ``Permission``; for longer than the lease may be left alone, it is given up."""
        if self._lost:
            raise _lost()
        if seconds < self._terms.lifetime * (_TRUSTED - _RENEWED):
            self.confirm()
            self._outer.wait(seconds)
            return
        if self._held:
            self._give_up()
        self._outer.wait(seconds)
        self.confirm()

    def confirm(self) -> None:
        """See ``Lease``."""
        if self._lost:
            raise _lost()
        if not self._held or self._clock() >= self._due:
            self._move_on()

    # Beginning and end

    def take(self) -> None:
        """Wait for it, and have it.

        Raises:
            DeliveryError: See ``Lease.turn``.
        """
        begun = seen_at = self._clock()
        seen, claim, waits_for, pause = None, _NOBODY, "", _FIRST_PAUSE
        while True:
            value = self._remote.ref(self._terms.ref)
            now = self._clock()
            if value != seen:
                seen, seen_at, claim = value, now, self._read(value)
            left = seen_at + claim.lifetime - now if claim.held else 0.0
            if left <= 0:
                if claim.held:
                    _LOG.info("%s has shown no sign of life: going on without it", claim.holder)
                if self._taken(value):
                    return
            elif claim.holder != waits_for:
                waits_for = claim.holder
                _LOG.info("waiting for %s, which works on this repository", waits_for)
            patience = begun + self._terms.patience - self._clock()
            if patience <= 0:
                raise self._too_long(claim.holder)
            self._sleep(min(pause, patience, left if left > 0 else pause))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def give_back(self) -> None:
        """Let others have it, if that is to be done."""
        if self._lost or not (self._held or self._sent):
            return
        self._held = False
        try:
            self._swap(self._value, self._made(held=False))
        except DeliveryError as error:
            _LOG.info("the lease ends by itself, because it can't be given back: %s", error.message)

    def _read(self, value: str) -> Claim:
        """What a value says.

        Raises:
            DeliveryError: It is something else than a lease.
        """
        if not value:
            return _NOBODY
        self._remote.bring(self._terms.ref)
        claim = claims.read(self._remote.git, value, self._terms.lifetime)
        if claim is not None:
            return claim
        if self._remote.ref(self._terms.ref) == value:
            where = f"{self._terms.ref} of {self._remote.name}"
            raise DeliveryError(
                f"{where} is no lease, but something else, which is left as it is",
                remedy="Name a ref that nothing else uses (delivery.lease.ref).",
            )
        # It has moved meanwhile, so it is looked at again.
        return Claim(held=True, holder="somebody", lifetime=self._terms.lifetime)

    def _taken(self, value: str) -> bool:
        """Whether it could be taken before anybody else did."""
        self._value = value
        try:
            self._held = self._swap(value, self._made(held=True))
        except DeliveryError as error:
            self._sent.clear()
            raise DeliveryError(
                f"the lease on this repository can't be had: {error.message}",
                remedy=f"{error.remedy} If the remote takes no refs like {self._terms.ref}, name one beneath "
                "refs/heads/ that nothing else uses (delivery.lease.ref). If nothing else ever syncs this repository, "
                "do without (delivery.lease.enabled: false).".strip(),
            ) from error
        return self._held

    def _sleep(self, seconds: float) -> None:
        try:
            self._outer.wait(seconds)
        except TrackerError as error:
            raise DeliveryError(error.message, remedy=error.remedy) from error

    def _too_long(self, holder: str) -> DeliveryError:
        return DeliveryError(
            f"{holder} has been working on this repository for more than {self._terms.patience:.0f} s",
            remedy="Run syncer again later, or wait longer (delivery.lease.wait). If nothing is at work there: "
            f"git push {self._remote.name} :{self._terms.ref}",
        )

    # In between

    def _move_on(self) -> None:
        """Show that this run is alive, or take up again what was given up.

        Raises:
            TrackerError: Somebody else has the lease, or may have it by now.
        """
        terms = self._terms
        for _ in range(_ANSWERS):
            try:
                if not self._swap(self._value, self._made(held=True)):
                    self._lose()
            except DeliveryError as error:
                now, end = self._clock(), self._moved_at + terms.lifetime * _TRUSTED
                if not self._held or now >= end:
                    self._lose(error.message)
                self._due = min(now + terms.lifetime * _AGAIN, end)
                _LOG.info("the lease can't be moved on for now: %s", error.message)
                return
            self._held = True
            if self._clock() < self._moved_at + terms.lifetime * _TRUSTED:
                return
        self._lose("the remote takes too long to answer")

    def _give_up(self) -> None:
        """Let others have it for a while. Afterwards it is moved on from that very value, or is lost.

        Raises:
            TrackerError: Somebody else has it.
        """
        try:
            free = self._made(held=False)
            self._held = False
            if not self._swap(self._value, free):
                self._lose()
        except DeliveryError as error:
            _LOG.info("the lease can't be given up for a while: %s", error.message)

    def _lose(self, why: str = "") -> NoReturn:
        self._lost = True
        raise _lost(why)

    # The ref

    def _made(self, *, held: bool) -> str:
        claim = Claim(held, self._terms.holder, self._terms.lifetime)
        return claims.made(self._remote.git, claim)

    def _swap(self, old: str, new: str) -> bool:
        """Move the ref from one value to another one; whether it did, also where an answer gets lost.

        Raises:
            DeliveryError: It can't be told, or can't be done.
        """
        begun = self._clock()
        self._sent.add(new)
        try:
            done = self._push(old, new)
        except DeliveryError:
            if self._remote.ref(self._terms.ref) != new:
                raise
            done = True
        if not done:
            # What was sent earlier without an answer may have arrived after all.
            present = self._remote.ref(self._terms.ref)
            done = present == new or (present in self._sent and self._push(present, new))
        self._sent.clear()
        if done:
            self._value, self._moved_at = new, begun
            self._due = begun + self._terms.lifetime * _RENEWED
        return done

    def _push(self, old: str, new: str) -> bool:
        return self._remote.push(new, self._terms.ref, expected=old, hook=False)


def _lost(why: str = "") -> TrackerError:
    reason = f": {why}" if why else ""
    return TrackerError(
        f"another run may be at work on this repository by now{reason}", remedy=_NEXT
    )
