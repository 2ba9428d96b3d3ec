"""Embedded trackers and drafts for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from syncer.model import Agreed, Marker, State, Status
from syncer.trackers import local_records as records
from syncer.trackers.base import Draft, Issue, Written
from syncer.trackers.local import LocalTracker
from syncer.trackers.local_store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syncer.trackers.base import Answer

NOON = datetime(2025, 11, 23, 12, 0, 0, tzinfo=UTC)


def local_tracker(
    path: Path,
    *,
    clock: Callable[[], datetime] = lambda: NOON,
    read_only: bool = False,
    wait: float = 30.0,
) -> LocalTracker:
    """A tracker named ``here`` on a file."""
    return LocalTracker("here", Store(path, read_only=read_only, wait=wait), clock)


def marker(number: int, *, counter: int = 1, document: str = "postmortems/1.md") -> Marker:
    """The marker of the item with this number."""
    values = {"status": Agreed.both("Not Started"), "owner": Agreed("@carol", "")}
    return Marker(f"{number:016x}", document, State(counter, values))  # type: ignore[arg-type]  # keys are fields


def draft(number: int = 1, **changes: Any) -> Draft:
    """A draft of the item with this number."""
    fields: dict[str, Any] = {
        "title": f"Alert on queue depth {number}",
        "body": "What happened.\n",
        "status": Status.NOT_STARTED,
        "owner": "@alice",
        "due": "2025-12-01",
        "priority": "P1",
        "labels": ("post-mortem", "syncer"),
        "marker": marker(number),
    }
    return Draft(**fields | changes)


def written(answer: Answer) -> Issue:
    """The issue of an answer that has to be a written one."""
    assert isinstance(answer, Written), answer
    return answer.issue


def fill(tracker: LocalTracker, count: int, **changes: str) -> None:
    """File many issues in one transaction."""
    values = {"title": "T", "status": "Not Started", "body": "", **changes}
    with tracker._store.writing() as connection:
        for number in range(1, count + 1):
            records.insert(connection, draft(number), values, "2025-11-23T12:00:00Z")  # type: ignore[arg-type]  # the keys are properties
