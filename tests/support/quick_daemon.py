"""The daemon as a process whose trackers are less patient: ``python -m tests.support.quick_daemon daemon …``.

All is as ever but for two things: GitHub is written to without the gap that it asks for, and a request that fails isn't
repeated for as long.
"""

from __future__ import annotations

import functools
import sys

from syncer.cli import main
from syncer.trackers.github import opening
from syncer.trackers.http import Patience


def hasten() -> None:
    """Let trackers lose no time, in this process."""
    for name, value in {
        "GAP": 0.0,
        "Patience": functools.partial(Patience, attempts=2, first=0.01),
    }.items():
        setattr(opening, name, value)


if __name__ == "__main__":
    hasten()
    sys.exit(main())
