"""A process of its own that works on an embedded tracker: ``python -m tests.support.local_worker JOB PATH ...``.

It says ``ready``, waits for a line on its standard input, so that several can be let go at once, and then says what
it has done, line by line.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from syncer.trackers.base import Update
from syncer.trackers.local_store import Store
from tests.support.local_issues import draft, local_tracker, marker, written


def say(text: str) -> None:
    """A line that is out before anything else is done."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def create(path: Path, first: str, last: str) -> None:
    """File the items from the first number to the last."""
    tracker = local_tracker(path)
    for number in range(int(first), int(last) + 1):
        say(f"{number} {written(tracker.create(draft(number))).key}")
    tracker.close()


def create_forever(path: Path, first: str) -> None:
    """File items until somebody puts an end to it."""
    tracker = local_tracker(path)
    for number in count(int(first)):
        say(f"{number} {written(tracker.create(draft(number))).key}")


def update(path: Path, worker: str, times: str) -> None:
    """Give the first issue one owner after the other, each with a marker that says the same."""
    tracker = local_tracker(path)
    for number in range(1, int(times) + 1):
        change = Update(marker(1, document=f"{worker}-{number}"), owner=f"{worker}-{number}")
        written(tracker.update("1", change))
        written(tracker.comment("1", f"{worker}-{number}"))
    tracker.close()


def stop_half_way(path: Path) -> None:
    """Write over every issue, get half of it onto the disk, and wait to be killed."""
    with Store(path, read_only=False).writing() as connection:
        connection.execute("PRAGMA cache_size = 1")  # so that changed pages reach the disk at once
        connection.execute("UPDATE issues SET body = ?, title = 'half'", ("b" * 20_000,))
        say("half")
        sys.stdin.readline()


JOBS = {job.__name__: job for job in (create, create_forever, update, stop_half_way)}

if __name__ == "__main__":
    say("ready")
    sys.stdin.readline()
    JOBS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
