"""What one action item needs, as it is decided before the tracker has answered: plain data for all of reconciling."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.core.plan import Change
from syncer.core.state import bounded
from syncer.model import Agreed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.issuetext import Facts
    from syncer.core.plan import Conflict, FieldChange, Kind
    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Draft, Update
    from syncer.model import Field, Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One action item in the terms of its tracker.

    Attributes:
        document: Path of the document.
        line: Line of the row.
        action: Plain text of the action.
        values: Canonical values of the fields that can be read, ``action`` (a hash) among them.
        writable: Fields whose cell may be rewritten.
        facts: What the managed block of its issue shows.
        severity: How severe the incident was.
        link: Address of the document, for the issue's text; empty for none.
    """

    document: str
    line: int
    action: str
    values: Mapping[Field, str]
    writable: frozenset[Field]
    facts: Facts
    severity: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done about one action item, before the tracker has answered.

    Attributes:
        row: The row.
        key: Key of its issue; ``None`` while it isn't filed.
        operation: What is sent to the tracker, if anything.
        sent: Canonical document values that the operation asks the tracker to take.
        cells: Canonical values to write into the row (for the action, its text).
        values: The base afterwards, but for the fields that are sent.
        claims: The base of the fields that are sent, for as long as nobody knows whether they were taken.
        counter: The base's counter afterwards.
        former: What the issue is called in the document, if it has moved since; else empty.
        kind: What the whole does; ``None`` if nothing is to be done.
        fields: The values that change, for the plan.
        conflicts: Fields that both sides moved.
        problems: What a person has to be told.
        asks_about: Owners of whom only the tracker can tell who they are, and whether they can be assigned.
    """

    row: Row
    key: str | None
    operation: Draft | Update | None = None
    sent: Mapping[Field, str] = field(default_factory=dict)
    cells: Mapping[Field, str] = field(default_factory=dict)
    values: Mapping[Field, Agreed] = field(default_factory=dict)
    claims: Mapping[Field, Agreed] = field(default_factory=dict)
    counter: int = 1
    former: str = ""
    kind: Kind | None = None
    fields: Mapping[str, FieldChange] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    asks_about: tuple[str, ...] = ()

    def change(self, lens: Lens) -> Change | None:
        """The decision as a line of the plan."""
        if self.kind is None:
            return None
        names = None if self.key is None else lens.directory.names(self.key)
        return Change(
            kind=self.kind,
            document=self.row.document,
            line=self.row.line,
            action=self.row.action,
            tracker=lens.directory.name,
            issue=names.short if names else "",
            url=names.url if names else "",
            fields=self.fields,
        )


def pair(document: str, tracker: str) -> Agreed:
    """What the two sides have, in the form in which a base keeps it."""
    return Agreed(bounded(document), bounded(tracker))
