"""The words that every layer shares: statuses, fields, agreed values, markers, problems.

Only plain, frozen data lives here. Values of fields are *canonical strings* everywhere above the parser: a
status is the English name of its meaning, a due date is ``YYYY-MM-DD``, an owner or priority is its text with
white space collapsed, an action is a short hash of its text; the empty string means "known to be empty", and a
field that is absent from a mapping is unknown or has no place there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Field = Literal["action", "owner", "due", "status", "priority"]
"""A synchronised field of an action item."""

FIELDS: Final[tuple[Field, ...]] = ("action", "owner", "due", "status", "priority")

Column = Literal["action", "owner", "due", "status", "priority", "issue"]
"""A column of an Action Items table that syncer has a use for."""

COLUMNS: Final[tuple[Column, ...]] = ("action", "owner", "due", "status", "priority", "issue")


class Status(StrEnum):
    """The five meanings that a status can have; the value is the word in plans, definitions and markers."""

    NOT_STARTED = "Not Started"
    IN_PROGRESS = "In Progress"
    BLOCKED = "Blocked"
    DONE = "Done"
    WONT_DO = "Won't Do"

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be done."""
        return self in (Status.DONE, Status.WONT_DO)


class Level(StrEnum):
    """How much a problem matters: ``info`` never changes the exit code."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be read or done, said to the author of the document.

    Attributes:
        level: How much it matters.
        document: Path of the document, relative to the root, with forward slashes; empty if it is about none.
        line: Line in the document, counted from 1; 0 if it is about the whole document.
        message: What was found.
        remedy: What to do about it.
    """

    level: Level
    document: str
    line: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets in the document's text as it was read."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of ``text`` in this range."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Agreed:
    """The last agreed value of a field: one half for each side.

    The halves are equal but for a *pair*, which records that the tracker would not take, or cannot express, what
    the document says.
    """

    document: str
    tracker: str

    @property
    def is_pair(self) -> bool:
        """Whether the two sides were left different on purpose."""
        return self.document != self.tracker

    @classmethod
    def both(cls, value: str) -> Agreed:
        """A value that both sides had."""
        return cls(value, value)


class Removal(StrEnum):
    """What was done about an issue because its row is gone; each step is recorded before the next one is taken.

    ``BEGUN`` and ``AGAIN`` stand for a first and a second attempt to say so on the issue, of which nothing more is
    known; ``TOLD`` and ``CLOSED`` for what has been done.
    """

    NONE = ""
    BEGUN = "begun"
    AGAIN = "again"
    TOLD = "told"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class State:
    """The base of one action item: a counter and the agreed values that are known.

    Attributes:
        counter: Raised by every write of a value to the tracker; of two copies the higher one is the base.
        values: Agreed values by field; a field that is absent has no base.
        removed: What was done about the issue because its row is gone. Only a marker says that: it is a fact about
            the issue, and a row that is back makes it void.
    """

    counter: int
    values: Mapping[Field, Agreed] = field(default_factory=dict)
    removed: Removal = Removal.NONE


SCOPE_END: Final = "//"
"""What stands between a scope and a path in a marker; no path has an empty part (see ``trackers/scoped.py``)."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What syncer keeps on an issue, written in the same request as every write that it makes to the issue.

    Attributes:
        item: The item id, 16 hexadecimal digits (see ``core/matching/identity.py``).
        document: Path of the document whose row owns the issue, behind its scope if it has one.
        state: The base as of the last write to the issue.
    """

    item: str
    document: str
    state: State

    @property
    def scope(self) -> str:
        """What tells the document's repository from others that file in the same place; empty for none."""
        scope, end, _ = self.document.partition(SCOPE_END)
        return scope if end else ""

    @property
    def path(self) -> str:
        """The document's path, without its scope."""
        scope, end, path = self.document.partition(SCOPE_END)
        return path if end else scope
