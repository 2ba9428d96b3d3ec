"""What one action item needs: its row and its issue compared field by field, from the base to a planned operation.

Nothing here knows how a change is sent or where a document lies. ``plan_new`` is for a row without an issue,
``plan_linked`` for one with; ``settle`` folds in what the tracker really answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core import remarks
from syncer.core.issuetext import is_edited, render_block, replace_block, shows
from syncer.core.plan import Change, Conflict, FieldChange, Kind
from syncer.core.reconciling.fields import Move, Policies, Verdict, compare
from syncer.core.state import bounded
from syncer.core.tracking import Draft, Update
from syncer.model import FIELDS, Agreed, Marker, State, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.issuetext import Facts
    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Issue
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
    """

    document: str
    line: int
    action: str
    values: Mapping[Field, str]
    writable: frozenset[Field]
    facts: Facts


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
        counter: The base's counter afterwards.
        former: What the issue is called in the document, if it has moved since; else empty.
        kind: What the whole does; ``None`` if nothing is to be done.
        fields: The values that change, for the plan.
        conflicts: Fields that both sides moved.
        problems: What a person has to be told.
    """

    row: Row
    key: str | None
    operation: Draft | Update | None = None
    sent: Mapping[Field, str] = field(default_factory=dict)
    cells: Mapping[Field, str] = field(default_factory=dict)
    values: Mapping[Field, Agreed] = field(default_factory=dict)
    counter: int = 1
    former: str = ""
    kind: Kind | None = None
    fields: Mapping[str, FieldChange] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()

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


def plan_new(row: Row, item: str, lens: Lens, labels: tuple[str, ...]) -> Decision:
    """File an issue for a row that has none.

    Args:
        row: The row.
        item: Its item id.
        lens: The tracker in the document's terms.
        labels: Labels that the issue gets.
    """
    native = lens.directory.capabilities.fields
    sent = {name: value for name, value in row.values.items() if value and name in native}
    problems = []
    account = lens.account(row.values.get("owner", ""))
    if account is None:
        sent.pop("owner", None)
        problems.append(remarks.not_assignable(row.document, row.line, row.values["owner"]))
    status = Status(sent.get("status", Status.NOT_STARTED))
    draft = Draft(
        title=lens.title(row.action),
        body=render_block(row.facts),
        status=status,
        owner=account or "",
        due=sent.get("due", ""),
        priority=sent.get("priority", ""),
        labels=labels,
        marker=Marker(
            item=item,
            document=row.document,
            state=State(
                1,
                {
                    name: _pair(value, _BEFORE_FILING.get(name, ""))
                    for name, value in sent.items()
                    if name != "action"
                }
                | {"action": Agreed.both(row.values["action"])},
            ),
        ),
    )
    shown = {"action": row.action} | {name: sent[name] for name in FIELDS[1:] if name in sent}
    return Decision(
        row=row,
        key=None,
        operation=draft,
        sent=sent,
        values={"owner": _pair(row.values["owner"], "")} if account is None else {},
        kind=Kind.CREATE,
        fields={name: FieldChange("", value, "tracker") for name, value in shown.items()},
        problems=tuple(problems),
    )


_BEFORE_FILING: Mapping[Field, str] = {"status": Status.NOT_STARTED.value}
"""What an issue has before a value that is sent along with its creation took effect."""


def plan_linked(
    row: Row,
    issue: Issue,
    definition: State | None,
    lens: Lens,
    policies: Policies,
    *,
    adopted: bool,
    former: str = "",
) -> Decision:
    """Compare a row with its issue.

    Args:
        row: The row.
        issue: Its issue as observed.
        definition: The base as the document keeps it; ``None`` if it is missing or damaged.
        lens: The tracker in the document's terms.
        policies: Who wins a conflict.
        adopted: Whether the row names the issue for the first time.
        former: What the issue is called in the document, if it has moved since; else empty.

    Returns:
        The decision; its ``kind`` is ``None`` if the two agree and the document's copy of the base is right.
    """
    marker = issue.marker
    # What was agreed with another document's row says nothing about this one.
    ours = marker is not None and not (adopted and marker.document != row.document)
    base = newer(definition, marker.state if marker is not None and ours else None)
    known: Mapping[Field, Agreed] = base.values if base else {}
    theirs = lens.lift(issue, row.values, known)
    settled = base is not None and base is definition and not (former or adopted)
    if base is not None and settled and _is_quiet(row, issue, known, theirs, lens):
        return Decision(row=row, key=issue.key, values=known, counter=base.counter)
    work = _Work(row, lens, issue, dict(known))
    for name in FIELDS:
        if name in row.values and name in theirs:
            if adopted and base is None:
                work.adopt(name, row.values[name], theirs[name])
            else:
                work.decide(name, known.get(name), row.values[name], theirs[name], policies)
    if former:
        present = lens.directory.names(issue.key).short
        work.fields["issue"] = FieldChange(former, present, "document")
    return work.decision(base, definition, adopted=adopted, former=former)


def _is_quiet(
    row: Row,
    issue: Issue,
    known: Mapping[Field, Agreed],
    theirs: Mapping[Field, str],
    lens: Lens,
) -> bool:
    """Whether all three agree already. Nearly every row of nearly every run is told apart here, in little time."""
    for name, held in theirs.items():
        ours = row.values.get(name)
        if ours is not None:
            agreed = known.get(name)
            if agreed is None or not ours == held == agreed.document == agreed.tracker:
                return False
    marker = issue.marker
    return marker is None or (
        marker.document == row.document
        and not marker.state.removed
        and (not lens.directory.capabilities.updates_text or shows(issue.body, row.facts))
    )


def newer(definition: State | None, marker: State | None) -> State | None:
    """The copy of the base that counts: the higher counter, on a tie the definition."""
    if definition is None or marker is None:
        return definition or marker
    return marker if marker.counter > definition.counter else definition


def settle(
    decision: Decision, issue: Issue, lens: Lens, refused: Mapping[Field, str] | None = None
) -> Decision:
    """Fold what the tracker answered into a decision.

    Args:
        decision: What was asked for.
        issue: The issue as the answer shows it.
        lens: The tracker in the document's terms.
        refused: Why a value was not taken, where the tracker said so.

    Returns:
        The decision with the key, and with the cells and base that follow from what the tracker *has*. A value
        that it didn't take becomes a pair, with a problem.
    """
    row = decision.row
    values = dict(decision.values)
    cells = dict(decision.cells)
    problems = []
    theirs = lens.lift(issue, row.values, {})
    for name, asked in decision.sent.items():
        values[name] = _pair(asked, theirs.get(name, asked))
        if values[name].is_pair:
            held, reason = theirs[name], (refused or {}).get(name, "")
            problems.append(remarks.not_taken(row.document, row.line, name, asked, held, reason))
    if decision.key is None:
        for name, value in theirs.items():
            if name in decision.sent or name in values or name not in row.values:
                continue
            if name == "status":
                # A row without a status is owed one from the start.
                values[name] = _pair(value, value)
                cells[name] = value
            else:
                # A default that the tracker fills in (an assignee, a priority) is nobody's edit.
                values[name] = _pair(row.values[name], value)
    return replace(
        decision,
        key=issue.key,
        cells=cells,
        values=values,
        sent={},
        problems=decision.problems + tuple(problems),
    )


class _Work:
    """Collects what the fields of one linked row ask for."""

    def __init__(self, row: Row, lens: Lens, issue: Issue, values: dict[Field, Agreed]) -> None:
        self.row = row
        self.lens = lens
        self.issue = issue
        self.values = values
        self.marked = dict(values)
        self.sent: dict[Field, str] = {}
        self.cells: dict[Field, str] = {}
        self.fields: dict[str, FieldChange] = {}
        self.conflicts: list[Conflict] = []
        self.problems: list[Problem] = []

    def adopt(self, name: Field, ours: str, theirs: str) -> None:
        """Take over an issue that a person filed: it isn't rewritten, differences become pairs."""
        if ours or not theirs or name not in self.row.writable:
            self._agree(name, _pair(ours, theirs))
            if ours != theirs and name != "action":
                self.problems.append(
                    remarks.left_different(self.row.document, self.row.line, name, ours, theirs)
                )
        else:
            self._to_document(name, ours, theirs)

    def decide(
        self, name: Field, base: Agreed | None, ours: str, theirs: str, policies: Policies
    ) -> None:
        """Compare a field and carry out the verdict, within what the two sides can hold."""
        verdict = compare(base, bounded(ours), bounded(theirs), policies.of(name))
        if name == "status" and not ours and verdict.move is not Move.NOTHING:
            # An emptied cell doesn't un-state an issue: it takes what the issue has.
            verdict = Verdict(Move.TO_DOCUMENT, verdict.base)
        move = verdict.move
        if move is Move.CONFLICT:
            self._conflict(name, verdict, ours, theirs)
            if verdict.winner is None:
                return
            move = Move.TO_TRACKER if verdict.winner == "document" else Move.TO_DOCUMENT
        if move is Move.NOTHING:
            assert verdict.base is not None  # noqa: S101 - compare() gives one with every NOTHING
            self._agree(name, verdict.base)
        elif move is Move.TO_TRACKER:
            self._to_tracker(name, ours, theirs)
        elif name == "action" and policies.action != "tracker":
            # How an issue is called in the tracker is the tracker's business.
            self._agree(name, _pair(ours, theirs))
        elif name == "owner" and self.lens.account(ours) is None:
            # The cell says more than an account could: a team, several people.
            self._agree(name, _pair(ours, theirs))
        else:
            self._to_document(name, ours, theirs)

    def decision(
        self, base: State | None, definition: State | None, *, adopted: bool, former: str
    ) -> Decision:
        """All of it, with the operation for the tracker."""
        marker = self.issue.marker
        counter = max(base.counter if base else 0, marker.state.counter if marker else 0)
        body, owner_moved = self._text(), self._ownership()
        operation = None
        if self.sent or body is not None or owner_moved:
            counter += 1
            operation = self._update(body, max(counter, 1))
        kind = self._kind(moved=owner_moved or bool(former), adopted=adopted)
        counter = max(counter, 1)
        state = State(counter, self.values)
        if kind is None and (operation is not None or state != definition):
            kind = Kind.WRITE_BACK if operation is None else Kind.UPDATE
            if not self.fields:
                self.fields["base"] = FieldChange("", "recorded", "document")
        return Decision(
            row=self.row,
            key=self.issue.key,
            operation=operation,
            sent=self.sent,
            cells=self.cells,
            values={name: value for name, value in self.values.items() if name not in self.sent},
            counter=counter,
            former=former,
            kind=kind,
            fields=self.fields,
            conflicts=tuple(self.conflicts),
            problems=tuple(self.problems),
        )

    def _agree(self, name: Field, agreed: Agreed) -> None:
        self.values[name] = agreed
        self.marked[name] = agreed

    def _to_document(self, name: Field, ours: str, theirs: str) -> None:
        if name not in self.row.writable:
            return
        text = self.issue.title if name == "action" else theirs
        shown = self.row.action if name == "action" else ours
        self.values[name] = _pair(theirs, theirs)
        self.cells[name] = text
        self.fields[name] = FieldChange(shown, text, "document")

    def _to_tracker(self, name: Field, ours: str, theirs: str) -> None:
        if name == "owner" and self.lens.account(ours) is None:
            self._agree(name, _pair(ours, theirs))
            self.problems.append(remarks.not_assignable(self.row.document, self.row.line, ours))
            return
        self.sent[name] = ours
        # Until the answer is in, nobody knows whether the value was taken. The marker says both what is asked for
        # and what was there before, so that a later run can tell which of them happened.
        self.marked[name] = _pair(ours, theirs)
        new = self.row.action if name == "action" else ours
        old = self.issue.title if name == "action" else theirs
        self.fields[name] = FieldChange(old, new, "tracker")

    def _conflict(self, name: Field, verdict: Verdict, ours: str, theirs: str) -> None:
        names = self.lens.directory.names(self.issue.key)
        action = name == "action"
        self.conflicts.append(
            Conflict(
                document=self.row.document,
                line=self.row.line,
                action=self.row.action,
                tracker=self.lens.directory.name,
                issue=names.short,
                field=name,
                base=None if verdict.base is None else verdict.base.document,
                document_value=self.row.action if action else ours,
                tracker_value=self.issue.title if action else theirs,
                winner=verdict.winner or "",
            )
        )

    def _text(self) -> str | None:
        """The issue's text with the managed block brought up to date, if that is called for."""
        if self.issue.marker is None or not self.lens.directory.capabilities.updates_text:
            return None
        if shows(self.issue.body, self.row.facts):
            return None
        if is_edited(self.issue.body):
            self.problems.append(remarks.text_is_theirs(self.row.document, self.row.line))
            return None
        self.fields["text"] = FieldChange("", "brought up to date", "tracker")
        return replace_block(self.issue.body, self.row.facts)

    def _ownership(self) -> bool:
        """Whether the marker names another document than the one that owns the issue now, or says the row is gone."""
        marker = self.issue.marker
        if marker is None:
            return False
        if marker.document != self.row.document:
            self.fields["document"] = FieldChange(marker.document, self.row.document, "tracker")
        if marker.state.removed:
            self.fields["row"] = FieldChange("removed", "back", "tracker")
        return marker.document != self.row.document or bool(marker.state.removed)

    def _update(self, body: str | None, counter: int) -> Update:
        marker = self.issue.marker
        return Update(
            marker=None
            if marker is None
            else Marker(marker.item, self.row.document, State(counter, self.marked)),
            title=self.lens.title(self.row.action) if "action" in self.sent else None,
            status=Status(self.sent["status"]) if "status" in self.sent else None,
            owner=self.lens.account(self.sent["owner"]) if "owner" in self.sent else None,
            due=self.sent.get("due"),
            priority=self.sent.get("priority"),
            body=body,
            # What a person writes into the text between our look and our write is not to be lost.
            body_was=None if body is None else self.issue.body,
        )

    def _kind(self, *, moved: bool, adopted: bool) -> Kind | None:
        if adopted:
            return Kind.ADOPT
        if "status" in self.sent:
            closes = Status(self.sent["status"]).finished
            if closes != self.issue.status.finished:
                return Kind.CLOSE if closes else Kind.REOPEN
        if self.sent:
            return Kind.UPDATE
        if moved:
            return Kind.HEAL
        return Kind.WRITE_BACK if self.cells else None


def _pair(document: str, tracker: str) -> Agreed:
    """What the two sides have, in the form in which a base keeps it."""
    return Agreed(bounded(document), bounded(tracker))
