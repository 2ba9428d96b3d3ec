"""What the tokens of further pages stand for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Cursor:
    """The rest of a search: ids of issues, as they were found when it began."""

    jql: str
    rest: Sequence[str]


@dataclass
class Cursors:
    """All tokens that were given."""

    _given: dict[str, Cursor] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def give(self, jql: str, rest: Sequence[str]) -> str:
        """A token for the rest of a search."""
        token = f"CAEaAggD{next(self._numbers):06d}"
        self._given[token] = Cursor(jql, rest)
        return token

    def of(self, token: str) -> Cursor | None:
        """What a token stands for."""
        return self._given.get(token)
