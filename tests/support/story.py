"""Two sides between which everything is to be done at once: filing, changing, closing, writing back, adopting, moving.

Some of it is refused, always: a person who can't be assigned, an issue that is locked, an issue that can't be filed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.tracking import Draft
from tests.support.interruptions import Wire

if TYPE_CHECKING:
    from tests.support.model_tracker import ModelTracker
    from tests.support.worlds import World

CHECKOUT = """\
# Checkout timed out

**Incident ID:** INC-2025-11-03-001

## Action Items

| Action | Owner | Due Date | Status |
|--------|-------|----------|--------|
| Alert on queue depth | @alice | 2025-12-01 | Not Started |
| Write the failover runbook | @bob | 2025-12-15 | In Progress |
| Load-test checkout | @carol | | In Progress |
| Rotate credentials | @alice | 2025-12-15 | Not Started |
| Locked away | @alice | | Not Started |
| Trace slow queries | @bob | | Not Started |

Text behind the table.
"""

SEARCH = """\
# Search lagged behind

**Incident ID:** INC-2025-11-17-002

## Action Items

| Action | Owner | Due Date | Status | Issue |
|---|---|---|---|---|
| Reindex nightly | @alice | 2025-12-01 | In Progress | |
| Reindex nightly | @bob | | Blocked | |
| Add a canary | @dave | | | |
| Drain the queue | | | Not Started | {adopted} |
| Locked out | | | Not Started | |
| Roll back | @alice | | Done | |
""".replace("\n", "\r\n")

CERTIFICATE = """\
# A certificate expired

**Incident ID:** INC-2025-11-12-003

## Action Items

| Action | Owner | Status |
|---|---|---|
| Renew early | @alice | Not Started |
| Watch expiry dates | @bob | Not Started |
"""

EDITS = {
    "Empty the queue": {"owner": "carol", "status": "In Progress"},
    "Alert on queue depth": {"priority": "P1"},
    "Load-test checkout": {"status": "Done"},
    "Rotate credentials": {"owner": "carol", "due": "2026-02-01"},
    "Open away": {"title": "Locked away", "status": "In Progress"},
    "Renew early": {"status": "Won't Do"},
    "Watch expiry dates": {"owner": "carol", "status": "In Progress"},
}
"""What people do to issues, by title."""


def begin(world: World) -> None:
    """Sync once, then let people go on with both sides."""
    world.write("pm/certificate.md", CERTIFICATE)
    world.write("pm/checkout.md", CHECKOUT.replace("Locked", "Open"))
    world.run(Wire())

    text = world.texts()["pm/checkout.md"]
    moved = _lines(text, "Trace slow queries")
    for line in moved:
        text = text.replace(line, "")
    for old, new in (
        ("| @alice | 2025-12-01 | Not Started |", "| @bob | 2026-01-10 | Blocked |"),
        ("| 2025-12-15 | In Progress |", "| 2025-12-15 | Done |"),
        ("Load-test checkout | @carol", "Load-test the checkout | @dave"),
        ("Rotate credentials | @alice", "Rotate credentials | @bob"),
        ("Open away | @alice", "Locked away | @bob"),
    ):
        assert old in text
        text = text.replace(old, new)
    world.write("pm/checkout.md", text)

    adopted = world.file("Empty the queue")
    row, definition = moved
    search = SEARCH.format(adopted=adopted)
    world.write("pm/search.md", search + f"{row}\n{definition}".replace("\n", "\r\n"))

    for title, values in EDITS.items():
        (key,) = (key for key, issue in world.issues().items() if issue.title == title)
        world.edit(key, **values)


def _lines(text: str, action: str) -> tuple[str, str]:
    """The row of an action and the definition of its issue."""
    lines = text.splitlines(keepends=True)
    (row,) = (line for line in lines if action in line)
    label = row.split("|")[-2].strip()
    (definition,) = (line for line in lines if line.startswith(f"{label}: "))
    return row, definition


def file_twice(tracker: ModelTracker, title: str) -> None:
    """File an issue once more, as a run did that never got an answer to the first request."""
    (issue,) = (issue for issue in tracker.live().values() if issue.title == title)
    assert issue.marker is not None
    tracker.create(
        Draft(issue.title, issue.body, issue.status, issue.owner, issue.due, "", (), issue.marker)
    )
