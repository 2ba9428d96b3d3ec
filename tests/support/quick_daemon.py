"""The daemon as a process whose trackers are less patient: ``python -m tests.support.quick_daemon daemon …``.

All is as ever but for three things: GitHub is written to without the gap that it asks for, a request that fails isn't
repeated for as long, and nothing begins later by chance.
"""

from __future__ import annotations

import functools
import sys

from syncer.cli import main
from syncer.daemon.schedule import Timetable
from syncer.trackers.github import opening
from syncer.trackers.http import Patience


def hasten() -> None:
    """Let no time be lost, in this process."""
    for name, value in {
        "GAP": 0.0,
        "Patience": functools.partial(Patience, attempts=2, first=0.01),
    }.items():
        setattr(opening, name, value)
    Timetable.late = lambda *_: 0.0  # type: ignore[method-assign]


if __name__ == "__main__":
    hasten()
    sys.exit(main())
