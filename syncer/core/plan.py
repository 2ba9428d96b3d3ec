"""The plan: what a sync would write, in a stable order, with a checksum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from syncer.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncer.model import Problem

Side = Literal["document", "tracker"]


class Kind(StrEnum):
    """What a change does. One action item has at most one change per sync."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    CLOSE = "close"
    REOPEN = "reopen"
    WRITE_BACK = "write-back"
    HEAL = "heal"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that is replaced, and the side where it is."""

    old: str
    new: str
    side: Side


@dataclass(frozen=True, slots=True)
class Change:
    """What a sync does about one action item.

    Attributes:
        kind: What it does.
        document: Path of the document.
        line: Line of the row, from 1.
        action: Plain text of the action.
        tracker: Name of the tracker.
        issue: What the issue is called, empty for one that isn't filed yet.
        url: The issue's address, likewise.
        fields: The values that change, by name.
    """

    kind: Kind
    document: str
    line: int
    action: str
    tracker: str
    issue: str
    url: str = ""
    fields: Mapping[str, FieldChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides moved to different values; ``winner`` is empty if a person has to decide."""

    document: str
    line: int
    action: str
    tracker: str
    issue: str
    field: str
    base: str | None
    document_value: str
    tracker_value: str
    winner: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What was looked at.

    Attributes:
        documents: Documents that were read.
        items: Action items in them.
        linked: Action items that have an issue.
        finished: Rows that were finished when first seen, and so are not filed.
        unclear: Rows whose status can't be read when first seen, and so are not filed.
        old: Rows of documents from before ``documents.since``, not filed.
        skipped: Rows whose issue cell says ``n/a``.
        untracked: Checklist entries, which syncer doesn't track.
        postponed: Rows that ``--limit`` leaves for another run.
        open: Action items that aren't finished, once the plan is carried out.
        overdue: Those of them that were due before the day of the run.
    """

    documents: int = 0
    items: int = 0
    linked: int = 0
    finished: int = 0
    unclear: int = 0
    old: int = 0
    skipped: int = 0
    untracked: int = 0
    postponed: int = 0
    open: int = 0
    overdue: int = 0

    def counts(self) -> tuple[int, ...]:
        """All counts, in the order of the attributes."""
        return tuple(getattr(self, name) for name in self.__slots__)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Thinned:
    """A document that has lost rows whose issues are open.

    Attributes:
        document: Its path.
        gone: How many such issues it keeps a definition of, while no row of any document names them.
        left: How many issues its rows name.
    """

    document: str
    gone: int
    left: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered changes, with conflicts and problems, and what is missing that was there before.

    Attributes:
        changes: What is written.
        conflicts: Fields that both sides changed.
        problems: What could not be read or done.
        tally: What was looked at.
        thinned: Documents that have lost rows.
        vanished: Paths of documents that are gone while issues of theirs are open, as far as the run knows.
    """

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    tally: Tally = field(default_factory=Tally)
    thinned: tuple[Thinned, ...] = ()
    vanished: tuple[str, ...] = ()

    @property
    def checksum(self) -> str:
        """16 hexadecimal digits over what would be written; revisions, times and problems don't count."""
        written = [
            [
                change.kind.value,
                change.document,
                change.line,
                change.action,
                change.tracker,
                change.issue,
                sorted((name, f.old, f.new, f.side) for name, f in change.fields.items()),
            ]
            for change in self.changes
        ]
        text = json.dumps(written, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def wants_a_person(self) -> bool:
        """Whether there is a conflict that nobody wins, or a problem above *info*."""
        return any(not conflict.winner for conflict in self.conflicts) or any(
            problem.level is not Level.INFO for problem in self.problems
        )

    def count(self, *kinds: Kind) -> int:
        """How many changes are of one of these kinds."""
        return sum(change.kind in kinds for change in self.changes)


def merge(plans: Iterable[Plan]) -> Plan:
    """One plan out of those of the documents, in the order of path, line and kind."""
    parts = list(plans)
    return Plan(
        changes=tuple(
            sorted(
                (change for part in parts for change in part.changes),
                key=lambda c: (c.document, c.line, c.kind, c.issue),
            )
        ),
        conflicts=tuple(
            sorted(
                (conflict for part in parts for conflict in part.conflicts),
                key=lambda c: (c.document, c.line, c.field),
            )
        ),
        problems=tuple(
            sorted(
                {problem for part in parts for problem in part.problems},
                key=lambda p: (p.document, p.line, p.level, p.message),
            )
        ),
        tally=sum((part.tally for part in parts), Tally()),
        thinned=tuple(
            sorted((one for part in parts for one in part.thinned), key=lambda one: one.document)
        ),
        vanished=tuple(sorted({path for part in parts for path in part.vanished})),
    )
