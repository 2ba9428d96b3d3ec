"""What an HTTP answer, or the lack of one, means: pure judgement, without sending or waiting.

No client library is imported. Those of requests are told by what they are made of: all of them are ``OSError``.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from http import HTTPStatus
from http.client import HTTPException
from math import isfinite
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LOOKED_AT: Final = 10_000
"""How much of what a service said is looked at, in characters. More than anybody wants to read: it is cut after secrets
were taken out, because the first half of one is no longer told for what it is."""

LONGEST: Final = 300
"""How much of what a service says is shown, in characters."""

_NOT_IN_A_LINE: Final = re.compile(
    r"[^\S ]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+"
)
_EPOCH_SECONDS: Final = 1e9
"""A larger number is a moment, a smaller one a stretch of time."""

_UNSENT: Final = {
    "ConnectTimeout",
    "ConnectTimeoutError",
    "NameResolutionError",
    "NewConnectionError",
}
"""Errors of requests and urllib3 by name: no connection came about, so that nothing can have been sent."""

_TRY_AGAIN: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, as far as it matters here.

    Attributes:
        status: Its status code.
        headers: Its headers, in any case.
        text: Its body, or the beginning of it.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def header(self, name: str) -> str | None:
        """A header's value; names are equal in any case."""
        return next((v for n, v in self.headers.items() if n.lower() == name.lower()), None)


class ReplyError(Exception):
    """Raised by a request that was answered with something other than success."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"HTTP {reply.status}")
        self.reply = reply


class UnreadableError(Exception):
    """Raised by a request whose answer says success and isn't what it has to be: HTML, fields that are missing."""


class Fate(Enum):
    """What became of a request that failed."""

    LIMITED = auto()
    """Turned away for now, and certainly not carried out."""
    UNSENT = auto()
    """Never got there."""
    LOST = auto()
    """Nobody can tell: no answer, an unreadable one, or an error of the server."""
    DENIED = auto()
    """The answer is no."""
    IMPOSSIBLE = auto()
    """It can't be sent at all, today or tomorrow; nothing was."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed request.

    Attributes:
        fate: What became of it.
        reason: Why, in one line; may be long and hold secrets.
        reply: The answer, if there was one.
    """

    fate: Fate
    reason: str
    reply: Reply | None = None


def judge_reply(reply: Reply, limited: Callable[[Reply], bool]) -> Failure:
    """What became of a request that was answered with something other than success."""
    if limited(reply):
        return Failure(Fate.LIMITED, f"the rate limit is reached ({said(reply)})", reply)
    # A redirection that wasn't followed has done nothing; what is called a success here wasn't what it had to be.
    denied = 300 <= reply.status < 500 and reply.status not in _TRY_AGAIN
    return Failure(Fate.DENIED if denied else Fate.LOST, said(reply), reply)


def judge_error(error: Exception) -> Failure | None:
    """What became of a request that ended in an exception without an answer; ``None``: that is no failure, but a bug.

    The client must send a request once only. One with retries of its own would end in “can't connect” after an
    attempt that got through.
    """
    if isinstance(error, UnreadableError | json.JSONDecodeError):
        return Failure(Fate.LOST, f"the answer can't be read ({_shown(error)})")
    if not isinstance(error, OSError | HTTPException):
        return None
    lineage = list(_lineage(error))
    deepest = _shown(lineage[-1])
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in lineage):
        return Failure(Fate.IMPOSSIBLE, f"its certificate isn't trusted ({deepest})")
    if isinstance(error, ValueError):
        return Failure(Fate.IMPOSSIBLE, f"the request can't be made ({deepest})")
    if any(_is_unsent(one) for one in lineage):
        return Failure(Fate.UNSENT, f"it can't be reached ({deepest})")
    if any(isinstance(one, TimeoutError) or "Timeout" in type(one).__name__ for one in lineage):
        return Failure(Fate.LOST, f"there was no answer in time ({deepest})")
    return Failure(Fate.LOST, f"the connection was lost ({deepest})")


def is_limited(reply: Reply) -> bool:
    """Whether a rate limit turned a request away, rather than a missing permission: GitHub says 403 for both."""
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return reply.status == HTTPStatus.FORBIDDEN and (
        reply.header("Retry-After") is not None
        or reply.header("X-RateLimit-Remaining") == "0"
        or "rate limit" in reply.text[:_LOOKED_AT].lower()
    )


def asked_wait(reply: Reply, now: datetime) -> float | None:
    """Seconds that an answer asks to wait, 0 or more; ``None`` if it doesn't say.

    ``Retry-After`` in seconds, in fractions of them, or as a date (RFC 9110 10.2.3); else the moment at which a limit
    that is used up is reset, in any of the forms that are about.

    Args:
        reply: The answer. Moments in it are compared with its own ``Date``, since clocks differ.
        now: The time here, for an answer without one.
    """
    now = _date(reply.header("Date") or "") or now
    after = _seconds(reply.header("Retry-After"), now)
    if after is not None:
        return after
    for prefix in ("X-RateLimit", "RateLimit"):
        if reply.header(f"{prefix}-Remaining") == "0":
            return _seconds(reply.header(f"{prefix}-Reset"), now)
    return None


def said(reply: Reply) -> str:
    """What an answer says, in one line."""
    try:
        phrase = f"{reply.status} {HTTPStatus(reply.status).phrase}"
    except ValueError:
        phrase = f"{reply.status}"
    words = " ".join(reply.text[:_LOOKED_AT].split())
    if words.startswith("<"):
        words = "a page of HTML"
    return f"{phrase}: {words}" if words else phrase


def shown(text: str, redact: Callable[[str], str]) -> str:
    """What a service says as it may be shown: one line, without secrets and signs that nobody sees, not too long."""
    line = " ".join(_NOT_IN_A_LINE.sub(" ", redact(text)).split())
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"


def _seconds(text: str | None, now: datetime) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        moment = _date(text)
        return None if moment is None else max(0.0, (moment - now).total_seconds())
    if not isfinite(number):
        return None
    return max(0.0, number - now.timestamp() if number >= _EPOCH_SECONDS else number)


def _date(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _lineage(error: BaseException) -> Iterator[BaseException]:
    """An error and what it is made of, the outermost first.

    Only what it carries. What was being handled when it came up (``__context__``) may be another request's.
    """
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, getattr(one, "reason", None), *one.args]


def _is_unsent(error: BaseException) -> bool:
    return (
        isinstance(error, ConnectionRefusedError | socket.gaierror)
        or type(error).__name__ in _UNSENT
    )


def _shown(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}"[:_LOOKED_AT].split())
