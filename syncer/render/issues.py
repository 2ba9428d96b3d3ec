"""The embedded tracker's issues for people and machines: a table, plain columns, one in full, JSON."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from syncer.model import Status
from syncer.render.safe import safe, safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from syncer.trackers.base import Names
    from syncer.trackers.local_desk import Detail, Outcome
    from syncer.trackers.local_records import Change, Entry

SCHEMA: Final = 1
"""The version of the JSON that is printed."""

WIDE: Final = 120
"""From how many columns on the table names the documents, too."""

NARROW: Final = 60
"""Narrower than this the table doesn't get: the terminal has to wrap its lines."""

MEDIUM: Final = 80
"""From how many columns on it shows the priorities, if there are any."""

_STYLES: Final = {
    Status.NOT_STARTED: "",
    Status.IN_PROGRESS: "yellow",
    Status.BLOCKED: "red",
    Status.DONE: "green",
    Status.WONT_DO: "dim",
}


def table(entries: Sequence[Entry], *, today: date, color: bool, width: int) -> str:
    """Issues as a table for a terminal; long texts are wrapped, none is cut.

    Args:
        entries: What to show.
        today: The day that *late* refers to.
        color: Whether the text may be coloured.
        width: The terminal's, in columns; wide characters (Chinese, Japanese, Korean) take two.
    """
    priorities = width >= MEDIUM and any(entry.priority for entry in entries)
    grid = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
    )
    grid.add_column("Issue", no_wrap=True)
    grid.add_column("Status", no_wrap=True)
    grid.add_column("Owner", overflow="fold")
    grid.add_column("Due", no_wrap=True)
    if priorities:
        grid.add_column("Priority", overflow="fold")
    grid.add_column("Action", overflow="fold")
    if width >= WIDE:
        grid.add_column("Document", overflow="fold", style="dim")
    for entry in entries:
        late = entry.overdue(today)
        cells = [
            Text(f"#{entry.key}"),
            Text(entry.status.value, style=_STYLES[entry.status]),
            Text(safe(entry.owner)),
            Text(f"{entry.due} late" if late else entry.due, style="red" if late else ""),
            *([Text(safe(entry.priority))] if priorities else []),
            Text(safe(entry.title)),
            *([Text(safe(entry.document))] if width >= WIDE else []),
        ]
        grid.add_row(*cells)
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=max(width, NARROW),
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        highlight=False,
    )
    console.print(grid)
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    return "\n".join([*lines, "", _count(entries, today)]) + "\n"


def columns(entries: Iterable[Entry]) -> str:
    """Issues as lines for other programs: tabs between the columns, a heading, nothing wrapped or cut."""
    lines = ["KEY\tSTATUS\tOWNER\tDUE\tPRIORITY\tACTION\tDOCUMENT"]
    for entry in entries:
        cells = (
            f"#{entry.key}",
            entry.status.value,
            entry.owner,
            entry.due,
            entry.priority,
            entry.title,
            entry.document,
        )
        lines.append("\t".join(safe(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def listing_json(entries: Iterable[Entry], *, tracker: str, today: date) -> str:
    """Issues as one JSON object, without their bodies."""
    shown = [_entry(entry, today) for entry in entries]
    return _dump({"schema": SCHEMA, "tracker": tracker, "issues": shown})


def detail_json(detail: Detail, *, tracker: str, names: Names, today: date) -> str:
    """One issue as a JSON object: with its body, history and comments."""
    history = [
        {
            "at": _iso(change.at),
            "who": change.who,
            "field": change.field,
            "old": change.old,
            "new": change.new,
        }
        for change in detail.history
    ]
    comments = [
        {"at": _iso(comment.at), "who": comment.who, "text": comment.text}
        for comment in detail.comments
    ]
    issue = _entry(detail.entry, today) | {
        "url": names.url,
        "body": detail.entry.body,
        "history": history,
        "comments": comments,
    }
    return _dump({"schema": SCHEMA, "tracker": tracker, "issue": issue})


def detail_text(detail: Detail, *, names: Names, today: date) -> str:
    """One issue as a person reads it."""
    entry = detail.entry
    late = " (late)" if entry.overdue(today) else ""
    facts = [
        ("Status", entry.status.value),
        ("Owner", entry.owner),
        ("Due", f"{entry.due}{late}"),
        ("Priority", entry.priority),
        ("Labels", ", ".join(entry.labels)),
        ("Document", entry.document),
        ("Filed", _clock(entry.created)),
        ("Changed", _clock(entry.updated)),
        ("Address", names.url),
    ]
    lines = [f"{safe(names.long)}  {safe(entry.title)}", ""]
    lines += [f"{label:<9} {safe(value)}" for label, value in facts if value]
    body = _visible(entry.body)
    if body:
        lines += ["", safe_lines(body)]
    if detail.history:
        lines += ["", "History"]
        lines += [
            f"  {_clock(change.at)}  {change.who:<6}  {_change(change)}"
            for change in detail.history
        ]
    for comment in detail.comments:
        lines += ["", f"Comment by {comment.who}, {_clock(comment.at)}"]
        lines += [f"  {line}" for line in safe_lines(comment.text).split("\n")]
    return "\n".join(lines) + "\n"


def outcome(result: Outcome) -> str:
    """What a change did to an issue, in one line."""
    before, after = result.before, result.after
    moved = [
        f"{label} {safe(old) or '(none)'} → {safe(new) or '(none)'}"
        for label, old, new in (
            ("status", before.status.value, after.status.value),
            ("owner", before.owner, after.owner),
            ("due", before.due, after.due),
        )
        if old != new
    ]
    said = ", ".join(moved) or f"unchanged, {after.status.value}"
    return f"#{after.key}  {said}  {safe(after.title)}\n"


def _count(entries: Sequence[Entry], today: date) -> str:
    late = sum(entry.overdue(today) for entry in entries)
    count = f"{len(entries)} issue" if len(entries) == 1 else f"{len(entries)} issues"
    return f"{count}, {late} late" if late else count


def _change(change: Change) -> str:
    if change.field == "body":
        return "text changed"  # both texts in full would bury everything else; the JSON has them
    return f"{change.field} {safe(change.old) or '(none)'} → {safe(change.new) or '(none)'}"


def _visible(body: str) -> str:
    """A body without the hidden lines that fence the managed block."""
    lines = [line for line in body.splitlines() if not line.startswith("<!-- syncer:")]
    return "\n".join(lines).strip("\n")


def _entry(entry: Entry, today: date) -> dict[str, Any]:
    return {
        "key": entry.key,
        "title": entry.title,
        "status": entry.status.value,
        "owner": entry.owner,
        "due": entry.due,
        "late": entry.overdue(today),
        "priority": entry.priority,
        "labels": list(entry.labels),
        "document": entry.document,
        "created": _iso(entry.created),
        "updated": _iso(entry.updated),
    }


def _dump(value: dict[str, Any]) -> str:
    # Only ASCII: a JSON string may hold direction marks and C1 controls as they are, a terminal had better not.
    return json.dumps(value, indent=2) + "\n"


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _clock(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
