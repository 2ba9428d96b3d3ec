"""What a linked action item needs: its row and its issue compared field by field, from the base to an operation.

Nothing here knows how a change is sent or where a document lies. A row without an issue is ``filing``'s, and
``settling`` folds in what the tracker really answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core import remarks
from syncer.core.issuetext import is_edited, naming, replace_block, shows, without
from syncer.core.plan import Conflict, FieldChange, Kind
from syncer.core.reconciling.decision import Decision, pair
from syncer.core.reconciling.fields import Move, Policies, Verdict, compare
from syncer.core.reconciling.filing import is_started
from syncer.core.reconciling.people import is_email
from syncer.core.state import bounded
from syncer.core.tracking import Update
from syncer.model import FIELDS, Agreed, Marker, State, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.core.reconciling.decision import Row
    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Issue
    from syncer.model import Field, Problem


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
    work = _Work(row, lens, issue, dict(known), adopted=adopted)
    for name in FIELDS:
        if name in row.values and name in theirs:
            if adopted and base is None:
                work.adopt(name, row.values[name], theirs[name])
            else:
                work.decide(name, known.get(name), row.values[name], theirs[name], policies)
    if former:
        present = lens.directory.names(issue.key).short
        work.fields["issue"] = FieldChange(former, present, "document")
    return work.decision(base, definition, former=former)


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
        and (not lens.directory.capabilities.updates_text or _is_shown(row, issue, known))
    )


def _refused(row: Row, known: Mapping[Field, Agreed]) -> bool:
    """Whether it is on record that the row's owner isn't who has the issue: the text may name them."""
    agreed = known.get("owner")
    owner = row.values.get("owner", "")
    return agreed is not None and agreed.is_pair and agreed.document == bounded(owner) != ""


def _is_shown(row: Row, issue: Issue, known: Mapping[Field, Agreed]) -> bool:
    """Whether an issue's text says what it should.

    One that the tracker shows by name needn't be named, but may be: they were before they were assigned.
    """
    if shows(issue.body, row.facts):
        return True
    owner = row.values.get("owner", "")
    if owner and owner == issue.owner_name and shows(issue.body, without(row.facts, owner)):
        return True
    return _refused(row, known) and shows(issue.body, naming(row.facts, owner))


def newer(definition: State | None, marker: State | None) -> State | None:
    """The copy of the base that counts: the higher counter, on a tie the definition."""
    if definition is None or marker is None:
        return definition or marker
    return marker if marker.counter > definition.counter else definition


class _Work:
    """Collects what the fields of one linked row ask for."""

    def __init__(
        self,
        row: Row,
        lens: Lens,
        issue: Issue,
        values: dict[Field, Agreed],
        *,
        adopted: bool,
    ) -> None:
        self.adopted = adopted
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
        self.asks_about: list[str] = []
        self.unassignable = False

    def adopt(self, name: Field, ours: str, theirs: str) -> None:
        """Take over an issue that a person filed: it isn't rewritten, differences become pairs."""
        if ours or not theirs or name not in self.row.writable:
            if name == "owner" and ours != theirs and self._is_theirs(ours):
                return
            self._agree(name, pair(ours, theirs))
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
        if name == "status" and self.adopted and is_started(base, ours, self.issue):
            self._to_document(name, ours, Status.IN_PROGRESS.value)
            return
        if name == "status" and self.issue.underway and ours and ours != theirs:
            self._to_tracker(name, ours, theirs)
            return
        if name == "owner" and base is not None and bounded(ours) != base.document:
            base = self._as_taken(base, theirs)
        verdict = compare(base, bounded(ours), bounded(theirs), policies.of(name))
        if name == "status" and not ours and verdict.move is not Move.NOTHING:
            # An emptied cell doesn't un-state an issue: it takes what the issue has.
            verdict = Verdict(Move.TO_DOCUMENT, verdict.base)
        move = verdict.move
        if name == "owner" and move is not Move.NOTHING and self._is_theirs(ours):
            return
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
            self._agree(name, pair(ours, theirs))
        elif name == "owner" and self._says_more(base, ours):
            self._agree(name, pair(ours, theirs))
        else:
            self._to_document(name, ours, theirs)

    def _as_taken(self, base: Agreed, theirs: str) -> Agreed:
        """The base of an owner, also where what was sent took effect under a name that only the tracker knows."""
        if not base.is_pair or not base.document or bounded(theirs) == base.tracker:
            return base
        self.asks_about.append(base.document)
        called = self.lens.counterpart(self.issue, base.document)
        if called is None:
            return base
        self.values["owner"] = pair(base.document, called)
        return pair(base.document, theirs)

    def _is_theirs(self, owner: str) -> bool:
        """Whether the issue is the owner's after all, under a name that only the tracker knows; then that is noted."""
        if not owner:
            return False
        self.asks_about.append(owner)
        called = self.lens.counterpart(self.issue, owner)
        if called is not None:
            self._agree("owner", pair(owner, called))
        return called is not None

    def _says_more(self, base: Agreed | None, owner: str) -> bool:
        """Whether an owner cell says more than who has the issue, so that it isn't replaced: a team, several people.

        Who has the issue is one of them, for all that can be told. An address is one person's, and so is a name that
        the tracker called somebody by.
        """
        if not owner or self.lens.account(owner) is not None:
            return False
        if base is None or base.document != bounded(owner):
            return base is None or not is_email(owner)
        named = not base.is_pair and (self.issue.owner_name or not self.issue.owner)
        return not (base.tracker and (is_email(owner) or named))

    def decision(self, base: State | None, definition: State | None, *, former: str) -> Decision:
        """All of it, with the operation for the tracker."""
        marker = self.issue.marker
        counter = max(base.counter if base else 0, marker.state.counter if marker else 0)
        body, owner_moved = self._text(), self._ownership()
        operation = None
        if self.sent or body is not None or owner_moved:
            counter += 1
            operation = self._update(body, max(counter, 1))
        kind = self._kind(moved=owner_moved or bool(former))
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
            claims={name: value for name, value in self.marked.items() if name in self.sent},
            counter=counter,
            former=former,
            kind=kind,
            fields=self.fields,
            conflicts=tuple(self.conflicts),
            problems=tuple(self.problems),
            asks_about=tuple(self.asks_about),
        )

    def _agree(self, name: Field, agreed: Agreed) -> None:
        self.values[name] = agreed
        self.marked[name] = agreed

    def _to_document(self, name: Field, ours: str, theirs: str) -> None:
        if name not in self.row.writable:
            return
        text = self.issue.title if name == "action" else theirs
        shown = self.row.action if name == "action" else ours
        self.values[name] = pair(theirs, theirs)
        self.cells[name] = text
        self.fields[name] = FieldChange(shown, text, "document")

    def _to_tracker(self, name: Field, ours: str, theirs: str) -> None:
        if name == "owner" and self.lens.assignee(ours) is None:
            self.unassignable = True
            self._agree(name, pair(ours, theirs))
            self.problems.append(
                remarks.not_assignable(
                    self.row.document,
                    self.row.line,
                    ours,
                    named=self.lens.directory.capabilities.updates_text,
                )
            )
            return
        self.sent[name] = ours
        # Until the answer is in, nobody knows whether the value was taken. The marker says both what is asked for
        # and what was there before, so that a later run can tell which of them happened.
        self.marked[name] = pair(ours, theirs)
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
        row = self.row
        refused = self.unassignable or _refused(row, self.values)
        owner = row.values.get("owner", "")
        facts = naming(row.facts, owner) if refused else row.facts
        if "owner" in self.cells:
            # The row is about to say who the tracker says.
            facts = without(row.facts, owner)
        elif not self.unassignable and _is_shown(row, self.issue, self.values):
            return None
        if shows(self.issue.body, facts):
            return None
        if is_edited(self.issue.body):
            self.problems.append(remarks.text_is_theirs(row.document, row.line))
            return None
        self.fields["text"] = FieldChange("", "brought up to date", "tracker")
        mentions = self.lens.directory.capabilities.mentions
        return replace_block(self.issue.body, facts, mentions=mentions, link=row.link)

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
            owner=self.lens.assignee(self.sent["owner"]) if "owner" in self.sent else None,
            due=self.sent.get("due"),
            priority=self.sent.get("priority"),
            body=body,
            # What a person writes into the text between our look and our write is not to be lost.
            body_was=None if body is None else self.issue.body,
            owner_was=self._owner_was() if "owner" in self.sent else None,
        )

    def _owner_was(self) -> str:
        """The account that gives way to the new owner: the one that the document had, if the issue has it still."""
        agreed = self.values.get("owner")
        former = self.lens.account(agreed.tracker) if agreed is not None else None
        held = (self.issue.owner, *self.issue.owners)
        return next(
            (one for one in held if former and one.casefold() == former.casefold()), held[0]
        )

    def _kind(self, *, moved: bool) -> Kind | None:
        if self.adopted:
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
