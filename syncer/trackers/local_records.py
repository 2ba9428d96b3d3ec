"""The rows of the embedded tracker's database and the data that they are outside of it, both ways."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from syncer.core.state import StateError, format_state, parse_state
from syncer.errors import TrackerError
from syncer.model import Marker, Status
from syncer.trackers.base import Draft, Issue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
"""An issue's number as it is written: no more digits than anybody will ever fill, and far fewer than SQLite takes."""

TITLE_LIMIT: Final = 255
"""The longest title, in characters."""

CHUNK: Final = 500
"""How many issues one statement asks for; SQLite takes 999 parameters or more in every version."""

Who = Literal["syncer", "person"]

Property = Literal["title", "status", "owner", "due", "priority", "body"]
"""What can be changed of an issue, as the history names it."""

PROPERTIES: Final[tuple[Property, ...]] = ("title", "status", "owner", "due", "priority", "body")

STATUSES: Final = {str(status): status for status in Status}
_ONLY: Final = {str(status): frozenset({status}) for status in Status}
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An issue as the person sees it who works with the embedded tracker.

    Attributes:
        key: Its number, as text.
        title: What is to be done.
        status: Where it stands.
        owner: Who has it, free text; empty if nobody.
        due: ``YYYY-MM-DD``, or empty.
        priority: Free text, or empty.
        labels: Its labels.
        body: Its text, Markdown.
        document: The post-mortem that owns it; empty for an issue that has none.
        created: When it was filed, in UTC.
        updated: When anything of it changed last, in UTC.
    """

    key: str
    title: str
    status: Status
    owner: str
    due: str
    priority: str
    labels: tuple[str, ...]
    body: str
    document: str
    created: datetime
    updated: datetime

    def overdue(self, today: date) -> bool:
        """Whether it is open and was due before ``today``."""
        return bool(self.due) and not self.status.finished and self.due < today.isoformat()


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field in an issue's history."""

    at: datetime
    who: Who
    field: Property
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue."""

    at: datetime
    who: Who
    text: str


class InvalidValueError(ValueError):
    """A value that has no place in the database; the message completes “the title …”."""


def checked(name: Property, value: str) -> str:
    """A value as it is kept: one line, white space collapsed, for everything but the body.

    Raises:
        InvalidValueError: It can't be kept.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValueError("is not valid Unicode") from None
    if name == "body":
        return value
    line = " ".join(value.split())
    if name == "title" and not line:
        raise InvalidValueError("is empty")
    if name == "title" and len(line) > TITLE_LIMIT:
        raise InvalidValueError(f"is longer than {TITLE_LIMIT} characters")
    if name == "due" and line:
        _check_date(line)
    return line


def _check_date(text: str) -> None:
    try:
        if _ISO_DATE.fullmatch(text):
            date.fromisoformat(text)
            return
    except ValueError:
        pass
    raise InvalidValueError("is not a date of the form YYYY-MM-DD")


def number(key: str) -> int | None:
    """The number that a key stands for; ``None`` if it can't be one."""
    return int(key) if NUMBER.fullmatch(key) else None


