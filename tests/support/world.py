"""Documents, a tracker and the engine between them, held to the guarantees at every sync.

After every sync: an edit of one side alone is never overwritten by the other side's old value, and what is overwritten
by a policy is in the report (``tests/support/oracle.py``); conflicts show what the two sides have; no byte changes that
need not; no item is filed again that the tracker shows; what can't be read changes nothing; a preview writes nothing
and its plan is the one that is applied. After a sync in which nothing failed and reads showed the present, and again
after a quiet period: the next plan is empty, and nobody is asked anything for it but how the issues are; the two sides
agree, and each item that should have an issue has exactly one open one.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.core.limits import Limits
from syncer.errors import ExitCode
from syncer.running import Consent, exit_code, run
from syncer.sync import Job, survey
from tests.support import people
from tests.support.making import NOW
from tests.support.memory import VOCABULARY
from tests.support.model_tracker import Killed, ModelTracker, Sent
from tests.support.oracle import NOTE, Oracle, Seen, check_bytes

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.core.plan import Conflict, Plan
    from syncer.core.reconciling.documentplan import Rules
    from syncer.core.reconciling.fields import Policy
    from syncer.sync import Report
    from tests.support.model_store import ModelStore

CONSENT: Final = Consent(Limits(), force=True)


@dataclass
class World:
    """One tracker, some documents, and what is known about both.

    Attributes:
        store: The documents.
        tracker: The tracker.
        rules: How to reconcile.
        policy: Who wins every conflict; ``None`` for the usual policies.
        counts: What the syncs went through.
        strays: Notes of rows whose issue may be left without a row, because they went away, or were reworded
            before their link was there.
    """

    store: ModelStore
    tracker: ModelTracker
    rules: Rules
    policy: Policy | None
    counts: Counter[str]
    strays: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.tracker)
        self.store.on_write = self._document_written
        self.tracker.on_write = self._issue_written
        self.job = Job(
            store=self.store,
            trackers={"shop": self.tracker},
            route=lambda _: "shop",
            vocabulary=VOCABULARY,
            rules=self.rules,
            clock=lambda: NOW,
            max_characters=100_000,
            max_line=10_000,
            progress=lambda *_: None,
        )

    # People

    def rewrite(self, path: str, text: str) -> None:
        """A person saves a document."""
        if text != self.store.texts[path]:
            self.store.put(path, text)

    def rows(self, path: str) -> tuple[Seen, ...]:
        return self.oracle.rows(path, self.store.texts[path])

    def seen(self, path: str, row: int) -> Seen:
        note = people.Paper.of(self.store.texts[path]).note(row)
        return next(r for r in self.rows(path) if r.note == note)

    def may_stray(self, path: str, row: int, *, though_linked: bool = False) -> None:
        """What becomes of this row's issue is not ours to find out if no row names it."""
        seen = self.seen(path, row)
        if seen.key is None or though_linked:
            self.strays.add(seen.note)
            # Of rows with the same words, another one may get the issue that was filed for this one.
            words = seen.values["action"].casefold()
            self.strays |= {
                r.note for r in self.rows(path) if r.values["action"].casefold() == words
            }

    def doubt(self, path: str, *texts: str) -> None:
        """What was agreed about the issues of these versions of a document is no longer known."""
        named = {self.oracle.uid(row) for text in texts for row in self.oracle.rows(path, text)}
        for text in texts:
            named |= self.oracle.kept(path, text)
        self.oracle.forget({uid for uid in named if uid is not None})

    def end_delivery(self, path: str, *, merged: bool) -> None:
        """A delivery that waits is merged or dropped."""
        delivery = self.store.held[path]
        if not merged:
            del self.store.held[path]
            self.counts["deliveries dropped"] += 1
        elif self.store.merge(path):
            self.oracle.delivered(delivery.note)  # type: ignore[arg-type]  # from document_written
            self.counts["deliveries merged late"] += 1
        else:
            self.counts["deliveries in conflict with an edit"] += 1

    # Syncs

    def sync(self) -> None:
        """One sync, and all that has to hold afterwards."""
        self.tracker.tick += 1
        self.tracker.looked_up = self.tracker.confirmed = 0
        self.tracker.met.clear()
        self.store.met.clear()
        failures = self.tracker.read_failures
        plan = self._preview()
        before = dict(self.store.texts)
        report = None
        try:
            report = run(self.job, CONSENT)
        except Killed:
            self.counts["killed"] += 1
        self._count(report)
        unread = self.tracker.read_failures > failures
        conflicts = [*plan.conflicts, *(report.plan.conflicts if report else ())]
        self.oracle.judge(report.plan.conflicts if report and not unread else conflicts)
        for path in self.store.unreadable & before.keys():
            assert self.store.texts[path] == before[path]
        if report is None:
            return
        if unread:
            assert exit_code(report) is ExitCode.TRACKER
        if not (unread or self.tracker.met or self.store.met):
            self.counts["complete syncs"] += 1
            done, planned = _written(report.plan), _written(plan)
            assert done == planned, f"planned: {planned}; done: {done}"
            past = self.tracker.stale and self.tracker.lag > 0
            self.counts["complete syncs with reads from the past"] += past
            if not (self.store.holding or past):
                self._settled(report)

    def come_to_rest(self) -> None:
        """A quiet period: nothing fails, nobody edits, deliveries arrive; then each item has one open issue."""
        self.store.unreadable.clear()
        self.store.holding = False
        for path in sorted(self.store.held):
            self.end_delivery(path, merged=True)
        self.tracker.lag = 0
        self.tracker.untold.clear()
        for _ in range(2):
            self.sync()
        self._exactly_one()
        self.counts["quiet periods"] += 1

    def _preview(self) -> Plan:
        """A dry-run, at which nothing may fail, and which may write nothing."""
        reads, self.tracker.read_faults = self.tracker.read_faults, deque()
        self.tracker.read_only = self.store.read_only = True
        plan = survey(self.job).plan
        self.tracker.read_only = self.store.read_only = False
        self.tracker.read_faults = reads
        for conflict in plan.conflicts:
            self._check_conflict(conflict)
        return plan

    def _check_conflict(self, conflict: Conflict) -> None:
        row = next(r for r in self.rows(conflict.document) if r.line == conflict.line)
        issue = self.tracker.find(self.tracker.resolve(conflict.issue) or "")
        assert issue is not None
        name = conflict.field
        assert row.values[name] == conflict.document_value  # type: ignore[index]  # a field's name
        held = self.oracle.theirs(
            issue,
            name,  # type: ignore[arg-type]  # likewise
            conflict.document_value,
            conflict.tracker_value,
        )
        assert held == conflict.tracker_value != conflict.document_value
        if self.policy is not None and conflict.base is not None:
            assert conflict.winner == ("" if self.policy == "report" else self.policy)

    def _settled(self, report: Report) -> None:
        """Nothing failed: the next plan is empty (guarantee 1), and the sides agree (2)."""
        looked_up, confirmed = self.tracker.looked_up, self.tracker.confirmed
        again = self._preview()
        assert again.changes == (), f"the second plan is not empty: {again.changes}"
        if not (again.conflicts or self.store.unreadable):
            assert self.tracker.looked_up == looked_up, "owners were looked up for nothing"
            if not (again.problems or again.vanished):
                assert self.tracker.confirmed == confirmed, "issues were read twice for nothing"
        open_conflicts = {(c.document, c.line, c.field) for c in report.plan.conflicts}
        for path in self.store.texts.keys() - self.store.unreadable:
            for row in self.rows(path):
                self._check_agreement(path, row, open_conflicts)

    def _check_agreement(
        self, path: str, row: Seen, open_conflicts: Collection[tuple[str, int, str]]
    ) -> None:
        uid = self.oracle.uid(row)
        issue = self.tracker.entries[uid].issue if uid else None
        if issue is None or issue.marker is None or row.state is None:
            return
        copies = sum(self.oracle.uid(r) == uid for r in self.rows(path))
        if issue.marker.document != path or copies > 1:
            return
        for name, ours in row.values.items():
            base = row.state.values.get(name)
            held = self.oracle.theirs(issue, name, ours, base.tracker if base else "")
            if held is None or name == "action" or (path, row.line, name) in open_conflicts:
                continue
            if name in self.tracker.untold:
                continue
            assert base is not None, f"{path}:{row.line}: {name} has no base"
            assert (base.document, base.tracker) == (ours, held), (path, row, name, held)

    # What the engine does

    def _issue_written(self, sent: Sent) -> None:
        if sent.draft is not None:
            item = sent.draft.marker.item
            same = {
                uid
                for uid, issue in self.tracker.live().items()
                if uid != sent.uid and issue.marker and issue.marker.item == item
            }
            assert not same & self.tracker.shown, (
                "an item was filed again though its issue is shown"
            )
            self.counts["filed again while the search lagged"] += bool(same)
        self.oracle.issue_written(sent, self.store.texts)

    def _document_written(self, path: str, before: str, after: str) -> object:
        check_bytes(path, before, after)
        return self.oracle.document_written(path, before, after, held=self.store.holding)

    def _count(self, report: Report | None) -> None:
        self.counts["syncs"] += 1
        self.counts["questions: who somebody is"] += self.tracker.looked_up > 0
        self.counts["questions: how an issue really is"] += self.tracker.confirmed > 0
        for fault in self.tracker.met:
            self.counts[f"tracker: {fault.value}"] += 1
        for store_fault in self.store.met:
            self.counts[f"store: {store_fault.value}"] += 1
        if report is not None:
            for change in report.plan.changes:
                self.counts[f"changes: {change.kind}"] += 1
            for conflict in report.plan.conflicts:
                self.counts[f"conflicts: {conflict.winner or 'nobody'} wins"] += 1

    # The end

    def _exactly_one(self) -> None:
        named: Counter[int] = Counter()
        for path in self.store.texts:
            for row in self.rows(path):
                uid = self.oracle.uid(row)
                if uid is not None:
                    named[uid] += 1
                else:
                    finished = row.values.get("status") in ("Done", "Won't Do")
                    assert finished, f"{path}:{row.line} has no issue"
        for uid, issue in self.tracker.live().items():
            if issue.marker is None or issue.status.finished or named[uid]:
                continue
            found = NOTE.search(issue.body)
            stray = found and found[1] in self.strays
            assert stray or issue.touched, f"issue {uid} ({issue}) belongs to no row"


def _written(plan: Plan) -> list[object]:
    return [(c.kind, c.document, c.line, c.action, c.fields) for c in plan.changes]
