"""Delivery as a commit on what is checked out, without a push."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.delivery import Receipt
from syncer.delivery.committing import commit
from syncer.delivery.git import GitError, on_one_line
from syncer.delivery.snapshot import Snapshot
from syncer.errors import DeliveryError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from syncer.delivery import Account
    from syncer.delivery.committing import Wording
    from syncer.delivery.git import Git
    from syncer.delivery.snapshot import Choice
    from syncer.permission import Permission


@dataclass
class Checkout:
    """See ``syncer.delivery.Delivery``: a commit on what is checked out, and nothing is pushed.

    Documents that somebody is editing can't be read, so nothing is done about them: a commit wouldn't have the edits,
    and the checkout couldn't follow it.

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
    _place: tuple[str, str] = field(default=("", ""), init=False)

    @property
    def revision(self) -> str:
        """See ``Delivery``."""
        return self._snapshot.revision if self._snapshot else ""

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        """See ``Delivery``. Nothing is shared with other machines."""
        return nullcontext(outer)

    def open(self) -> Snapshot:
        """See ``Delivery``."""
        self._place = self._checked_out()
        _, head = self._place
        if not head:
            raise DeliveryError(
                "the repository has no commit yet", remedy="Commit the documents first."
            )
        self._snapshot = Snapshot(self.git, head, self.choice, edited=self._edited())
        return self._snapshot

    def deliver(self, account: Account) -> Receipt:
        """See ``Delivery``."""
        snapshot, git = self._snapshot, self.git
        if snapshot is None or not snapshot.edits:
            return Receipt()
        made = commit(git, snapshot.revision, snapshot.edits, self.wording, account.summary)
        if self._checked_out() != self._place:
            return Receipt(moved=True)
        try:
            forward(git, made)
        except GitError as error:
            written = {path.removeprefix(self._prefix) for path in snapshot.edits}
            if self._checked_out() != self._place or written & self._edited():
                return Receipt(moved=True)
            raise DeliveryError(
                f"the checkout can't follow the commit: {on_one_line(error.said)}",
                remedy="See to what Git says, then run syncer again.",
            ) from error
        return Receipt(commit=made)

    @property
    def _prefix(self) -> str:
        return f"{self.choice.prefix}/" if self.choice.prefix else ""

    def _checked_out(self) -> tuple[str, str]:
        """The branch that is checked out, and its commit; empty for none."""
        branch = self.git.asks("symbolic-ref", "--quiet", "HEAD")
        head = self.git.asks("rev-parse", "--verify", "--quiet", "HEAD")
        return branch or "", head or ""

    def _edited(self) -> set[str]:
        """Files in the documents' folder that differ from what is committed, relative to it."""
        status = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        paths = (line[3:] for line in self.git.text(*status).split("\0"))
        prefix = self._prefix
        return {path[len(prefix) :] for path in paths if path and path.startswith(prefix)}


def forward(git: Git, made: str) -> None:
    """Have the checkout follow to a commit, unless something of somebody's is in the way, and be it a file Git ignores.

    Args:
        git: Git at the top of the checkout.
        made: Full id of the commit.

    Raises:
        GitError: Something does, or the checkout is somewhere else; it is as it was.
    """
    git.raw(
        "merge",
        "--quiet",
        "--ff-only",
        "--no-squash",
        "--no-autostash",
        "--no-overwrite-ignore",
        made,
    )
