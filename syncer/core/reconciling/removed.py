"""Rows that are gone while their issues are open: what is done about it, and all that speaks against doing anything.

A row is gone when the document still keeps what was agreed about its issue and no row names that any more. That is
most often what somebody meant, and sometimes an accident. An issue is told about it, or closed, only where nothing at
all speaks against it; else nothing is written, and the reason is reported.

What was done is recorded on the issue (``Removal``), never in the document, whose change may wait in a pull request
for days. Each attempt is recorded before it is made: so no issue ever gets more than two comments for one removal,
whatever fails, and none is closed without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from syncer.core import remarks
from syncer.core.issuetext import quiet
from syncer.core.matching.mentions import mentioned_anywhere
from syncer.core.plan import Change, FieldChange, Kind, Thinned
from syncer.core.state import bounded
from syncer.core.tracking import Issue, Update
from syncer.model import FIELDS, Agreed, Removal, State, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from syncer.core.matching.identity import IssueId
    from syncer.core.matching.linkreading import Reading
    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Missing
    from syncer.model import Field, Marker, Problem

OnRemoved = Literal["report", "comment", "close"]
"""What is done about the issue of a row that is gone."""

_COMMENT: Final = (
    "The row of this action item was removed from {}, and no other post-mortem names this issue. "
)
_ASKED: Final = "If it is not to be done any more, close this issue; if it is, put the row back."
_CLOSED: Final = (
    "So this issue is closed as not planned. If it is still to be done, put the row back, or reopen this issue: it "
    "will not be closed again for that."
)
_WORDS: Final[Mapping[Field, str]] = {"action": "title", "due": "due date"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run knows of all its documents together, as far as it speaks against taking a row for gone.

    Attributes:
        partial: Whether the run looks at some of the documents only.
        unread: Documents of the run that couldn't be read.
        mentioned: Issues that rows name in a way that makes no link.
        keepers: For issues that no row of these documents names, the documents that keep what was agreed about them.
    """

    partial: bool = False
    unread: Sequence[str] = ()
    mentioned: Collection[IssueId] = frozenset()
    keepers: Mapping[IssueId, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Farewell:
    """An issue that is told that its row is gone, and perhaps closed. The three writes are made in this order.

    Attributes:
        tracker: Name of its tracker.
        document: Path of the document that had the row.
        key: Its key.
        attempt: What records that the comment is about to be made.
        comment: What is said.
        end: What records that it was said, and closes the issue if it is to be closed.
        change: The whole as a line of the plan.
        digest: What the document was when it was read.
    """

    tracker: str
    document: str
    key: str
    attempt: Update
    comment: str
    end: Update
    change: Change
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """What becomes of the rows that are gone from one document.

    Attributes:
        farewells: Issues that are told or closed.
        problems: What a person has to be told instead.
        thinned: How many rows are gone; ``None`` if none is that hasn't been dealt with.
    """

    farewells: tuple[Farewell, ...] = ()
    problems: tuple[Problem, ...] = ()
    thinned: Thinned | None = None


def rows_gone(
    reading: Reading,
    issues: Mapping[IssueId, Issue | Missing],
    lenses: Mapping[str, Lens],
    is_named: Callable[[IssueId], bool],
    around: Surroundings,
    policy: OnRemoved,
) -> Gone:
    """Decide about the rows that are gone from a document.

    Args:
        reading: The document.
        issues: The issues that its definitions are about, as observed.
        lenses: All trackers in the document's terms.
        is_named: Whether a row of any document names an issue, or is about to.
        around: What the run knows of the other documents.
        policy: What is to be done.
    """
    decide = _Decisions(reading, lenses, around, policy)
    farewells: list[Farewell] = []
    problems: list[Problem] = []
    pending = 0
    for issue, (state, line) in reading.kept.items():
        found = issues.get(issue)
        if is_named(issue) or not isinstance(found, Issue) or found.status.finished:
            continue
        pending += _removal(found) not in (Removal.TOLD, Removal.CLOSED)
        if state is not None:
            outcome = decide.about(issue, found, state, line)
            if isinstance(outcome, Farewell):
                farewells.append(outcome)
            else:
                problems.append(outcome)
    path, left = reading.document.path, len(reading.named)
    return Gone(
        tuple(farewells), tuple(problems), Thinned(path, pending, left) if pending else None
    )


class _Decisions:
    """Decides about the issues of one document whose rows are gone."""

    def __init__(
        self,
        reading: Reading,
        lenses: Mapping[str, Lens],
        around: Surroundings,
        policy: OnRemoved,
    ) -> None:
        self.reading = reading
        self.document = reading.document
        self.lenses = lenses
        self.around = around
        self.policy = policy
        self._mentioned: set[IssueId] | None = None
        self._text = ""

    def about(self, issue: IssueId, found: Issue, base: State, line: int) -> Farewell | Problem:
        """What is done about an open issue, or what is told instead."""
        lens = self.lenses[issue.tracker]
        place = (self.document.path, line, lens.directory.names(found.key).short, found.title)
        if self.policy == "report":
            return remarks.removed(*place)
        done = _removal(found)
        if done is Removal.CLOSED:
            return remarks.removed_reopened(*place)
        if done is Removal.TOLD and self.policy == "comment":
            return remarks.removed_told(*place)
        marker = found.marker
        if marker is None:
            return remarks.removed_in_doubt(*place, "syncer did not file it")
        doubt = self._doubt(issue, found, marker, base)
        if doubt:
            return remarks.removed_in_doubt(*place, doubt)
        if done is Removal.AGAIN:
            return remarks.removed_in_vain(*place)
        return self._farewell(found, marker, base, line, lens)

    def _doubt(self, issue: IssueId, found: Issue, marker: Marker, base: State) -> str:
        """What speaks against it; empty if nothing does."""
        return (
            self._doubt_of_owner(issue, marker, base)
            or self._doubt_of_document(issue, found)
            or self._doubt_of_run(issue)
            or self._doubt_of_values(found, base, self.lenses[issue.tracker])
        )

    def _doubt_of_owner(self, issue: IssueId, marker: Marker, base: State) -> str:
        if marker.document != self.document.path:
            return f"it belongs to {marker.document}"
        if issue in self.reading.stale:
            return "it has moved since"
        if marker.state.counter > base.counter:
            return "it was synced since with a newer version of this document"
        return ""

    def _doubt_of_run(self, issue: IssueId) -> str:
        around = self.around
        if around.partial:
            return "this run looks at some of the documents only"
        if around.unread:
            return f"{min(around.unread)} could not be read, and may have the row"
        others = [path for path in around.keepers.get(issue, ()) if path != self.document.path]
        if others:
            return f"{min(others)} keeps what was agreed about it, too"
        if issue in around.mentioned:
            return "a row that links to something else mentions it"
        return ""

    def _doubt_of_document(self, issue: IssueId, found: Issue) -> str:
        document = self.document
        if not document.tables:
            return "the document has no table of action items any more"
        if document.unread:
            return "a table of the section is not read"
        if document.untracked:
            return "the section has checklist entries, which are not tracked"
        if self._mentioned is None:
            trackers = [lens.directory for lens in self.lenses.values()]
            self._mentioned = mentioned_anywhere(document, trackers)
            self._text = _folded(document.text)
        if issue in self._mentioned:
            return "the document still mentions it"
        if _folded(found.title).rstrip("…") in self._text:
            return "the document still has its words"
        return ""

    def _doubt_of_values(self, found: Issue, base: State, lens: Lens) -> str:
        """Whether somebody has moved the issue on since: then it is worked on, and isn't syncer's to close."""
        if self.policy != "close":
            return ""
        theirs = lens.lift(found, {}, base.values)
        if "status" not in theirs or "status" not in base.values:
            return "its last agreed status is not known"
        for name in FIELDS:
            agreed = base.values.get(name)
            if agreed is not None and bounded(theirs.get(name, agreed.tracker)) != agreed.tracker:
                return f"its {_WORDS.get(name, name)} was changed since"
        return ""

    def _farewell(
        self, found: Issue, marker: Marker, base: State, line: int, lens: Lens
    ) -> Farewell:
        closes = self.policy == "close"
        again = marker.state.removed is Removal.BEGUN
        attempt = replace(marker.state, removed=Removal.AGAIN if again else Removal.BEGUN)
        fields = {"comment": FieldChange("", "the row was removed", "tracker")}
        end = Update(replace(marker, state=replace(marker.state, removed=Removal.TOLD)))
        if closes:
            held = lens.lift(found, {}, base.values)["status"]
            closed = Status.WONT_DO.value
            fields["status"] = FieldChange(held, closed, "tracker")
            values = {**base.values, "status": Agreed(closed, held)}
            state = State(base.counter + 1, values, Removal.CLOSED)
            end = Update(replace(marker, state=state), status=Status.WONT_DO)
        names = lens.directory.names(found.key)
        path = self.document.path
        return Farewell(
            tracker=lens.directory.name,
            document=path,
            key=found.key,
            attempt=Update(replace(marker, state=attempt)),
            comment=_COMMENT.format(quiet(path)) + (_CLOSED if closes else _ASKED),
            end=end,
            change=Change(
                kind=Kind.CLOSE if closes else Kind.COMMENT,
                document=path,
                line=line,
                action=found.title,
                tracker=lens.directory.name,
                issue=names.short,
                url=names.url,
                fields=fields,
            ),
        )


def _removal(issue: Issue) -> Removal:
    return issue.marker.state.removed if issue.marker else Removal.NONE


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