def timestamp(moment: datetime) -> str:
    """A moment as the database keeps it: UTC, to the second, ``2025-11-23T07:57:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ISSUE: Final = (
    "SELECT number, title, status, owner, due, priority, body, item, document, state, created,"
    " touched FROM issues"
)
_ENTRY: Final = (
    "SELECT number, title, status, owner, due, priority, labels, body, document, created, updated"
    " FROM issues"
)


def issues(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Issue]:
    """The issues with these numbers, those that there are, in no particular order."""
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        marks = ",".join("?" * len(chunk))
        for row in connection.execute(f"{_ISSUE} WHERE number IN ({marks})", chunk):
            yield _issue(row)


def marked_page(connection: sqlite3.Connection, after: int) -> list[Issue]:
    """The next issues with a marker, at most ``CHUNK``, whose numbers are above ``after``, in order."""
    rows = connection.execute(
        f"{_ISSUE} WHERE number > ? AND item IS NOT NULL ORDER BY number LIMIT ?", (after, CHUNK)
    )
    return [_issue(row) for row in rows]


def number_of_item(connection: sqlite3.Connection, item: str) -> int | None:
    """The number of the issue whose marker has this item id."""
    row = connection.execute("SELECT number FROM issues WHERE item = ?", (item,)).fetchone()
    return None if row is None else int(row[0])


def exists(connection: sqlite3.Connection, number: int) -> bool:
    """Whether there is an issue with this number."""
    row = connection.execute("SELECT 1 FROM issues WHERE number = ?", (number,)).fetchone()
    return row is not None


def body(connection: sqlite3.Connection, number: int) -> str:
    """The text of an issue that there is."""
    row = connection.execute("SELECT body FROM issues WHERE number = ?", (number,)).fetchone()
    return str(row[0])


def insert(
    connection: sqlite3.Connection, draft: Draft, values: Mapping[Property, str], now: str
) -> int:
    """File an issue; answers with its number.

    Args:
        connection: In a transaction that saw no issue with the draft's item id.
        draft: Its labels and marker are taken.
        values: Checked values; what is left out is empty.
        now: The timestamp.
    """
    marker = draft.marker
    cursor = connection.execute(
        "INSERT INTO issues (title, status, owner, due, priority, body, labels, item, document,"
        " state, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(values.get(name, "") for name in PROPERTIES),
            json.dumps(draft.labels),
            marker.item,
            marker.document,
            format_state(marker.state),
            now,
            now,
        ),
    )
    return int(cursor.lastrowid or 0)


def change(
    connection: sqlite3.Connection,
    number: int,
    wanted: Mapping[Property, str],
    *,
    who: Who,
    now: str,
    marker: Marker | None = None,
) -> None:
    """Change an issue and its marker, and write down who changed what.

    Args:
        connection: In a transaction.
        number: An issue that there is.
        wanted: Checked values; what is not named, or equal already, is left alone.
        who: Under whose name it goes into the history. A person's change marks the issue as touched.
        now: The timestamp.
        marker: The new marker; ``None`` leaves the old one.

    """
    row = connection.execute(
        "SELECT title, status, owner, due, priority, body FROM issues WHERE number = ?", (number,)
    ).fetchone()
    old: dict[Property, str] = dict(zip(PROPERTIES, row, strict=True))
    moved = {name: value for name, value in wanted.items() if value != old[name]}
    if moved:
        new = {**old, **moved}
        connection.execute(
            "UPDATE issues SET title = ?, status = ?, owner = ?, due = ?, priority = ?, body = ?,"
            " touched = max(touched, ?), updated = ? WHERE number = ?",
            (*(new[name] for name in PROPERTIES), int(who == "person"), now, number),
        )
        connection.executemany(
            "INSERT INTO history (issue, at, who, field, old, new) VALUES (?, ?, ?, ?, ?, ?)",
            [(number, now, who, name, old[name], value) for name, value in moved.items()],
        )
    if marker is not None:
        connection.execute(
            "UPDATE issues SET item = ?, document = ?, state = ?, updated = ? WHERE number = ?",
            (marker.item, marker.document, format_state(marker.state), now, number),
        )


def add_comment(
    connection: sqlite3.Connection, number: int, text: str, *, who: Who, now: str
) -> None:
    """Add a comment to an issue that there is."""
    connection.execute(
        "INSERT INTO comments (issue, at, who, text) VALUES (?, ?, ?, ?)", (number, now, who, text)
    )
    connection.execute(
        "UPDATE issues SET touched = max(touched, ?), updated = ? WHERE number = ?",
        (int(who == "person"), now, number),
    )


def entries_page(connection: sqlite3.Connection, after: int) -> list[Entry]:
    """The next issues, at most ``CHUNK``, whose numbers are above ``after``, in order."""
    rows = connection.execute(f"{_ENTRY} WHERE number > ? ORDER BY number LIMIT ?", (after, CHUNK))
    return [_entry(row) for row in rows]


def entry(connection: sqlite3.Connection, number: int) -> Entry | None:
    """The issue with this number."""
    row = connection.execute(f"{_ENTRY} WHERE number = ?", (number,)).fetchone()
    return None if row is None else _entry(row)


def history(connection: sqlite3.Connection, number: int) -> list[Change]:
    """What was changed of an issue, oldest first."""
    rows = connection.execute(
        "SELECT at, who, field, old, new FROM history WHERE issue = ? ORDER BY id", (number,)
    )
    return [Change(datetime.fromisoformat(at), *rest) for at, *rest in rows]


def comments(connection: sqlite3.Connection, number: int) -> list[Comment]:
    """The comments on an issue, oldest first."""
    rows = connection.execute(
        "SELECT at, who, text FROM comments WHERE issue = ? ORDER BY id", (number,)
    )
    return [Comment(datetime.fromisoformat(at), *rest) for at, *rest in rows]


def _issue(row: tuple[Any, ...]) -> Issue:
    number, title, status, owner, due, priority, body, item, document, state, created, touched = row
    return Issue(
        key=str(number),
        title=title,
        status=STATUSES[status],
        statuses=_ONLY[status],
        owner=owner,
        due=due,
        priority=priority,
        body=body,
        marker=None if item is None else _marker(number, item, document, state),
        created=datetime.fromisoformat(created),
        touched=touched == 1,
    )


def _marker(number: int, item: str, document: str, text: str) -> Marker:
    try:
        state = parse_state(text)
    except StateError as error:
        reason = str(error)
    else:
        if state is not None:
            return Marker(item, document, state)
        reason = "it is none of syncer's"
    raise TrackerError(
        f"the marker of issue #{number} is damaged: {reason}",
        remedy="Put a backup of the database in its place; syncer itself writes no such marker.",
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    number, title, status, owner, due, priority, labels, body, document, created, updated = row
    return Entry(
        key=str(number),
        title=title,
        status=STATUSES[status],
        owner=owner,
        due=due,
        priority=priority,
        labels=tuple(json.loads(labels)),
        body=body,
        document=document or "",
        created=datetime.fromisoformat(created),
        updated=datetime.fromisoformat(updated),
    )
