"""How many requests are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.support.github.calls import Reply
from tests.support.github.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOW: Final = timedelta(hours=1)


def exceeded(resource: str, status: int = 403) -> Reply:
    """The answer where there are none left; of a query the status is good, and the body says so."""
    message = "API rate limit exceeded for user ID 1."
    if resource == "graphql":
        return Reply(200, {"errors": [{"type": "RATE_LIMITED", "message": message}]})
    return Reply(status, RefusalError(status, message).body)


@dataclass
class _Window:
    until: datetime
    used: int = 0


@dataclass
class Limits:
    """Of each account, for the REST API (``core``) and for GraphQL.

    Attributes:
        limit: How many there are in an hour.
    """

    limit: int = 5000
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)

    def left(self, who: str, resource: str, now: datetime) -> bool:
        """Whether there are any."""
        return self._window(who, resource, now).used < self.limit

    def count(self, who: str, resource: str, now: datetime) -> None:
        """One more was made."""
        self._window(who, resource, now).used += 1

    def headers(self, who: str, resource: str, now: datetime) -> Mapping[str, str]:
        """What an answer says of them."""
        told = self.of(who, now)[resource]
        names = ("limit", "remaining", "used", "reset")
        return {
            **{f"X-RateLimit-{name.capitalize()}": str(told[name]) for name in names},
            "X-RateLimit-Resource": resource,
        }

    def of(self, who: str, now: datetime) -> Mapping[str, Any]:
        """All of an account's."""
        told = {}
        for resource in ("core", "graphql", "search"):
            window = self._window(who, resource, now)
            told[resource] = {
                "limit": self.limit,
                "used": window.used,
                "remaining": max(0, self.limit - window.used),
                "reset": int(window.until.timestamp()),
            }
        return told

    def _window(self, who: str, resource: str, now: datetime) -> _Window:
        window = self._windows.get((who, resource))
        if window is None or window.until <= now:
            window = self._windows[who, resource] = _Window(now + _WINDOW)
        return window
