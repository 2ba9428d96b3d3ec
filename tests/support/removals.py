"""Documents that lose rows, and a tracker that remembers what was said on its issues."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core.limits import Limits
from syncer.core.reconciling.documentplan import Rules
from syncer.core.tracking import Written
from syncer.model import Removal, Status
from syncer.running import Consent, run
from tests.support.memory import MemoryStore, MemoryTracker, job

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.core.reconciling.removed import OnRemoved
    from syncer.core.tracking import Answer, Update
    from syncer.sync import Job, Report

PATH = "pm/one.md"
ACTIONS = ("Alert on queue depth", "Write the failover runbook", "Test the restore every week")
HEAD = "# Outage 1\n\n**Incident ID:** INC-2025-11-03-001\n\n## Action Items\n\n"
TABLE = "| Action | Owner | Due Date | Status |\n|---|---|---|---|\n"


def document(*actions: str, head: str = HEAD, status: str = "Not Started") -> str:
    return head + TABLE + "".join(f"| {action} | @a | | {status} |\n" for action in actions)


@dataclass
class TalkingTracker(MemoryTracker):
    """Remembers comments: the key, and what was said."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def comment(self, key: str, text: str) -> Answer:
        self._writes("comment")
        told = self.answer("comment")
        if told is None or isinstance(told, Written):
            self.said.append((key, text))
        return told or Written(self.issues[key])

    def update(self, key: str, update: Update) -> Answer:
        if "status" in self.drops:
            update = replace(update, status=None)
        if "removed" in self.drops and update.marker is not None:
            state = replace(update.marker.state, removed=Removal.NONE)
            update = replace(update, marker=replace(update.marker, state=state))
        return super().update(key, update)

    def edit(self, key: str, **values: object) -> None:
        """A person changes an issue."""
        status = values.get("status")
        if isinstance(status, Status):
            values["statuses"] = frozenset({status})
        self.issues[key] = replace(self.issues[key], **values)  # type: ignore[arg-type]  # fields of Issue


@dataclass
class Team:
    """One folder of post-mortems, one tracker, and the people who edit both."""

    policy: OnRemoved = "close"
    store: MemoryStore = field(default_factory=lambda: MemoryStore({PATH: document(*ACTIONS)}))
    tracker: TalkingTracker = field(default_factory=lambda: TalkingTracker("shop"))
    consent: Consent = field(default_factory=lambda: Consent(Limits()))
    path: str = PATH

    @property
    def job(self) -> Job:
        return job(self.store, self.tracker, rules=Rules(on_removed=self.policy))

    def sync(self) -> Report:
        return run(self.job, self.consent)

    @property
    def text(self) -> str:
        return self.store.texts[self.path]

    @text.setter
    def text(self, text: str) -> None:
        self.store.texts[self.path] = text

    def row(self, key: str) -> str:
        """The row that names an issue, with its line end."""
        return next(line + "\n" for line in self.text.splitlines() if line.endswith(f"[#{key}] |"))

    def remove(self, key: str) -> str:
        """Take the row of an issue out of the document; the text before."""
        before = self.text
        self.text = before.replace(self.row(key), "")
        return before

    def rename(self, path: str) -> None:
        """Move the document to another path."""
        self.store.texts[path] = self.store.texts.pop(self.path)
        self.path = path

    def edit(self, change: Callable[[str], str]) -> None:
        self.text = change(self.text)


def synced(policy: OnRemoved = "close") -> Team:
    """A team whose three rows have the issues 1 to 3."""
    team = Team(policy)
    team.sync()
    assert sorted(team.tracker.issues) == ["1", "2", "3"]
    team.tracker.calls.clear()
    return team
