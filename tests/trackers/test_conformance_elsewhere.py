"""What the embedded tracker has no counterpart for, tried on one that has: accounts, labels, issues that leave."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from syncer.testing import TrackerConformance
from syncer.trackers.base import HIDDEN, Capabilities, Issue, Moved, Written
from syncer.trackers.local import LocalTracker
from syncer.trackers.local_store import Store
from tests.support.local_issues import NOON
from tests.support.local_lab import LocalLab, LocalPerson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from syncer.trackers.base import Answer, Draft, Missing, Update

_NOBODY = "there is no such account"


@dataclass
class Elsewhere:
    """What the service knows besides the issues."""

    hidden: set[str] = field(default_factory=set)
    unmarked: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


class ServiceTracker(LocalTracker):
    """The embedded tracker with accounts for owners, from which issues can be moved and hidden."""

    def __init__(self, store: Store, elsewhere: Elsewhere) -> None:
        super().__init__("here", store, lambda: NOON)
        self._elsewhere = elsewhere

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, free_owner=False)

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        return {key: self._one(key) for key in keys}

    def marked(self) -> Iterator[Issue]:
        hidden = self._elsewhere.hidden | self._elsewhere.unmarked
        return (issue for issue in super().marked() if issue.key not in hidden)

    def create(self, draft: Draft) -> Answer:
        if draft.owner in ("", *LocalLab.owners):
            return super().create(draft)
        return self._without_owner(super().create(replace(draft, owner="")))

    def update(self, key: str, update: Update) -> Answer:
        if update.owner in (None, "", *LocalLab.owners):
            return super().update(key, update)
        return self._without_owner(super().update(key, replace(update, owner=None)))

    def _one(self, key: str) -> Issue | Missing:
        now = self._elsewhere.moved.get(key, key)
        if now in self._elsewhere.hidden:
            return HIDDEN
        if now in self._elsewhere.left:
            return Moved(self._elsewhere.left[now])
        issue = super().read([now])[now]
        if isinstance(issue, Issue) and now in self._elsewhere.unmarked:
            return replace(issue, marker=None)
        return issue

    def _without_owner(self, answer: Answer) -> Answer:
        if isinstance(answer, Written):
            return Written(answer.issue, {**answer.refused, "owner": _NOBODY})
        return answer


class ServicePerson(LocalPerson):
    """Somebody with the rights of a maintainer."""

    def __init__(self, path: Path, elsewhere: Elsewhere) -> None:
        super().__init__(path)
        self._elsewhere = elsewhere

    def unmark(self, key: str) -> None:
        self._elsewhere.unmarked.add(key)

    def damage(self, key: str) -> None:
        self._elsewhere.unmarked.add(key)

    def hide(self, key: str) -> None:
        self._elsewhere.hidden.add(key)

    def move(self, key: str) -> str:
        new = str(int(key) + 1000)
        with self._tracker._store.writing() as connection:
            connection.execute("UPDATE issues SET number = ? WHERE number = ?", (new, key))
        self._elsewhere.moved[key] = new
        return new

    def move_away(self, key: str) -> str:
        self.delete(key)
        self._elsewhere.left[key] = f"https://elsewhere.invalid/{key}"
        return self._elsewhere.left[key]


class ServiceLab(LocalLab):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._elsewhere = Elsewhere()
        self.person = ServicePerson(path, self._elsewhere)

    def open(self) -> ServiceTracker:
        return ServiceTracker(Store(self._path, read_only=False), self._elsewhere)


class TestServiceTracker(TrackerConformance):
    @pytest.fixture
    def lab(self, tmp_path: Path) -> ServiceLab:
        return ServiceLab(tmp_path / "issues.db")
