"""What a tracker is to the rest of syncer: a small protocol, and the data that crosses it.

A tracker *must*

- write the marker in the same request as every other write that it makes to an issue, so that no crash can part
  them;
- answer with what it *has* after a write, read from the service's own answer, never with what it was asked for;
- say ``Unknown`` when it can't tell whether a write took effect (a dropped connection, a time-out), and never
  send that write again by itself.

A tracker *must not*

- replace labels, clear an assignee, or touch anything of an issue that an ``Update`` doesn't name;
- count an issue as marked unless it carries syncer's label, which outsiders can't set;
- treat a page, or an answer that it couldn't read, as an empty one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from syncer.core.tracking import (
    ABSENT,
    HIDDEN,
    Answer,
    Capabilities,
    Directory,
    Draft,
    Issue,
    Missing,
    Names,
    Refused,
    Unknown,
    Update,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = [
    "ABSENT",
    "HIDDEN",
    "Answer",
    "Capabilities",
    "Directory",
    "Draft",
    "Issue",
    "Missing",
    "Names",
    "Refused",
    "Tracker",
    "Unknown",
    "Update",
    "Written",
]


class Tracker(Directory, Protocol):
    """An issue tracker. ``name`` is the one that the configuration gives it."""

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """The issues with these keys, in as few requests as there can be.

        Answers for every key. An issue that has moved is returned under the key that was asked for and carries
        its new one.

        Raises:
            TrackerError: The tracker couldn't be read; nothing is known.
        """

    def marked(self) -> Iterable[Issue]:
        """Every issue that carries a marker and syncer's label, oldest first.

        Raises:
            TrackerError: The list couldn't be read to its end.
        """

    def create(self, draft: Draft) -> Answer:
        """File an issue. A tracker that can look up the marker atomically returns the issue that has it."""

    def update(self, key: str, update: Update) -> Answer:
        """Change the named fields of an issue, and its marker, in one request."""

    def comment(self, key: str, text: str) -> Answer:
        """Add a comment to an issue."""

    def close(self) -> None:
        """Give back connections and files. Calling it twice is harmless."""
