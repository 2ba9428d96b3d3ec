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
import re
import socket
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.delivery.git import GitError
from syncer.errors import DeliveryError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncer.delivery.remote import Remote
    from syncer.permission import Permission

_LOG: Final = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 15.0
_LONGEST_LIFE: Final = 86_400.0
"""Nobody is waited for longer than a day, whatever a holder says of itself."""

_RENEWED: Final = 1 / 3
"""The share of its lifetime after which a lease is moved on."""

_TRUSTED: Final = 0.8
"""The share of its lifetime that its holder relies on; the rest is for what is on its way."""

_AGAIN: Final = "Nothing is lost: the next run goes on from here."
_FIELD: Final = re.compile(r"^(?P<name>state|holder|lifetime): (?P<value>.*)$", re.MULTILINE)
_PEOPLE: Final = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "syncer"), ("EMAIL", "syncer@localhost.invalid"))
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a value of the ref says.

    Attributes:
        held: Whether somebody is at work.
        holder: Who, for people.
        lifetime: Seconds after which the claim is void unless it is moved on.
    """

    held: bool
    holder: str
    lifetime: float


class Lease:
    """The right to work on a repository, had by one run at a time.

    Args:
        remote: The repository.
        ref: Full name of the ref.
        lifetime: Seconds that a run may be silent before it counts as dead.
        patience: Seconds that a run waits for others.
        clock: Seconds on a clock that never goes back.
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
        self._ref = ref
        self._lifetime = lifetime
        self._patience = patience
        self._clock = clock
        self._alone = alone
        self._holder = _printable(holder or f"{socket.gethostname()}, process {os.getpid()}")
        self._value = ""
        self._moved_at = 0.0
        self._tried: set[str] = set()
        self._lost = False

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
        heeded = outer or self._alone
        self._acquire(heeded)
        try:
            yield _Turn(self, heeded)
        finally:
            self._give_back()

    def confirm(self) -> None:
        """See to it that the lease is still held, whatever else may speak against a write.

        Raises:
            TrackerError: It isn't; somebody else may be at work.
        """
        if self._lost:
            raise _lost()
        if self._age() >= self._lifetime * _RENEWED:
            self._move_on()

    # Having it

    def _acquire(self, heeded: Permission) -> None:
        self._lost = False
        begun, pause = self._clock(), _FIRST_PAUSE
        seen, seen_at, claim = None, begun, Claim(held=False, holder="", lifetime=0.0)
        while True:
            value = self._remote.ref(self._ref)
            now = self._clock()
            if value != seen:
                seen, seen_at, claim = value, now, self._read(value)
                if claim.held:
                    _LOG.info("waiting for %s, which works on this repository", claim.holder)
            if not claim.held or now - seen_at >= claim.lifetime:
                if self._take(value):
                    return
            elif now - begun >= self._patience:
                raise DeliveryError(
                    f"{claim.holder} has been working on this repository for more than {self._patience:.0f} s",
                    remedy="Run syncer again later, or wait longer (delivery.lease.wait). If nothing is at work there: "
                    f"git push {self._remote.name} :{self._ref}",
                )
            heeded.wait(min(pause, max(claim.lifetime - (now - seen_at), 0.1)))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _take(self, value: str) -> bool:
        try:
            return self._swap(value, self._made(held=True))
        except DeliveryError as error:
            raise DeliveryError(
                f"the lease on this repository can't be had: {error.message}",
                remedy=f"{error.remedy} If nothing else ever syncs this repository, do without "
                "(delivery.lease.enabled: false).".strip(),
            ) from error

    def _move_on(self) -> None:
        """Show that this run is alive.

        Raises:
            TrackerError: Somebody else has the lease, or may have it by now.
        """
        try:
            if self._swap(self._value, self._made(held=True)):
                return
        except DeliveryError as error:
            if self._age() < self._lifetime * _TRUSTED:
                _LOG.info("the lease can't be moved on for now: %s", error.message)
                return
            self._lost = True
            raise _lost(error.message) from error
        self._lost = True
        raise _lost()

    def _give_back(self) -> None:
        if self._lost or not self._value:
            return
        try:
            self._swap(self._value, self._made(held=False))
        except DeliveryError as error:
            _LOG.info("the lease ends by itself, because it can't be given back: %s", error.message)
        self._value = ""

    def _pause(self, seconds: float, heeded: Permission) -> None:
        """Wait; for longer than the lease may be left alone, it is given up."""
        if seconds < self._lifetime * (_TRUSTED - _RENEWED):
            self.confirm()
            heeded.wait(seconds)
            return
        self.confirm()
        free = self._made(held=False)
        try:
            given_up = self._swap(self._value, free)
        except DeliveryError as error:
            self._lost = True
            raise _lost(error.message) from error
        if not given_up:
            self._lost = True
            raise _lost()
        try:
            heeded.wait(seconds)
        finally:
            # From that very value: if it is there still, nobody was at work meanwhile.
            self._move_on_from(free)

    def _move_on_from(self, free: str) -> None:
        try:
            back = self._swap(free, self._made(held=True))
        except DeliveryError as error:
            self._lost = True
            raise _lost(error.message) from error
        if not back:
            self._lost = True
            raise _lost()

    def _age(self) -> float:
        """Seconds since it was known to have moved."""
        return self._clock() - self._moved_at

    # The ref

    def _swap(self, old: str, new: str) -> bool:
        """Move the ref from one value to another one; whether it did, also where the answer gets lost.

        Raises:
            DeliveryError: It can't be told, or can't be done.
        """
        begun = self._clock()
        self._tried.add(new)
        try:
            done = self._remote.push(new, self._ref, expected=old)
        except DeliveryError:
            if self._remote.ref(self._ref) != new:
                raise
            done = True
        if not done:
            # What was sent earlier without an answer may have arrived after all.
            present = self._remote.ref(self._ref)
            if present != old and present in self._tried and present != new:
                done = self._remote.push(new, self._ref, expected=present)
            else:
                done = present == new
        if done:
            self._value, self._moved_at, self._tried = new, begun, set()
        return done

    def _made(self, *, held: bool) -> str:
        """A value that there never was before: a commit without a parent, or any file."""
        git = self._remote.git
        message = (
            "Who works on this repository; see delivery.lease of syncer\n\n"
            f"state: {'held' if held else 'free'}\nholder: {self._holder}\n"
            f"lifetime: {self._lifetime:.3f}\nnumber: {uuid.uuid4().hex}\n"
        )
        tree = git.text("mktree")
        return git.within(_PEOPLE).text("commit-tree", tree, "-F", "-", given=message.encode())

    def _read(self, value: str) -> Claim:
        """What a value says. One that says nothing is somebody's, for as long as one of ours would be."""
        if not value:
            return Claim(held=False, holder="", lifetime=0.0)
        unknown = Claim(held=True, holder="something unknown", lifetime=self._lifetime)
        if self._remote.fetch(self._ref) != value:
            return unknown
        try:
            text = self._remote.git.text("cat-file", "commit", value)
        except GitError:
            return unknown
        told = {found["name"]: found["value"] for found in _FIELD.finditer(text)}
        if told.get("state") == "free":
            return Claim(held=False, holder="", lifetime=0.0)
        try:
            lifetime = min(max(float(told["lifetime"]), 0.0), _LONGEST_LIFE)
        except (KeyError, ValueError):
            return unknown
        return Claim(held=True, holder=_printable(told.get("holder", "")), lifetime=lifetime)


@dataclass(frozen=True, slots=True)
class _Turn:
    """See ``syncer.permission.Permission``."""

    lease: Lease
    outer: Permission

    def check(self) -> None:
        self.outer.check()
        self.lease.confirm()

    def wait(self, seconds: float) -> None:
        self.lease._pause(seconds, self.outer)  # noqa: SLF001 - a part of it


def _lost(why: str = "") -> TrackerError:
    reason = f": {why}" if why else ""
    return TrackerError(
        f"another run may be at work on this repository by now{reason}", remedy=_AGAIN
    )


def _printable(text: str) -> str:
    """Text on one line, for a message."""
    return "".join(c if c.isprintable() else "?" for c in text)[:100] or "somebody"
