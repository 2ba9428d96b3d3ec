"""Delivery as a commit on what is checked out, without a push."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.delivery import Receipt
from syncer.delivery.committing import commit
from syncer.delivery.git import GitError
from syncer.delivery.snapshot import Snapshot
from syncer.errors import DeliveryError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from syncer.delivery import Account
    from syncer.delivery.committing import Wording
    from syncer.delivery.git import Git
    from syncer.delivery.snapshot import Choice
    from syncer.permission import Permission


@dataclass
class Checkout:
    """See ``syncer.delivery.Delivery``: a commit on what is checked out, and nothing is pushed.

    Documents that somebody is editing are left out: a commit wouldn't have the edits, and the checkout couldn't follow
    it.

    Attributes:
        git: Git in the repository, at its top.
        choice: Which documents are meant.
        wording: What commits are like.
        attempts: How often a run may start.
    """

    git: Git
    choice: Choice
    wording: Wording
    attempts: int = 5
    _snapshot: Snapshot | None = field(default=None, init=False)
    _edited: tuple[str, ...] = field(default=(), init=False)

    @property
    def revision(self) -> str:
        """See ``Delivery``."""
        return self._snapshot.revision if self._snapshot else ""

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        """See ``Delivery``. Nothing is shared with other machines."""
        return nullcontext(outer)

    def open(self) -> Snapshot:
        """See ``Delivery``."""
        git = self.git
        head = git.asks("rev-parse", "--verify", "--quiet", "HEAD")
        if not head:
            raise DeliveryError(
                "the repository has no commit yet", remedy="Commit the documents first."
            )
        self._edited = tuple(self._edits_of_others())
        self._snapshot = Snapshot(git, head, self.choice, without=self._edited)
        return self._snapshot

    def deliver(self, account: Account) -> Receipt:
        """See ``Delivery``."""
        snapshot, git = self._snapshot, self.git
        if snapshot is None:
            return Receipt()
        told = tuple(map(_edited, self._edited))
        if not snapshot.edits:
            return Receipt(problems=told)
        made = commit(git, snapshot.revision, snapshot.edits, self.wording, account.summary)
        try:
            git.raw("merge", "--quiet", "--ff-only", "--no-autostash", made)
        except GitError:
            if git.text("rev-parse", "HEAD") != snapshot.revision:
                return Receipt(moved=True)
            if set(self._edits_of_others()) - set(self._edited):
                return Receipt(moved=True)
            raise
        return Receipt(commit=made, problems=told)

    def _edits_of_others(self) -> Iterator[str]:
        """Documents that differ from what is committed, relative to the documents' folder."""
        prefix = f"{self.choice.prefix}/" if self.choice.prefix else ""
        status = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        for line in self.git.text(*status).split("\0"):
            path = line[3:]
            if path.startswith(prefix) and self.choice.selection.wants(path[len(prefix) :]):
                yield path[len(prefix) :]


def _edited(path: str) -> Problem:
    return Problem(
        Level.WARNING,
        path,
        0,
        "the document has changes that aren't committed, so it was left alone",
        "Commit or stash them; the next run takes it.",
    )
