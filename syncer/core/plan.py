"""The plan: what a sync would write, in a stable order, with a checksum and its safety limits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

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


CHANGES_ISSUES: Final = frozenset({Kind.UPDATE, Kind.CLOSE, Kind.REOPEN, Kind.HEAL})
"""Kinds that write to an issue that is there already."""


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

    def counts(self) -> tuple[int, ...]:
        """All counts, in the order of the attributes."""
        return tuple(getattr(self, name) for name in self.__slots__)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered changes, with conflicts and problems."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    tally: Tally = field(default_factory=Tally)

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
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run may write without being told that it is meant.

    Attributes:
        creates: Most issues that one run files.
        updates: Largest share, from 0 to 1, of linked issues that one run changes.
        updates_minimum: Number of issues that may always be changed, however large their share.
    """

    creates: int = 50
    updates: float = 0.5
    updates_minimum: int = 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """A limit that a plan passes, with what can be done."""

    message: str
    remedy: str


def refusals(plan: Plan, limits: Limits) -> tuple[Refusal, ...]:
    """The limits that a plan passes; none of it may be applied unless a person insists."""
    found = []
    creates = plan.count(Kind.CREATE)
    if creates > limits.creates:
        found.append(
            Refusal(
                f"the plan files {creates} issues; at most {limits.creates} are filed in one run "
                "(limits.creates)",
                f"If the rows are old promises that nobody waits for, set documents.since to the "
                f"date from which on you want them filed. To go on in steps, use --limit "
                f"{limits.creates}. If {creates} issues are what you want, use --force.",
            )
        )
    updates = plan.count(*CHANGES_ISSUES)
    allowed = max(limits.updates_minimum, int(limits.updates * plan.tally.linked))
    if updates > allowed:
        found.append(
            Refusal(
                f"the plan changes {updates} of {plan.tally.linked} issues; at most {allowed} are "
                "changed in one run (limits.updates, limits.updates_minimum)",
                "Look through the plan: so many changes at once are most often an accident (a "
                "table sorted by another tool, a column that was emptied). If it is right, use "
                "--force.",
            )
        )
    return tuple(found)
