"""Delivery as a commit on the branch, which is pushed.

Documents are read from a commit, and what was changed becomes another one: the work tree is neither read nor edited
while a run goes on. Afterwards a checkout of that branch is brought forward if nothing of anybody's stands in the way.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.delivery import Receipt
from syncer.delivery.checkout import forward
from syncer.delivery.committing import commit
from syncer.delivery.git import GitError, on_one_line
from syncer.delivery.snapshot import Snapshot
from syncer.errors import DeliveryError, TrackerError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from syncer.delivery import Account
    from syncer.delivery.committing import Wording
    from syncer.delivery.lease import Lease
    from syncer.delivery.remote import Remote
    from syncer.delivery.snapshot import Choice
    from syncer.permission import Permission

_HEADS: Final = "refs/heads/"


@dataclass
class Branch:
    """See ``syncer.delivery.Delivery``: the newest commit of the branch there is what is read, and what is built on.

    Attributes:
        remote: Where the branch is.
        choice: Which documents are meant.
        wording: What commits are like.
        name: The branch; empty for the one that is checked out, else the remote's default branch.
        attempts: How often a run may start.
        work_tree: Whether the local repository has a checkout that is somebody's.
        tracking: What refs here begin with that stand for branches there.
        partial: Whether the local repository is a clone that leaves history and contents out.
        lease: Keeps runs apart; ``None`` for not at all.
    """

    remote: Remote
    choice: Choice
    wording: Wording
    name: str = ""
    attempts: int = 5
    work_tree: bool = True
    tracking: str = "refs/syncer/branches/"
    partial: bool = False
    lease: Lease | None = None
    _snapshot: Snapshot | None = field(default=None, init=False)

    @property
    def revision(self) -> str:
        """See ``Delivery``."""
        return self._snapshot.revision if self._snapshot else ""

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        """See ``Delivery``."""
        return nullcontext(outer) if self.lease is None else self.lease.turn(outer)

    def open(self) -> Snapshot:
        """See ``Delivery``."""
        if not self.name:
            self.name = (self.work_tree and self._checked_out()) or self.remote.default_branch()
        into = f"{self.tracking}{self.name}"
        head = self.remote.fetch(f"{_HEADS}{self.name}", into=into, shallow=self.partial)
        if not head:
            raise DeliveryError(
                f"there is no branch {self.name} in {self.remote.name}",
                remedy="Push it first, or name another one (delivery.branch).",
            )
        # A person's clone may leave contents out, too, as a checkout in a workflow does where it is told to.
        fetch = self.remote.fetch_objects if self.remote.is_promised else None
        self._snapshot = Snapshot(self.remote.git, head, self.choice, fetch=fetch)
        return self._snapshot

    def deliver(self, account: Account) -> Receipt:
        """See ``Delivery``."""
        snapshot = self._snapshot
        if snapshot is None or not snapshot.edits:
            return Receipt()
        made = commit(
            self.remote.git, snapshot.revision, snapshot.edits, self.wording, account.summary
        )
        self.confirm()
        # Only in the place of what was read: a branch that was deleted or taken back meanwhile stays like that.
        if not self.remote.push(made, f"{_HEADS}{self.name}", expected=snapshot.revision):
            return Receipt(moved=True)
        return Receipt(commit=made, problems=tuple(self._bring_forward(made)))

    def confirm(self) -> None:
        """See to it that this run still has its turn, before something is delivered.

        Raises:
            DeliveryError: It hasn't.
        """
        if self.lease is None:
            return
        try:
            self.lease.confirm()
        except TrackerError as error:
            raise DeliveryError(error.message, remedy=error.remedy) from error

    def _checked_out(self) -> str:
        """The branch that is checked out; empty if none is."""
        head = self.remote.git.asks("symbolic-ref", "--quiet", "HEAD") or ""
        return head.removeprefix(_HEADS) if head.startswith(_HEADS) else ""

    def _bring_forward(self, made: str) -> Iterator[Problem]:
        """Have the checkout follow, if it is one of that branch."""
        if not self.work_tree or self._checked_out() != self.name:
            return
        try:
            forward(self.remote.git, made)
        except GitError as error:
            yield Problem(
                Level.INFO,
                "",
                0,
                f"the checkout of {self.name} was left as it is: {on_one_line(error.said)}",
                "Pull when it suits you: the new links are on the branch.",
            )
