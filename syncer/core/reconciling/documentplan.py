"""What one document needs: each of its rows told apart, and handed to ``reconcile``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.core import remarks
from syncer.core.matching.identity import IssueId, LinkIndex, MarkerIndex
from syncer.core.matching.links import Ambiguous, Foreign, Linked, Skipped, Unlinked
from syncer.core.plan import Plan, Tally
from syncer.core.reconciling.documentrows import DocumentRows
from syncer.core.reconciling.fields import Policies
from syncer.core.reconciling.filing import plan_new
from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.likeness import likeness
from syncer.core.reconciling.lostissues import LostIssues
from syncer.core.reconciling.people import People
from syncer.core.reconciling.reconcile import newer, plan_linked
from syncer.core.reconciling.removed import Farewell, Gone, OnRemoved, Surroundings, rows_gone
from syncer.core.reconciling.returned import as_it_was, written_out
from syncer.core.reconciling.standing import standing
from syncer.core.tracking import ABSENT, Directory, Issue, Missing, Moved
from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from syncer.core.matching.linkreading import Reading
    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.core.reconciling.decision import Decision
    from syncer.model import Problem, State

_COUNTED: Final = ("linked", "finished", "unclear", "old", "skipped", "postponed")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says about reconciling.

    Attributes:
        policies: Who wins a conflict.
        people: Owners and accounts.
        labels: Labels of the issues that are filed.
        since: Rows of incidents before this date (``YYYY-MM-DD``) are not filed; empty for no limit.
        file_finished: Whether rows that are finished when first seen are filed.
        add_columns: Whether a table without a Status column gets one.
        on_removed: What happens to the issue of a row that is gone.
        link: What the documents' addresses begin with; empty if they have none.
        waiting: Whether links may wait to be delivered, for as long as people like.
    """

    policies: Policies = field(default_factory=Policies)
    people: People = field(default_factory=People)
    labels: tuple[str, ...] = ()
    since: str = ""
    file_finished: bool = False
    add_columns: bool = True
    on_removed: OnRemoved = "report"
    link: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What was observed around a document.

    Attributes:
        trackers: All trackers, the document's own first.
        issues: The issues that the document's rows and definitions name.
        links: All links of the run.
        markers: The issues that syncer filed, by tracker; needed for documents with rows to be filed.
        gone: Documents that markers name, each with an issue that it provably doesn't name any more.
        now: The present, in UTC.
        room: How many more issues may be filed; ``None`` for no limit.
        around: What is known of all documents together, for rows that are gone.
        accounts: What the trackers say about who owners are, by tracker.
    """

    trackers: Sequence[Directory]
    issues: Mapping[IssueId, Issue | Missing]
    links: LinkIndex
    markers: Mapping[str, MarkerIndex]
    gone: frozenset[tuple[str, IssueId]]
    now: datetime
    room: int | None = None
    around: Surroundings = field(default_factory=Surroundings)
    accounts: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An action item with something to be done.

    Attributes:
        item: Its row.
        tracker: Name of its issue's tracker.
        decision: What is to be done.
        former: The issue that the document still names, if it has moved since.
    """

    item: ActionItem
    tracker: str
    decision: Decision
    former: IssueId | None = None


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """What is to be done for one document: entries and farewells for the machine, the plan for people.

    Attributes:
        entries: Its action items with something to be done.
        plan: What people are shown.
        farewells: Issues whose rows are gone.
        owners: Owners that it matters to know about, with the tracker to be asked.
        rests_on: Issues that something is to be done about, or reported as a conflict, as they were observed.
    """

    entries: tuple[Entry, ...]
    plan: Plan
    farewells: tuple[Farewell, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    rests_on: frozenset[IssueId] = frozenset()


def plan_document(reading: Reading, view: View, rules: Rules) -> DocumentPlan:
    """Reconcile one document.

    Args:
        reading: The document, from ``read_links``.
        view: What was observed around it.
        rules: What the configuration says.

    Returns:
        The entries in the order of the rows, and the plan with their changes, conflicts and problems.
    """
    return _Planner(reading, view, rules).run()


class _Planner:
    def __init__(self, reading: Reading, view: View, rules: Rules) -> None:
        self.reading = reading
        self.document = reading.document
        self.links = reading.links
        self.named = reading.named
        self.kept = reading.kept
        self.stale = reading.stale
        self.rows = DocumentRows(reading, add_columns=rules.add_columns, link=rules.link)
        self.view = view
        self.rules = rules
        self.lenses = {
            t.name: Lens(t, rules.people, view.accounts.get(t.name, {})) for t in view.trackers
        }
        self.entries: list[Entry] = []
        self.decisions: list[tuple[str, Decision]] = []
        self.problems: list[Problem] = list(reading.document.problems)
        self.counts = dict.fromkeys(_COUNTED, 0)

    def run(self) -> DocumentPlan:
        self._damaged()
        owned = self._owned()
        for number, (item, link) in enumerate(zip(self.document.items, self.links, strict=True)):
            if isinstance(link, Linked):
                self._linked(number, link, owned=owned.get(link.issue) == number)
            elif isinstance(link, Skipped):
                self.counts["skipped"] += 1
            elif isinstance(link, Foreign):
                self.problems.append(remarks.foreign(self.document.path, item.line, link.text))
            elif isinstance(link, Ambiguous):
                names = [self._name(issue) for issue in link.issues]
                self.problems.append(remarks.ambiguous(self.document.path, item.line, names))
        self._unlinked()
        gone = self._gone()
        self.entries.sort(key=lambda entry: (entry.item.table, entry.item.row))
        owners = (
            (name, self.lenses[name].asked(owner))
            for name, d in self.decisions
            for owner in d.asks_about
        )
        decided = {
            IssueId(n, d.key) for n, d in self.decisions if d.key and (d.kind or d.conflicts)
        }
        parting = {IssueId(farewell.tracker, farewell.key) for farewell in gone.farewells}
        return DocumentPlan(
            entries=tuple(self.entries),
            plan=self._plan(gone),
            farewells=gone.farewells,
            owners=tuple(owners),
            rests_on=frozenset(decided | parting),
        )

    def _plan(self, gone: Gone) -> Plan:
        changes = (d.change(self.lenses[name]) for name, d in self.decisions)
        decided = (p for _, d in self.decisions for p in d.problems)
        unfinished, overdue = self._standing()
        return Plan(
            changes=(
                *(change for change in changes if change is not None),
                *(farewell.change for farewell in gone.farewells),
            ),
            conflicts=tuple(c for _, d in self.decisions for c in d.conflicts),
            problems=(*self.problems, *decided, *gone.problems),
            thinned=() if gone.thinned is None else (gone.thinned,),
            tally=Tally(
                documents=1,
                items=len(self.document.items),
                untracked=self.document.untracked,
                open=unfinished,
                overdue=overdue,
                **self.counts,
            ),
        )

    def _standing(self) -> tuple[int, int]:
        named = (
            (number, self.view.issues.get(link.issue))
            for number, link in enumerate(self.links)
            if isinstance(link, Linked)
        )
        return standing(
            self.document,
            (decision for _, decision in self.decisions),
            {number: issue for number, issue in named if isinstance(issue, Issue)},
            self.view.now.date().isoformat(),
        )

    def _name(self, issue: IssueId) -> str:
        return self.lenses[issue.tracker].directory.names(issue.key).short

    def _damaged(self) -> None:
        for issue, (state, line) in self.kept.items():
            if state is None:
                self.problems.append(remarks.damaged(self.document.path, line, self._name(issue)))

    # Rows with an issue

    def _owned(self) -> dict[IssueId, int]:
        """For each issue that this document owns, the number of the row that does."""
        rows: dict[IssueId, list[int]] = {}
        for number, link in enumerate(self.links):
            if isinstance(link, Linked):
                rows.setdefault(link.issue, []).append(number)
        return {
            issue: self._owning_row(issue, numbers)
            for issue, numbers in rows.items()
            if self._owning_document(issue) == self.document.path
        }

    def _owning_document(self, issue: IssueId) -> str | None:
        """Path of the document that owns an issue, ``None`` if that can't be told in this run."""
        found = self.view.issues.get(issue)
        marker = found.marker if isinstance(found, Issue) else None
        if marker is not None and marker.document == self.document.path:
            return marker.document
        documents = set(self.view.links.documents(issue))
        if marker is None or (marker.document, issue) in self.view.gone:
            # A document that keeps what was agreed comes before one that merely names the issue.
            return min(documents - self.view.links.bare(issue) or documents)
        if marker.document in documents:
            return marker.document
        return None

    def _owning_row(self, issue: IssueId, numbers: Sequence[int]) -> int:
        """Of several rows that name an issue: the one that is most like the one that was agreed with."""
        if len(numbers) == 1:
            return numbers[0]
        found = self.view.issues.get(issue)
        marker = found.marker if isinstance(found, Issue) else None
        kept = self.kept.get(issue)
        base = newer(kept[0] if kept else None, marker.state if marker else None)
        seen = found if isinstance(found, Issue) else None
        lens = self.lenses[issue.tracker]
        return max(
            numbers, key=lambda number: likeness(self.rows.candidate(number, lens), seen, base)
        )

    def _linked(self, number: int, link: Linked, *, owned: bool) -> None:
        path, name = self.document.path, self._name(link.issue)
        item = self.document.items[number]
        self.counts["linked"] += 1
        issue = self.view.issues.get(link.issue)
        if not isinstance(issue, Issue):
            self._missing(item, name, issue)
        elif not owned:
            owner = self._owning_document(link.issue)
            filed_for = issue.marker.document if issue.marker else path
            self.problems.append(remarks.not_owned(path, item.line, name, owner, filed_for))
        else:
            kept = self.kept.get(link.issue)
            # A row that merely names an issue which was filed for another document has no claim on what was agreed
            # with that one: it adopts the issue like one that a person filed.
            marker = issue.marker
            first_time = kept is None and (marker is None or marker.document != self.document.path)
            self._reconcile(number, link.issue, issue, kept, adopted=first_time, former=link.former)

    def _missing(self, item: ActionItem, name: str, issue: Missing | None) -> None:
        path, line = self.document.path, item.line
        if isinstance(issue, Moved) and not issue.is_issue:
            problem = remarks.no_issue(path, line, name, issue.url)
        elif isinstance(issue, Moved):
            resolving = (t.name for t in self.view.trackers if t.resolve(issue.url) is not None)
            problem = remarks.moved_away(path, line, name, issue.url, next(resolving, None))
        else:
            problem = (remarks.deleted if issue == ABSENT else remarks.unseen)(path, line, name)
        self.problems.append(problem)

    def _reconcile(
        self,
        number: int,
        issue_id: IssueId,
        issue: Issue,
        kept: tuple[State | None, int] | None,
        *,
        adopted: bool,
        former: IssueId | None = None,
    ) -> None:
        item = self.document.items[number]
        if kept is None and self._cannot_be_linked(item):
            return
        lens = self.lenses[issue_id.tracker]
        former = former or self.stale.get(issue_id)
        found = self.rows.row(number, lens)
        has_column = "status" in self.document.tables[item.table].columns
        row = as_it_was(found, issue, has_column=has_column)
        decision = plan_linked(
            row,
            issue,
            kept[0] if kept else None,
            lens,
            self.rules.policies,
            adopted=adopted,
            former=self._name(former) if former else "",
        )
        self._take(number, issue_id.tracker, written_out(decision, found), former)

    # Rows without an issue

    def _unlinked(self) -> None:
        numbers = [n for n, link in enumerate(self.links) if isinstance(link, Unlinked)]
        if not numbers:
            return
        lens = self.lenses[self.view.trackers[0].name]
        finished = {n for n in numbers if self._is_finished(self.document.items[n])}
        # A row that is finished when first seen has no issue: it can't be an earlier one's other wording.
        adopted, free = self._lost_issues(lens).of(numbers, unfiled=finished)
        for number in numbers:
            if number in adopted:
                issue = adopted[number]
                issue_id = IssueId(lens.directory.name, issue.key)
                kept = self.kept.get(issue_id)
                unread = self.view.around.unread
                if unread:
                    name, line = self._name(issue_id), self.document.items[number].line
                    path = self.document.path
                    self.problems.append(remarks.perhaps_named(path, line, name, min(unread)))
                elif kept is not None and number in finished:
                    # The issue was linked once, so no crash has lost it: this is another row with the same words.
                    self.counts["finished"] += 1
                else:
                    self._reconcile(number, issue_id, issue, kept, adopted=True)
            elif self._is_filed(self.document.items[number]):
                self._file(number, free[number], lens)

    def _lost_issues(self, lens: Lens) -> LostIssues:
        tracker = lens.directory.name
        named = (self.view.issues.get(issue) for issue in self.named)
        return LostIssues(
            rows=self.rows,
            lens=lens,
            markers=self.view.markers.get(tracker, MarkerIndex()),
            taken={i.marker.item for i in named if isinstance(i, Issue) and i.marker is not None},
            kept={issue.key for issue in self.kept if issue.tracker == tracker},
            now=self.view.now,
            waiting=self.rules.waiting,
        )

    def _is_finished(self, item: ActionItem) -> bool:
        """Whether a row that has no issue is not to get one, because it is finished when it is first seen."""
        status = item.values.get("status", "")
        return status != "" and Status(status).finished and not self.rules.file_finished

    def _is_filed(self, item: ActionItem) -> bool:
        if self._is_finished(item):
            self.counts["finished"] += 1
            return False
        if "status" not in item.values and "status" in self.document.tables[item.table].columns:
            # A status that can't be read may say that the promise was kept; the reader has told so.
            self.counts["unclear"] += 1
            return False
        if _is_old(self.document, self.rules):
            self.counts["old"] += 1
            return False
        if self.rules.since and not self.document.incident.date:
            self.problems.append(remarks.undated(self.document.path, self.rules.since))
            return False
        return True

    def _file(self, number: int, identity: str, lens: Lens) -> None:
        if self._cannot_be_linked(self.document.items[number]):
            return
        filed = sum(decision.key is None for _, decision in self.decisions)
        if self.view.room is not None and filed >= self.view.room:
            self.counts["postponed"] += 1
            return
        decision = plan_new(self.rows.row(number, lens), identity, lens, self.rules.labels)
        self._take(number, lens.directory.name, decision)

    def _cannot_be_linked(self, item: ActionItem) -> bool:
        """Whether the document couldn't take the link; a problem is noted if so."""
        path = self.document.path
        if self.document.end_is_open:
            self.problems.append(remarks.open_end(path, item.line))
            return True
        table = self.document.tables[item.table]
        if "issue" not in table.columns and not table.widenable:
            self.problems.append(remarks.not_widenable(path, table.table.header.line))
            return True
        return False

    # Rows that are gone

    def _gone(self) -> Gone:
        """What becomes of them. A row that gets its issue in this run is there."""
        named = self.named | {IssueId(name, d.key) for name, d in self.decisions if d.key}
        return rows_gone(
            self.reading,
            self.view.issues,
            self.lenses,
            lambda issue: issue in named or issue in self.view.links,
            self.view.around,
            self.rules.on_removed,
        )

    # Shared

    def _take(
        self, number: int, tracker: str, decision: Decision, former: IssueId | None = None
    ) -> None:
        self.decisions.append((tracker, decision))
        if decision.kind is not None:
            self.entries.append(Entry(self.document.items[number], tracker, decision, former))


def _is_old(document: PostMortem, rules: Rules) -> bool:
    date = document.incident.date
    return bool(rules.since and date and date < rules.since)
