"""What goes wrong on the way to GitHub and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.support.doubles import faults as common
from tests.support.doubles.faults import (
    CUT,
    DROPPED_AFTER,
    DROPPED_BEFORE,
    OK,
    STALLED_AFTER,
    STALLED_BEFORE,
    Asked,
    Delivery,
    Fault,
    html,
)
from tests.support.doubles.replies import Reply
from tests.support.github.limits import exceeded
from tests.support.github.refusals import DOCUMENTATION, RefusalError

__all__ = [
    "CUT",
    "DROPPED_AFTER",
    "DROPPED_BEFORE",
    "GRAPHQL",
    "MANY",
    "OK",
    "STALLED_AFTER",
    "STALLED_BEFORE",
    "Asked",
    "Delivery",
    "Fault",
    "creates",
    "html",
    "primary_limit",
    "redirect",
    "secondary_limit",
    "server_error",
    "writes",
]

GRAPHQL: Final = "/graphql"
"""The path of queries, wherever they came in."""


def server_error(status: int = 502, *, effect: bool = False) -> Fault:
    """An error of the server's, before or after it has done what was asked."""
    body = {"message": "Server Error", "documentation_url": DOCUMENTATION}
    return common.server_error(status, effect=effect, body=body)


def primary_limit(status: int = 403, *, seconds: int = 600) -> Fault:
    """All requests of the hour are used up; there are more that many seconds from now. Of a query the body says so."""

    def answer(asked: Asked) -> Reply:
        resource = "graphql" if asked.path == GRAPHQL else "core"
        headers = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Used": "5000",
            "X-RateLimit-Reset": str(int(asked.now.timestamp()) + seconds),
            "X-RateLimit-Resource": resource,
        }
        return replace(exceeded(resource, status), headers=headers)

    return Fault(f"primary limit {status}", answer=answer)


def secondary_limit(status: int = 403, *, retry_after: int | None = 60) -> Fault:
    """Too much at once; when to come again may be left out."""
    refusal = RefusalError(
        status,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    )
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(f"secondary limit {status}", answer=lambda _: Reply(status, refusal.body, headers))


def redirect(status: int = 307, host: str | None = None) -> Fault:
    """A redirect: to the same place, or to the same path on another host."""
    body = {"message": "Moved Permanently", "documentation_url": DOCUMENTATION}
    return common.redirect(status, host, body=body)


MANY: Final = (
    DROPPED_BEFORE,
    DROPPED_AFTER,
    CUT,
    server_error(500),
    server_error(502, effect=True),
    server_error(503),
    html(),
    html(effect=True),
    primary_limit(403),
    primary_limit(429),
    secondary_limit(403),
    secondary_limit(429, retry_after=None),
    redirect(307),
)
"""Some of each kind that a client hears of at once."""


def writes(asked: Asked) -> bool:
    """Whether a request is to change something."""
    return asked.method not in ("GET", "HEAD") and asked.path != GRAPHQL


def creates(asked: Asked) -> bool:
    """Whether a request is to file an issue."""
    return asked.method == "POST" and asked.path.endswith("/issues")
