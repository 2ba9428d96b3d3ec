"""What GitHub was asked and answered, to be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.doubles import log as common

if TYPE_CHECKING:
    from collections.abc import Sequence


class Exchange(common.Exchange):
    """A request and what came of it; the path is ``/graphql`` for GraphQL wherever that is."""

    @property
    def writes(self) -> bool:
        """Whether it is to change something on an issue or in a repository."""
        return (
            self.method not in ("GET", "HEAD")
            and self.path != "/graphql"
            and not self.path.endswith("/access_tokens")
        )

    @property
    def creates(self) -> bool:
        return self.method == "POST" and self.path.endswith("/issues")


class Log(common.Log):
    """All exchanges, oldest first."""

    kind = Exchange

    @property
    def queries(self) -> Sequence[common.Exchange]:
        """Those with GraphQL."""
        return [one for one in self.exchanges if one.path == "/graphql"]
