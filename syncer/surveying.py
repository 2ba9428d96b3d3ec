"""The first three steps of a sync: observe, reconcile, plan. Nothing here writes anything."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.closerlook import Questions, ask
from syncer.core.matching.identity import IssueId, LinkIndex
from syncer.core.matching.linkreading import Reading, read_links, wanted_items
from syncer.core.matching.links import Linked
from syncer.core.plan import Kind, Plan
from syncer.core.reconciling.documentplan import DocumentPlan, View, plan_document
from syncer.core.reconciling.lostissues import ADOPTION_AGE
from syncer.core.reconciling.removed import Surroundings
from syncer.core.tracking import Issue
from syncer.errors import DocumentError
from syncer.ledger import Ledger, problem_of
from syncer.losses import Losses
from syncer.marked import Marked
from syncer.model import Level, Problem
from syncer.observing import Observer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from syncer.core.budget import Budget
    from syncer.core.matching.duplicates import Duplicate
    from syncer.core.reconciling.removed import Farewell
    from syncer.core.tracking import Missing
    from syncer.errors import SyncerError, TrackerError
    from syncer.job import Job

_ISSUES_AT_ONCE = 100
"""About as many issues are read in one request, and the documents that name them are held in memory together."""

_DOCUMENTS_AT_ONCE = 100
"""No more documents are held together, however few issues they name."""

_NO_DOCUMENTS = Problem(
    Level.WARNING,
    "",
    0,
    "there are no documents where the configuration looks for them",
    "Check documents.paths and documents.exclude; syncer config shows what is in effect.",
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a sync would do.

    Attributes:
        plan: The plan of all documents.
        documents: The plan of each document that has something to be done, by path.
        digests: What those documents were when they were read.
        failures: Trackers that couldn't be read; documents that need them are set aside.
        duplicates: Issues that are closed, because their action items have others.
        farewells: Issues that are told or closed, because their rows are gone.
        accounts: What the trackers said about who owners are, by tracker.
        budgets: What that takes of the trackers that count their calls; the surveyor itself leaves it empty.
    """

    plan: Plan
    documents: Mapping[str, DocumentPlan]
    digests: Mapping[str, str]
    failures: tuple[SyncerError, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    farewells: tuple[Farewell, ...] = ()
    accounts: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()


def survey(job: Job, paths: Sequence[str] | None = None, *, limit: int | None = None) -> Survey:
    """Observe both sides, reconcile, and plan. Writes nothing.

    Args:
        job: What to work with.
        paths: The documents to look at; all of the store's if left out.
        limit: How many issues may be filed at most; the rest is left for another run.
    """
    losses = Losses(partial=job.partial or paths is not None)
    observer, links = Observer(job.trackers), LinkIndex()
    marked = Marked(observer, links)
    surveyor = _Surveyor(job, limit, observer, losses, links, marked, Ledger(job))
    return surveyor.run(job.store.paths() if paths is None else list(paths))


@dataclass(slots=True)
class _Surveyor:
    """Reads every document once, and once more those that the whole picture is needed for."""

    job: Job
    limit: int | None
    observer: Observer
    losses: Losses
    links: LinkIndex
    marked: Marked
    ledger: Ledger
    later: set[str] = field(default_factory=set)
    orphaned: set[tuple[str, IssueId]] = field(default_factory=set)
    filing: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    incidents: dict[str, list[str]] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    duplicates: list[Duplicate] = field(default_factory=list)
    around: Surroundings = field(default_factory=Surroundings)
    questions: Questions = field(default_factory=Questions)

    @property
    def failures(self) -> dict[str, TrackerError]:
        """The trackers that couldn't be read."""
        return self.observer.failures

    @property
    def moved(self) -> Mapping[IssueId, IssueId]:
        """Where the issues are now that have moved."""
        return self.observer.moved

    def run(self, paths: Sequence[str]) -> Survey:
        batch: list[tuple[Reading, str]] = []
        named = 0
        for done, path in enumerate(paths, 1):
            opened = self._open(path)
            if opened is not None:
                batch.append(opened)
                named += len(opened[0].links)
            if named >= _ISSUES_AT_ONCE or len(batch) >= _DOCUMENTS_AT_ONCE or done == len(paths):
                self._first_look(batch)
                batch, named = [], 0
                self.job.progress("reading", done, len(paths))
        if not paths:
            self.ledger.note("", Plan(problems=(_NO_DOCUMENTS,)))
        for _, documents in self.links.shared():
            self.later.update(documents)
        self._second_look()
        self.ledger.note("", Plan(problems=tuple(self._shared_incidents())))
        return Survey(
            plan=self.ledger.plan(),
            documents=self.ledger.documents,
            digests=self.ledger.digests,
            failures=tuple(self.failures.values()),
            duplicates=tuple(self.duplicates),
            farewells=tuple(itertools.chain.from_iterable(self.ledger.farewells.values())),
            accounts=self.observer.accounts,
        )

    def _first_look(self, opened: Sequence[tuple[Reading, str]]) -> None:
        issues = self._issues(reading for reading, _ in opened)
        opened = [(reading.following(self.moved), digest) for reading, digest in opened]
        for reading, _ in opened:
            document = reading.document
            self.read.add(document.path)
            self.losses.look_at(reading, self.job.trackers_for(document.path))
            if document.incident.id:
                self.incidents.setdefault(document.incident.id, []).append(document.path)
            for issue in reading.kept.keys() - reading.named:
                self.orphaned.add((document.path, issue))
            for link in reading.links:
                if isinstance(link, Linked):
                    bare = link.issue not in reading.kept
                    self.links.add(link.issue, document.path, bare=bare)
        self._plan_first([one for one in opened if not self._set_aside(one[0])], issues)

    def _plan_first(
        self, opened: Sequence[tuple[Reading, str]], issues: dict[IssueId, Issue | Missing]
    ) -> None:
        """Plan the documents that can be, after a closer look at what their plans rest on."""
        questions = Questions()
        planned = []
        for reading, digest in opened:
            plan = plan_document(reading, self._view(reading, issues), self.job.rules)
            if self._needs_the_whole(reading, issues):
                self.later.add(reading.document.path)
                # Not who their owners are: that is asked for all of them together.
                questions.add(replace(plan, owners=()))
                self.questions.add(replace(plan, rests_on=frozenset()))
            else:
                planned.append((reading, digest, plan, questions.add(plan)))
        answers = self._ask(questions)
        issues |= answers or {}
        for reading, digest, plan, asked in planned:
            if not asked or answers is None:
                self.ledger.take(reading.document, digest, plan)
                continue
            known = self._followed(reading)
            if self._set_aside(known):
                continue
            if self._needs_the_whole(known, issues):
                self.later.add(known.document.path)
            else:
                anew = plan_document(known, self._view(known, issues), self.job.rules)
                self.ledger.take(known.document, digest, anew)

    def _followed(self, reading: Reading) -> Reading:
        """A document once more, where a closer look may have shown that issues have moved which it names."""
        trackers = self.job.trackers_for(reading.document.path)
        return read_links(reading.document, trackers).following(self.moved)

    def _ask(self, questions: Questions) -> dict[IssueId, Issue | Missing] | None:
        answers = ask(questions, self.observer)
        self._follow_links()
        return answers

    def _follow_links(self) -> None:
        """What is known of links goes with the issues that have moved."""
        for former, present in self.moved.items():
            if former in self.links:
                self.links.move(former, present)
        moved = {one for one in self.orphaned if one[1] in self.moved}
        self.orphaned -= moved
        self.orphaned |= {(path, self.moved[issue]) for path, issue in moved}

    def _second_look(self) -> None:
        # New rows may have issues already in the trackers that they are routed to. Where issues are fresh, a run that
        # filed one while the search lagged behind may have filed it again, and only a later one can see that.
        marked = self.marked
        marked.load(sorted(self.filing | self.fresh))
        self._ask(self.questions)
        self.around = self.losses.surroundings()
        room = self.limit
        # In the order of paths, so that a limit takes the same rows in every run.
        for path in sorted(self.later):
            self.ledger.forget(path)
            opened = self._open(path)
            if opened is None:
                continue
            reading, digest = opened
            route = self.job.route(path)
            listed = marked.of(route)
            wanted = wanted_items(reading, listed)
            issues = self._issues([reading], route, wanted)
            reading = reading.following(self.moved)
            marked.refresh(route, wanted_items(reading, listed), issues)
            if self._set_aside(reading):
                continue
            plan = plan_document(reading, self._view(reading, issues, room), self.job.rules)
            questions = Questions()
            if any(entry.decision.kind in (Kind.CREATE, Kind.ADOPT) for entry in plan.entries):
                wanted = wanted_items(reading, listed)
                questions.issues.update(IssueId(route, one.key) for one in wanted)
            asked = questions.add(plan) or bool(questions.issues)
            if asked and (answers := self._ask(questions)) is not None:
                issues |= answers
                reading = self._followed(reading)
                marked.refresh(route, wanted_items(reading, listed), issues)
                if self._set_aside(reading):
                    continue
                plan = plan_document(reading, self._view(reading, issues, room), self.job.rules)
            plan = self.ledger.take(reading.document, digest, plan)
            if room is not None:
                room -= sum(entry.decision.key is None for entry in plan.entries)
        for name in marked.by_tracker:
            self._find_duplicates(name)
        if not self.losses.partial:
            vanished = self.losses.vanished(marked.by_tracker.values(), self.job.store.exists)
            self.ledger.note("", Plan(vanished=tuple(vanished)))

    def _open(self, path: str) -> tuple[Reading, str] | None:
        try:
            source = self.job.store.read(path)
        except DocumentError as error:
            self.ledger.note(path, Plan(problems=(problem_of(error, path),)))
            self.losses.unread.add(path)
            return None
        document = self.job.parse(source)
        return read_links(document, self.job.trackers_for(path)), source.digest

    def _issues(
        self, readings: Iterable[Reading], tracker: str = "", listed: Iterable[Issue] = ()
    ) -> dict[IssueId, Issue | Missing]:
        """The issues that some documents name in rows or definitions, read in one go per tracker.

        Those that a tracker has ``listed`` are read along: the list may be older than they are.
        """
        wanted = {IssueId(tracker, issue.key) for issue in listed}
        for reading in readings:
            wanted |= reading.named | reading.kept.keys()
        found = self.observer.issues(wanted)
        self._follow_links()
        self._note_fresh(found)
        return found

    def _note_fresh(self, found: Mapping[IssueId, Issue | Missing]) -> None:
        """Note which trackers have issues so new that a run which couldn't see them may have filed them again."""
        for issue_id, issue in found.items():
            if (
                isinstance(issue, Issue)
                and not self.job.trackers[issue_id.tracker].capabilities.atomic_create
                and self.job.clock() - issue.created <= ADOPTION_AGE
            ):
                self.fresh.add(issue_id.tracker)

    def _find_duplicates(self, tracker: str) -> None:
        adopted = {
            entry.decision.key
            for plan in self.ledger.documents.values()
            for entry in plan.entries
            if entry.tracker == tracker and entry.decision.key is not None
        }
        found, problems = self.marked.duplicates(
            tracker, adopted, self.read.__contains__, self.job.store.exists
        )
        self.duplicates += found
        changes = tuple(one.change for one in found)
        self.ledger.note("", Plan(changes=changes, problems=tuple(problems)))

    def _set_aside(self, reading: Reading) -> bool:
        """Whether a tracker that this document needs couldn't be read."""
        if not self.failures:
            return False
        document = reading.document
        needed = {issue.tracker for issue in reading.named}
        if reading.files_something:
            needed.add(self.job.route(document.path))
        broken = sorted(needed & self.failures.keys())
        if broken:
            message = f"left alone, because the tracker {broken[0]} could not be read"
            problem = Problem(
                Level.ERROR, document.path, 0, message, "It is synced by the next run."
            )
            self.ledger.note(document.path, Plan(problems=(*document.problems, problem)))
        return bool(broken)

    def _needs_the_whole(self, reading: Reading, issues: Mapping[IssueId, Issue | Missing]) -> bool:
        """Whether a document can't be reconciled without knowing what all the others name."""
        path = reading.document.path
        if reading.files_something:
            self.filing.add(self.job.route(path))
            return True
        named = reading.named
        if any(issue not in named for issue in reading.kept):
            return True
        return any(_owner(issues.get(issue)) not in (None, path) for issue in named)

    def _view(
        self,
        reading: Reading,
        issues: Mapping[IssueId, Issue | Missing],
        room: int | None = None,
    ) -> View:
        owners: dict[str, list[IssueId]] = {}
        for issue in reading.named:
            owner = _owner(issues.get(issue))
            if owner is not None and owner != reading.document.path:
                owners.setdefault(owner, []).append(issue)
        return View(
            trackers=self.job.trackers_for(reading.document.path),
            issues=issues,
            links=self.links,
            markers=self.marked.by_tracker,
            gone=frozenset(
                (owner, issue)
                for owner, owned in owners.items()
                for issue in owned
                if self._is_gone(owner, issue, bare=issue not in reading.kept)
            ),
            now=self.job.clock(),
            room=room,
            around=self.around,
            accounts=self.observer.accounts,
        )

    def _is_gone(self, owner: str, issue: IssueId, *, bare: bool) -> bool:
        """Whether a document provably has no claim any more on an issue that it owned.

        One that keeps what was agreed about the issue, while none of its rows names it, may have its row under a
        heading that isn't known. It gives way only to a document that keeps that, too: the row was moved there.
        """
        if owner in self.read:
            if bare and (owner, issue) in self.orphaned:
                return False
            return owner not in self.links.documents(issue)
        return not self.job.store.exists(owner)

    def _shared_incidents(self) -> Iterator[Problem]:
        for incident, paths in sorted(self.incidents.items()):
            first, *others = sorted(paths)
            for path in others:
                yield Problem(
                    Level.WARNING,
                    path,
                    0,
                    f"the incident id {incident} is also the id of {first}",
                    "Give each post-mortem an id of its own.",
                )


def _owner(issue: Issue | Missing | None) -> str | None:
    """Path of the document that an issue's marker names."""
    return issue.marker.document if isinstance(issue, Issue) and issue.marker else None
