"""What Jira was asked and answered, to be counted."""

from __future__ import annotations

from typing import Final

from tests.support.doubles import log as common

_READ_BY_POST: Final = ("/search", "/search/jql", "/issue/bulkfetch")


def writes_something(method: str, path: str) -> bool:
    """Whether a request is to change something."""
    return method not in ("GET", "HEAD") and not path.endswith(_READ_BY_POST)


def files(method: str, path: str) -> bool:
    """Whether a request is to file issues."""
    return method == "POST" and path.endswith(("/issue", "/issue/bulk"))


class Exchange(common.Exchange):
    """A request and what came of it; the path begins with ``/rest/api``."""

    @property
    def writes(self) -> bool:
        return writes_something(self.method, self.path)

    @property
    def creates(self) -> bool:
        return files(self.method, self.path)


class Log(common.Log):
    """All exchanges, oldest first."""

    kind = Exchange

    @property
    def filed(self) -> int:
        """How many issues the requests were to file, those that weren't right aside."""
        return sum(
            len(one.body["issueUpdates"]) if one.path.endswith("/bulk") else 1
            for one in self.creates
            if one.status != 500 or one.fault
        )
