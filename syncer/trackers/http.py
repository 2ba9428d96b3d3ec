"""Sending requests, for every tracker that is reached over HTTP: what is repeated, and how long is waited.

A *read* that got no answer, an unreadable one, an error of the server or a rate limit is repeated. A *write* is
repeated only where it was certainly not carried out: a rate limit turned it away, or no connection came about. One that
got no answer is ``Unknown``, and looked up before it is sent again. So client libraries must not repeat anything by
themselves.
"""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from syncer.errors import TrackerError
from syncer.permission import Always
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.pace import Pace
from syncer.trackers.redaction import Redactor
from syncer.trackers.replies import (
    Failure,
    Fate,
    Reply,
    ReplyError,
    asked_wait,
    is_limited,
    judge_error,
    judge_reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.permission import Permission

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_SHOWN: Final = 300
"""How much of a reason is shown, in characters."""

_REPEATED: Final = {
    "read": frozenset({Fate.LIMITED, Fate.UNSENT, Fate.LOST}),
    "write": frozenset({Fate.LIMITED, Fate.UNSENT}),
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How much is put up with. Times are seconds.

    Attributes:
        attempts: How often one request is sent at most.
        first: The wait after the first failure; it doubles with each further one.
        longest: The longest of these waits.
        limited: The first wait for a rate limit that doesn't say how long, which doubles likewise.
        total: How much is waited altogether, over all requests of one look and what follows from it. A service that
            asks for more than what is left of it isn't asked again.
        calls: How many requests are sent altogether; no sync needs as many, but pages that never end do.
    """

    attempts: int = 5
    first: float = 1.0
    longest: float = 30.0
    limited: float = 60.0
    total: float = 600.0
    calls: int = 50_000


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance, as tests may have them otherwise.

    Attributes:
        now: The time now, aware of its zone.
        elapsed: Seconds on a clock that never goes back.
        sleep: Waits so many seconds.
        chance: A number from 0 to below 1.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(slots=True)
class Spent:
    """What the requests since the last ``Http.refresh`` have cost."""

    reads: int = 0
    writes: int = 0
    repeats: int = 0
    waited: float = 0.0

    @property
    def calls(self) -> int:
        """All requests that were sent."""
        return self.reads + self.writes


class AbandonedError(Exception):
    """Raised while a request is made: it isn't to be sent after all. ``answer`` is what comes of it instead."""

    def __init__(self, answer: Refused | Unknown | None) -> None:
        super().__init__()
        self.answer = answer


class AnswerError(TrackerError):
    """A read was answered with no; ``reply`` says how, without being fit for people's eyes."""

    def __init__(self, message: str, reply: Reply, *, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.reply = reply


def reply_of(error: Exception) -> Reply | None:
    """The answer that an exception carries, if it is a ``ReplyError``; client libraries have other ones."""
    return error.reply if isinstance(error, ReplyError) else None


@dataclass(slots=True)
class Http:
    """Sends requests of one tracker.

    Attributes:
        service: What it is called in messages: ``GitHub``.
        redact: Takes secrets out of every text that leaves here.
        patience: How much is put up with.
        pace: How fast is written.
        timing: Time and chance.
        reply_of: The answer that a client library's exception carries; ``None`` if it carries none.
        limited: Whether an answer is a rate limit's rather than a missing permission's.
        explain: A refused write in words that name the remedy. Its texts are redacted here.
        spent: What it has cost so far.
        permission: Is asked before each write, also before one that is repeated, and waits.
    """

    service: str
    redact: Redactor = field(default_factory=Redactor)
    patience: Patience = field(default_factory=Patience)
    pace: Pace = field(default_factory=Pace)
    timing: Timing = field(default_factory=Timing)
    reply_of: Callable[[Exception], Reply | None] = reply_of
    limited: Callable[[Reply], bool] = is_limited
    explain: Callable[[Reply], Refused | None] = lambda _: None
    spent: Spent = field(default_factory=Spent)
    permission: Permission | None = None

    def read(self, request: Callable[[], T]) -> T:
        """What a request answers that changes nothing.

        Args:
            request: Sends it, once. Raises ``ReplyError`` (or what ``reply_of`` knows) for an answer that isn't a
                success, ``UnreadableError`` for one that makes no sense, and what its library raises for none at all.

        Raises:
            AnswerError: The answer is no.
            TrackerError: There was no answer within the bounds of patience.
        """
        try:
            return self._sender("read")(lambda: self._attempt(request, "read"))
        except _Failed as failed:
            failure = failed.failure
        raise self._error(failure)

    def write(self, request: Callable[[], T]) -> T | Refused | Unknown:
        """What a request answers that changes something.

        Args:
            request: As for ``read``.

        Raises:
            TrackerError: It can't be sent at all, or a rate limit outlasts the patience; nothing was written.
        """
        try:
            return self._sender("write")(lambda: self._attempt(request, "write"))
        except _Failed as failed:
            failure = failed.failure
        reason = self._reason(failure)
        if failure.fate is Fate.LOST:
            return Unknown(reason)
        if failure.reply is None or failure.fate is Fate.LIMITED:
            # No other write would fare better, and asking all the same is what services lock accounts for.
            raise self._error(failure)
        refused = self.explain(failure.reply) or Refused(reason)
        return Refused(self.redact(refused.reason), self.redact(refused.remedy))

    def refresh(self) -> None:
        """A new look begins, with new budgets; the pace stays."""
        self.spent = Spent()

    def _sender(self, kind: str) -> Retrying:
        return Retrying(
            retry=retry_if_exception(
                lambda error: isinstance(error, _Failed) and error.failure.fate in _REPEATED[kind]
            ),
            wait=self._wait,
            stop=self._stop,
            sleep=self._permission.wait,
            before_sleep=self._before_wait,
            reraise=True,
        )

    def _attempt(self, request: Callable[[], T], kind: str) -> T:
        if self.spent.calls >= self.patience.calls:
            raise TrackerError(
                f"{self.service} was asked {self.spent.calls} times, and there is no end to it",
                remedy="If there is that much to be asked, sync fewer documents at once.",
            )
        if kind == "write":
            self._keep_pace()
            self._permission.check()
            self.spent.writes += 1
        else:
            self.spent.reads += 1
        try:
            return request()
        except Exception as error:
            failure = self._judge(error)
            if failure is None:
                raise
        # Not from within the handler: the library's own error, whose text may hold secrets, stays behind.
        raise _Failed(failure)

    def _judge(self, error: Exception) -> Failure | None:
        reply = self.reply_of(error)
        return judge_error(error) if reply is None else judge_reply(reply, self.limited)

    def _keep_pace(self) -> None:
        delay = self.pace.reserve(self.timing.elapsed())
        if delay > 0:
            self._permission.wait(delay)

    @property
    def _permission(self) -> Permission:
        return self.permission or Always(self.timing.sleep)

    def _wait(self, state: RetryCallState) -> float:
        failure = _failure(state)
        chance = self.timing.chance()
        doublings = state.attempt_number - 1
        asked = asked_wait(failure.reply, self.timing.now()) if failure.reply else None
        if asked is not None:
            # Never earlier than asked; and those who were told the same moment don't all come back in it.
            return asked + chance * min(self.patience.first + asked / 10, self.patience.longest)
        if failure.fate is Fate.LIMITED:
            return self.patience.limited * float(2**doublings) * (1 + chance / 10)
        wait = min(self.patience.first * float(2**doublings), self.patience.longest)
        return wait * (1 + chance) / 2

    def _stop(self, state: RetryCallState) -> bool:
        left = self.patience.total - self.spent.waited
        return state.attempt_number >= self.patience.attempts or state.upcoming_sleep > left

    def _before_wait(self, state: RetryCallState) -> None:
        wait = state.upcoming_sleep
        self.spent.waited += wait
        self.spent.repeats += 1
        reason = self._said(_failure(state))
        _LOG.info("%s: %s; trying again in %.1f s", self.service, reason, wait)

    def _said(self, failure: Failure) -> str:
        reason = self.redact(failure.reason)
        return reason if len(reason) <= _SHOWN else reason[:_SHOWN] + "…"

    def _reason(self, failure: Failure) -> str:
        reason = self._said(failure)
        if failure.fate is Fate.LIMITED and failure.reply:
            asked = asked_wait(failure.reply, self.timing.now())
            reason += "" if asked is None else f", for another {asked:.0f} s"
        return reason

    def _error(self, failure: Failure) -> TrackerError:
        message = f"{self.service}: {self._reason(failure)}"
        if failure.fate is Fate.DENIED and failure.reply is not None:
            return AnswerError(message, failure.reply)
        limited = failure.fate is Fate.LIMITED
        asked = asked_wait(failure.reply, self.timing.now()) if failure.reply and limited else None
        if limited and asked is None:
            asked = self.patience.limited
        return TrackerError(message, remedy=_REMEDIES[failure.fate], wait=asked)


class _Failed(Exception):  # noqa: N818 - it never leaves this module
    """Carries a failure through the retries."""

    def __init__(self, failure: Failure) -> None:
        super().__init__()
        self.failure = failure


def _failure(state: RetryCallState) -> Failure:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, _Failed)  # noqa: S101 - nothing else is repeated
    return error.failure


_LATER: Final = "Run syncer again later: it looks at what is there before it writes."
_REMEDIES: Final = {
    Fate.LIMITED: "Run syncer again when the limit is reset, or less often.",
    Fate.UNSENT: "Look at the address in the configuration, and at the network.",
    Fate.LOST: _LATER,
    Fate.DENIED: _LATER,
    Fate.IMPOSSIBLE: "Look at the address, the credentials and the certificates in the configuration.",
}
