"""What a sync has asked of a tracker that counts, what it has still to ask, and what is left.

No part of a plan: it says nothing about what is written, and differs from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """The calls to one tracker. ``None`` stands for what isn't known.

    Attributes:
        tracker: Its name.
        made: Calls that were made.
        planned: Calls that the plan will take; ``None`` also after it was carried out.
        seconds: How long they take at least; likewise.
        left: How many more the service takes until ``reset``.
        limit: How many it takes altogether in one such stretch of time.
        reset: When it starts to count anew, in UTC.
        filing: How many issues the plan files.
        changing: How many issues it changes.
    """

    tracker: str
    made: int
    planned: int | None = None
    seconds: float | None = None
    left: int | None = None
    limit: int | None = None
    reset: datetime | None = None
    filing: int = 0
    changing: int = 0

    @property
    def falls_short(self) -> bool:
        """Whether the plan takes more calls than are left."""
        return self.planned is not None and self.left is not None and self.planned > self.left


def joined(before: Iterable[Budget], after: Iterable[Budget]) -> tuple[Budget, ...]:
    """Two stretches of one run as one: the calls of both, and what is left as the later one says."""
    budgets = {one.tracker: one for one in before}
    for one in after:
        earlier = budgets.get(one.tracker)
        made = one.made + (earlier.made if earlier else 0)
        budgets[one.tracker] = replace(one, made=made)
    return tuple(budgets[name] for name in sorted(budgets))
