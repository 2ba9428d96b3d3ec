"""A tracker that does what a test's script says: objects beforehand, files several at once, sends issues away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core.tracking import Moved, Written
from syncer.errors import TrackerError
from tests.support.memory import MemoryTracker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from syncer.core.tracking import Answer, Draft, Issue, Missing, Refused, Update
    from syncer.model import Field

_HEAD = "| Action | Owner | Due Date | Status |\n|---|---|---|---|\n"


def post_mortem(number: int, *rows: str) -> str:
    """A document with these rows; a row that is a text alone is an action without anything."""
    cells = (row if "|" in row else f"{row} | | | Not Started" for row in rows)
    table = _HEAD + "".join(f"| {row} |\n" for row in cells)
    return f"# Outage {number}\n\n**Incident ID:** INC-2025-11-03-{number:03}\n\n## Action Items\n\n{table}"


@dataclass
class ScriptedTracker(MemoryTracker):
    """See above.

    Attributes:
        objections: What ``check`` says.
        checks: What it was asked about: titles of drafts, and keys of updates.
        cannot_check: Whether it fails to find that out.
        batches: Titles of the drafts of each ``create_all``.
        away: What it says about issues that aren't listed under this key any more.
        reasons: Why it doesn't take what it ``drops``.
        refreshed: How many calls it had got at each ``refresh``.
        misfiles: Makes something else of the answers to ``create_all``.
    """

    objections: Sequence[Refused] = ()
    checks: list[tuple[list[str], list[str]]] = field(default_factory=list)
    cannot_check: bool = False
    batches: list[list[str]] = field(default_factory=list)
    away: dict[str, Issue | Missing] = field(default_factory=dict)
    reasons: Mapping[Field, str] = field(default_factory=dict)
    refreshed: list[int] = field(default_factory=list)
    misfiles: Callable[[Iterator[Answer]], Iterator[Answer]] = lambda answers: answers

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        return {**super().read(keys), **{key: self.away[key] for key in keys if key in self.away}}

    def marked(self) -> Iterable[Issue]:
        return [issue for issue in super().marked() if issue.key not in self.away]

    def create(self, draft: Draft) -> Answer:
        return self._with_reasons(super().create(draft))

    def update(self, key: str, update: Update) -> Answer:
        return self._with_reasons(super().update(key, update))

    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        self.batches.append([draft.title for draft in drafts])
        return self.misfiles(map(self.create, drafts))

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        self.checks.append(([draft.title for draft in drafts], list(updates)))
        if self.cannot_check:
            raise TrackerError(f"{self.name} does not answer", remedy="Try again later.")
        return self.objections

    def refresh(self) -> None:
        self.refreshed.append(len(self.calls))

    def send_away(self, key: str, other: ScriptedTracker, new_key: str) -> None:
        """Somebody moves an issue to another tracker, where it has another key and is otherwise what it was."""
        other.issues[new_key] = replace(self.issues[key], key=new_key)
        self.away[key] = Moved(other.names(new_key).url)

    def _with_reasons(self, answer: Answer) -> Answer:
        return Written(answer.issue, self.reasons) if isinstance(answer, Written) else answer


def filing_at_once(count: int, name: str = "shop") -> ScriptedTracker:
    """A tracker that files so many issues with one request."""
    tracker = ScriptedTracker(name)
    tracker.capabilities = replace(tracker.capabilities, creates_at_once=count)
    return tracker
