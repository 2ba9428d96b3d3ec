"""A request as an operation sees it, and the answer that it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.support.doubles.replies import Reply
from tests.support.github.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.support.github.accounts import Accounts, Token
    from tests.support.github.records import User
    from tests.support.github.store import Store
    from tests.support.github.urls import Urls

__all__ = ["Call", "Reply"]

READS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Call:
    """A request that was found right.

    Attributes:
        path: Below the API's address.
        authorization: The header with this name.
        token: Whose it is; ``None`` for somebody who doesn't say.
        lag: How many requests ago lists are from.
    """

    store: Store
    accounts: Accounts
    urls: Urls
    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    authorization: str | None
    token: Token | None
    lag: int = 0
    limits: Mapping[str, Any] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether it is to change something."""
        return self.method not in READS

    @property
    def now(self) -> datetime:
        """The time."""
        return self.store.now

    @property
    def user(self) -> User:
        """Who asks."""
        if self.token is None:
            raise RefusalError(401, "Requires authentication")
        return self.token.user
