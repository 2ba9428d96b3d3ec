"""Several repositories that file in one place: each sees the markers of its own documents as its own, and no others'.

A marker names a document by its path, and two repositories may well have the same one. So a run with a scope
(``documents.scope``) writes ``SCOPE//PATH`` into its markers. No path has an empty part, so neither can be taken for
the other: a run without a scope, or with another one, sees a document that it knows nothing of, and leaves its issues
alone. An item id is a hash of the path, too; it is told apart by a hash of the scope, which can be taken off again.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncer.model import SCOPE_END
from syncer.trackers.base import Issue, Tracker, Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from syncer.model import Marker
    from syncer.permission import Permission
    from syncer.trackers.base import (
        Answer,
        Capabilities,
        Cost,
        Draft,
        Missing,
        Names,
        Refused,
        Update,
        Usage,
        Workload,
    )
    from syncer.trackers.pace import Paces


class ScopedTracker(Tracker):
    """A tracker as the documents of one scope see it.

    Args:
        inner: The tracker.
        scope: The scope; see the configuration's ``documents.scope``.
    """

    def __init__(self, inner: Tracker, scope: str) -> None:
        self.inner: Final = inner
        self._prefix = scope + SCOPE_END
        self._mask = int(hashlib.sha256(scope.encode()).hexdigest()[:16], 16)

    # What nothing is changed in

    @property
    def name(self) -> str:
        """See ``Tracker``."""
        return self.inner.name

    @property
    def capabilities(self) -> Capabilities:
        """See ``Tracker``."""
        return self.inner.capabilities

    def resolve(self, reference: str) -> str | None:
        """See ``Tracker``."""
        return self.inner.resolve(reference)

    def names(self, key: str) -> Names:
        """See ``Tracker``."""
        return self.inner.names(key)

    def comment(self, key: str, text: str) -> Answer:
        """See ``Tracker``."""
        return self._seen(self.inner.comment(key, text))

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        """See ``Tracker``."""
        return self.inner.find_accounts(owners)

    def usage(self) -> Usage | None:
        """See ``Tracker``."""
        return self.inner.usage()

    def cost(self, work: Workload) -> Cost | None:
        """See ``Tracker``."""
        return self.inner.cost(work)

    def refresh(self) -> None:
        """See ``Tracker``."""
        self.inner.refresh()

    def join(self, others: Iterable[Tracker]) -> None:
        """See ``Tracker``. A tracker looks for others of its kind, so it is shown what is within."""
        self.inner.join(
            [other.inner if isinstance(other, ScopedTracker) else other for other in others]
        )

    def share(self, paces: Paces) -> None:
        """See ``Tracker``."""
        self.inner.share(paces)

    def heed(self, permission: Permission | None) -> None:
        """See ``Tracker``."""
        self.inner.heed(permission)

    def rest(self) -> None:
        """See ``Tracker``."""
        self.inner.rest()

    def close(self) -> None:
        """See ``Tracker``."""
        self.inner.close()

    # Reading

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """See ``Tracker``."""
        return self._all(self.inner.read(keys))

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """See ``Tracker``."""
        return self._all(self.inner.confirm(keys))

    def marked(self) -> Iterator[Issue]:
        """See ``Tracker``. Issues of other scopes, or without one, aren't among them.

        A row that was linked before there was a scope keeps its issue all the same, because that is read by its key.
        """
        for issue in self.inner.marked():
            if issue.marker is not None and issue.marker.document.startswith(self._prefix):
                yield self._issue(issue)

    # Writing

    def create(self, draft: Draft) -> Answer:
        """See ``Tracker``."""
        return self._seen(self.inner.create(self._sent(draft)))

    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        """See ``Tracker``."""
        return map(self._seen, self.inner.create_all([self._sent(draft) for draft in drafts]))

    def update(self, key: str, update: Update) -> Answer:
        """See ``Tracker``."""
        return self._seen(self.inner.update(key, self._changed(update)))

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        """See ``Tracker``."""
        return self.inner.check(
            [self._sent(draft) for draft in drafts],
            {key: self._changed(update) for key, update in updates.items()},
        )

    # Markers

    def _sent(self, draft: Draft) -> Draft:
        return replace(draft, marker=self._outward(draft.marker))

    def _changed(self, update: Update) -> Update:
        return (
            update
            if update.marker is None
            else replace(update, marker=self._outward(update.marker))
        )

    def _seen(self, answer: Answer) -> Answer:
        return (
            replace(answer, issue=self._issue(answer.issue))
            if isinstance(answer, Written)
            else answer
        )

    def _all(self, answers: Mapping[str, Issue | Missing]) -> dict[str, Issue | Missing]:
        return {
            key: self._issue(answer) if isinstance(answer, Issue) else answer
            for key, answer in answers.items()
        }

    def _issue(self, issue: Issue) -> Issue:
        if issue.marker is None or not issue.marker.document.startswith(self._prefix):
            return issue
        return replace(issue, marker=self._inward(issue.marker))

    def _outward(self, marker: Marker) -> Marker:
        return replace(
            marker, item=self._masked(marker.item), document=self._prefix + marker.document
        )

    def _inward(self, marker: Marker) -> Marker:
        return replace(marker, item=self._masked(marker.item), document=marker.path)

    def _masked(self, item: str) -> str:
        """An item id with the scope put on or taken off, which is the same."""
        return f"{int(item, 16) ^ self._mask:016x}"
