"""What a sync asks of trackers that count, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from syncer.core.budget import Budget

WORTH_TELLING: Final = 5.0
"""A plan that takes as many seconds is announced before it is carried out."""


def calls(budget: Budget) -> str:
    """The calls to a tracker, in one line without its name: ``12 calls made, 43 to come (about 45 s); …``."""
    made = _count(budget.made, "call")
    if budget.planned is None:
        told = f"{made} made"
    else:
        told = f"{made} made, {f'{budget.planned:,}' if budget.planned else 'none'} to come"
    if budget.seconds is not None and budget.seconds >= 1:
        told += f" (about {duration(budget.seconds)})"
    if budget.left is not None:
        of = "" if budget.limit is None else f" of {budget.limit:,}"
        until = "" if budget.reset is None else f" until {budget.reset:%H:%M} UTC"
        told += f"; {budget.left:,}{of} left{until}"
    if budget.falls_short:
        told += (
            ", which is not enough: syncer waits a while for more, then stops safely, and the next run "
            "goes on"
        )
    return told


def announcements(budgets: Iterable[Budget]) -> Iterator[str]:
    """What is about to be written, a line for each tracker with which that takes some time."""
    for one in budgets:
        if one.seconds is None or one.seconds < WORTH_TELLING:
            continue
        if one.filing and one.changing:
            what = f"filing {_count(one.filing, 'issue')} and changing {one.changing:,}"
        elif one.filing:
            what = f"filing {_count(one.filing, 'issue')}"
        else:
            what = f"changing {_count(one.changing, 'issue')}"
        yield f"{what} in {one.tracker}, about {duration(one.seconds)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """A stretch of time as people say it: ``45 s``, ``8 min``, ``2 h 5 min``."""
    if seconds <= 99:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / 60)
    if minutes <= 99:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"
