"""A request as an operation sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tests.support.doubles.replies import Reply
from tests.support.jira.refusals import unauthorised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.jira.cursors import Cursors
    from tests.support.jira.records import User
    from tests.support.jira.store import Store
    from tests.support.jira.urls import Urls

__all__ = ["Call", "Reply"]


@dataclass(frozen=True)
class Call:
    """A request that was found right.

    Attributes:
        version: Of the API.
        path: Below the API's address.
        query: The parameters; one that came several times has its values with commas between them.
        asker: Who asks; ``None`` for somebody who doesn't say.
        lag: How many requests ago the index of the search is from.
    """

    store: Store
    urls: Urls
    cursors: Cursors
    method: str
    version: Literal[2, 3]
    path: str
    query: Mapping[str, str]
    body: Any
    asker: User | None
    lag: int = 0

    @property
    def user(self) -> User:
        """Who asks.

        Raises:
            RefusalError: They don't say.
        """
        if self.asker is None:
            raise unauthorised()
        return self.asker

    def listed(self, name: str) -> list[str] | None:
        """The values of a parameter; ``None`` if it isn't there."""
        if name not in self.query:
            return None
        return [part.strip() for part in self.query[name].split(",") if part.strip()]

    def number(self, name: str, default: int) -> int:
        """The value of a parameter."""
        return int(self.query.get(name, default))

    def page(self, most: int, default: int = 50) -> slice:
        """Which part of a list is asked for."""
        start = self.number("startAt", 0)
        return slice(start, start + min(self.number("maxResults", default), most))
