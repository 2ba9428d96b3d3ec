"""What is known of the issues of a repository, from lists, from reads and from writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.trackers.base import Missing
    from syncer.trackers.github.raw import Raw


@dataclass(slots=True)
class Memory:
    """What is known of the issues of one repository.

    Attributes:
        seen: Issues by number, as they were seen last.
        direct: Numbers of those that were read by themselves, or written, in this look.
        missing: Numbers of which this look knows that there is no such issue, and why.
        listed: When everything was read; ``None`` if it wasn't.
        until: The moment up to which changes were seen, on GitHub's own clock.
        current: Whether ``seen`` shows what this look can know.
        written: When an issue was changed by syncer itself, by number: no list that is older counts.
        highest: The number up to which lists, and looks past them, have shown what there is.
    """

    seen: dict[int, Raw] = field(default_factory=dict)
    direct: set[int] = field(default_factory=set)
    missing: dict[int, Missing] = field(default_factory=dict)
    listed: datetime | None = None
    until: datetime | None = None
    current: bool = False
    written: dict[int, datetime] = field(default_factory=dict)
    highest: int = 0

    def wrote(self, raw: Raw) -> None:
        """Take in what a write was answered with."""
        self.put(raw, direct=True)
        self.written[raw.number] = raw.updated

    def put(self, raw: Raw, *, direct: bool) -> None:
        """Take an issue in; what was read by itself isn't replaced by what a list says."""
        if not direct and raw.number in self.direct:
            return
        known = self.seen.get(raw.number)
        if not direct and known is not None and known.updated > raw.updated:
            return  # a page of a list that lags behind another one
        self.seen[raw.number] = raw
        self.missing.pop(raw.number, None)
        if direct:
            self.direct.add(raw.number)

    def lose(self, number: int, why: Missing) -> None:
        """There is no such issue."""
        self.seen.pop(number, None)
        self.direct.add(number)
        self.missing[number] = why
