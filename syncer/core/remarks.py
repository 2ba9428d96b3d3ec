"""What a person is told about a row, a definition or a tracker: each problem's words, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.model import Level, Problem

if TYPE_CHECKING:
    from syncer.model import Field


def foreign(path: str, line: int, text: str) -> Problem:
    """The issue cell names something that no configured tracker knows."""
    return Problem(
        Level.INFO,
        path,
        line,
        f"the issue cell says '{text}', which no configured tracker knows",
        "The row is left alone. Add the tracker to the configuration, or empty the cell to have "
        "an issue filed.",
    )


def ambiguous(path: str, line: int, names: list[str]) -> Problem:
    """Links in one row name several issues."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"the row links to several issues: {', '.join(names)}",
        "Put the one that tracks this action into the row's issue cell; the row is left alone "
        "until then.",
    )


def damaged(path: str, line: int, name: str) -> Problem:
    """A definition of syncer's can't be read."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"the definition of {name} is damaged",
        "It is written anew from what the issue and the row say. Nothing needs to be done unless "
        "a conflict is reported for the row.",
    )


def deleted(path: str, line: int, name: str) -> Problem:
    """The issue of a row was deleted."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"the tracker has no issue {name}: it was deleted, or never was there",
        "Empty the row's issue cell to have a new issue filed, or write n/a into it to have none.",
    )


def unseen(path: str, line: int, name: str) -> Problem:
    """The issue of a row can't be seen."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"issue {name} cannot be seen: it is gone, or the token may not read it",
        "Nothing is assumed and nothing changed. Check the token's permissions and the link.",
    )


def moved_away(path: str, line: int, name: str, url: str, tracker: str | None) -> Problem:
    """The issue of a row has left its tracker, and couldn't be followed.

    Args:
        path: The document.
        line: The row.
        name: What the issue was called.
        url: Where it is now.
        tracker: Name of the configured tracker whose address that is; ``None`` if it is none's.
    """
    if tracker is None:
        whose = "which no configured tracker knows"
        remedy = (
            "Nothing is assumed and nothing changed. Add the tracker that it has moved to, and the row follows; or "
            "empty the row's issue cell to have a new issue filed, or write n/a into it to have none."
        )
    else:
        whose = f"where the tracker {tracker} cannot see it"
        remedy = (
            f"Nothing is assumed and nothing changed. Check whether the issue is still there, and the permissions of "
            f"the token for {tracker}."
        )
    return Problem(Level.WARNING, path, line, f"issue {name} has moved to {url}, {whose}", remedy)


def no_issue(path: str, line: int, name: str, url: str) -> Problem:
    """What a row names is no issue."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"{name} is no issue: {url}",
        "Name an issue, or empty the row's issue cell to have one filed; n/a in it means that there is to be none.",
    )


def lacking(path: str, line: int, name: str, what: str) -> Problem:
    """A new issue hasn't got something that isn't one of the row's values."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"{name} was filed without {what}",
        "The tracker dropped it without a reason. See whether it exists there, and whether the account may set it.",
    )


def not_owned(path: str, line: int, name: str, owner: str | None, filed_for: str) -> Problem:
    """Another row owns the issue that this one names.

    Args:
        path: The document.
        line: The row.
        name: What the issue is called.
        owner: The document that owns it; ``None`` if that can't be told in this run.
        filed_for: The document that it was filed for.
    """
    if owner is None:
        whose = f"was filed for {filed_for}, and it can't be told that no row there has it any more"
    elif owner == path:
        whose = "belongs to another row of this document"
    else:
        whose = f"belongs to a row of {owner}"
    return Problem(
        Level.WARNING,
        path,
        line,
        f"issue {name} {whose}",
        "This row is not kept in step with it. Empty its issue cell to have an issue of its own "
        "filed.",
    )


def perhaps_named(path: str, line: int, name: str, unread: str) -> Problem:
    """An issue that was filed for a row, but that may have gone to a row which can't be seen since."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"{name} was filed for these words, but {unread} could not be read, and may name it",
        f"Nothing is done about the row until {unread} can be read.",
    )


def undated(path: str, since: str) -> Problem:
    """A document has no date, and ``documents.since`` asks for one."""
    return Problem(
        Level.WARNING,
        path,
        0,
        f"the document has no date, so it can't be told whether it is from before {since}",
        "Its rows are not filed. Add a line such as **Date:** 2025-11-19 to its summary.",
    )


def open_end(path: str, line: int) -> Problem:
    """Nothing can be appended to the document."""
    return Problem(
        Level.WARNING,
        path,
        line,
        "the document ends inside an unclosed code fence, comment or other HTML",
        "Close it: what syncer appends there would not be read as Markdown, so the row is left "
        "alone until then.",
    )


def not_widenable(path: str, line: int) -> Problem:
    """The table can't get an Issue column."""
    return Problem(
        Level.WARNING,
        path,
        line,
        "a row of this table has more cells than the header, so no Issue column can be added: the "
        "hidden cells would come to light",
        "Escape the pipes in that row (\\|) or remove the extra cells, or add an Issue column "
        "yourself.",
    )


def removed(path: str, line: int, name: str, title: str) -> Problem:
    """A row is gone while its issue is open."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"no row names {name} ('{title}') any more, and the issue is still open",
        "Close the issue, or put the row back. To stop being told, remove this line, which keeps "
        "what was agreed.",
    )


def removed_in_doubt(path: str, line: int, name: str, title: str, doubt: str) -> Problem:
    """A row is gone, and something speaks against telling its issue, or closing it."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"no row names {name} ('{title}') any more, but its issue is left alone, because {doubt}",
        "Close the issue, or put the row back. To stop being told, remove this line, which keeps "
        "what was agreed.",
    )


