"""Trackers in front of a tracker: what isn't changed on the way goes through as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncer.core.tracking import Issue, Refused, Written
from syncer.trackers.base import Tracker

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from syncer.core.tracking import Answer, Capabilities, Draft, Missing, Names, Update


class Forwarding(Tracker):
    """Passes everything on."""

    def __init__(self, inner: Tracker) -> None:
        self.inner = inner

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def capabilities(self) -> Capabilities:
        return self.inner.capabilities

    def resolve(self, reference: str) -> str | None:
        return self.inner.resolve(reference)

    def names(self, key: str) -> Names:
        return self.inner.names(key)

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        return self.inner.read(keys)

    def marked(self) -> Iterable[Issue]:
        return self.inner.marked()

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        return self.inner.check(drafts, updates)

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        return self.inner.confirm(keys)

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        return self.inner.find_accounts(owners)

    def create(self, draft: Draft) -> Answer:
        return self.inner.create(draft)

    def update(self, key: str, update: Update) -> Answer:
        return self.inner.update(key, update)

    def comment(self, key: str, text: str) -> Answer:
        return self.inner.comment(key, text)


class ReadOnly(Forwarding):
    """Fails the test if anything is written."""

    def create(self, draft: Draft) -> Answer:
        raise AssertionError(f"a preview files {draft.title!r}")

    def update(self, key: str, update: Update) -> Answer:
        raise AssertionError(f"a preview changes {key}: {update}")

    def comment(self, key: str, text: str) -> Answer:
        raise AssertionError(f"a preview comments on {key}: {text}")


NOBODY: Final = "dave"
"""Can't be assigned: the issue is left without, and the tracker says so."""

LOCKED: Final = "Locked"
"""Nothing that begins with this word can be filed or changed."""


class Choosy(Forwarding):
    """Refuses some values and some writes, always the same ones."""

    def create(self, draft: Draft) -> Answer:
        if draft.title.startswith(LOCKED):
            return Refused("this can't be filed")
        if draft.owner.lstrip("@") != NOBODY:
            return self.inner.create(draft)
        return _without_owner(self.inner.create(replace(draft, owner="")))

    def update(self, key: str, update: Update) -> Answer:
        issue = self.inner.read([key])[key]
        if isinstance(issue, Issue) and issue.title.startswith(LOCKED):
            return Refused("the issue is locked")
        if (update.owner or "").lstrip("@") != NOBODY:
            return self.inner.update(key, update)
        return _without_owner(self.inner.update(key, replace(update, owner=None)))


def _without_owner(answer: Answer) -> Answer:
    if isinstance(answer, Written):
        return Written(answer.issue, {**answer.refused, "owner": "there is no such account"})
    return answer