def removed_in_vain(path: str, line: int, name: str, title: str) -> Problem:
    """A row is gone, and two attempts to tell its issue have failed."""
    return Problem(
        Level.WARNING,
        path,
        line,
        f"no row names {name} ('{title}') any more, and telling its issue has failed twice",
        "It is not tried again. Close the issue, or put the row back.",
    )


def removed_told(path: str, line: int, name: str, title: str) -> Problem:
    """A row is gone, and its issue says so."""
    return Problem(
        Level.INFO,
        path,
        line,
        f"no row names {name} ('{title}') any more, as a comment on the issue says",
        "Close the issue, or put the row back.",
    )


def removed_reopened(path: str, line: int, name: str, title: str) -> Problem:
    """A row is gone, its issue was closed for that, and it is open again."""
    return Problem(
        Level.INFO,
        path,
        line,
        f"no row names {name} ('{title}') any more; it was closed for that, and is open again",
        "It is not closed once more. Put the row back to have it tracked.",
    )


def duplicate(path: str, name: str, stays: str) -> Problem:
    """Two issues were filed for one row, and a person has touched the one that is too many."""
    return Problem(
        Level.WARNING,
        path,
        0,
        f"{name} was filed for the same action item as {stays}, and somebody has worked with it",
        f"Move what matters from {name} to {stays}, and close {name} as a duplicate.",
    )


def not_assignable(path: str, line: int, owner: str, *, named: bool = True) -> Problem:
    """The owner is no account.

    Args:
        path: The document.
        line: The row's line.
        owner: What its cell says.
        named: Whether the issue's text says it, too; a tracker whose texts are written once has an older one.
    """
    where = "The owner is named in the issue's text. " if named else "The issue keeps whom it has. "
    return Problem(
        Level.INFO,
        path,
        line,
        f"'{owner}' is no account that the issue could be assigned to",
        f"{where}To have it assigned, map the name under 'people', or give the account access to the tracker.",
    )


def not_taken(
    path: str,
    line: int,
    name: Field,
    asked: str,
    held: str,
    reason: str = "",
    *,
    for_now: bool = False,
) -> Problem:
    """The tracker answered with another value than it was asked to take.

    Args:
        path: The document.
        line: The row's line.
        name: Which value.
        asked: What it was asked to take.
        held: What it has instead.
        reason: What it said about that.
        for_now: Whether the next run goes on with it.
    """
    what = "the new text" if name == "action" else f"'{asked}'"
    has = "another title" if name == "action" else f"'{held}'" if held else "nothing"
    return Problem(
        Level.WARNING,
        path,
        line,
        f"the tracker did not take {what} for {name}; it has {has}" + (reason and f": {reason}"),
        "The next run goes on with it."
        if for_now
        else "Both values stay as they are until one of the two sides is edited.",
    )


def not_told(path: str, line: int, name: Field, asked: str, reason: str) -> Problem:
    """Nor can it be told what the tracker has instead of a value that it was asked to take."""
    what = "the new text" if name == "action" else f"'{asked}'"
    return Problem(
        Level.WARNING,
        path,
        line,
        f"the tracker did not take {what} for {name}: {reason}",
        "What the issue has can't be told at the moment; the next run that can compares the two.",
    )


def left_different(path: str, line: int, name: Field, ours: str, theirs: str) -> Problem:
    """An issue that was there before says something else than the row."""
    return Problem(
        Level.INFO,
        path,
        line,
        f"{name} is '{ours}' here and {f'{theirs!r}' if theirs else 'empty'} in the issue that the "
        "row names",
        "An issue that was there before is not rewritten: both stay until one of them is edited.",
    )


def text_is_theirs(path: str, line: int) -> Problem:
    """The managed block isn't ours any more."""
    return Problem(
        Level.INFO,
        path,
        line,
        "the part of the issue's text that syncer wrote was edited, so it isn't brought up to date",
        "Nothing needs to be done; the fields of the issue are still kept in step.",
    )


def would_refuse(tracker: str, reason: str, remedy: str, waiting: int) -> Problem:
    """A tracker was asked before anything was sent, and wouldn't take all of it.

    Args:
        tracker: Its name.
        reason: What speaks against it.
        remedy: What can be done.
        waiting: How many changes are not sent because of that.
    """
    return Problem(
        Level.ERROR,
        "",
        0,
        f"nothing is sent to the tracker {tracker}, because it would refuse: {reason}",
        # The number is no part of the message: another round of the same run may have another one.
        _sentences(remedy, f"{_changes(waiting)} waiting for that."),
    )


def unchecked(path: str, tracker: str) -> Problem:
    """A tracker couldn't be asked whether it would take what is to be written for a document."""
    return Problem(
        Level.ERROR,
        path,
        0,
        f"nothing is sent to the tracker {tracker}, because it could not be read",
        "It is synced by the next run.",
    )


def unwritable(tracker: str, reason: str, remedy: str, left: int) -> Problem:
    """A tracker failed as a whole, and ``left`` changes were not sent to it because of that."""
    return Problem(
        Level.ERROR,
        "",
        0,
        f"the tracker {tracker} could not be written: {reason}",
        _sentences(f"{_changes(left)} left, which the next run takes up.", remedy),
    )


def _changes(number: int) -> str:
    return "1 change is" if number == 1 else f"{number} changes are"


def _sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
