"""Delivery by pull request: one branch, one open pull request, brought up to date in its place.

Each run reads the base, as if there were no pull request. What waits in it is proposed again by every run, because
issues know their rows by their markers; so the latest proposal is a whole one, and takes the place of the one before.

The branch is syncer's own as long as its last commit is. Then it is built anew on the present base, and swapped for
what was looked at before. It is left as it is while it proposes the same, and its documents are the same in the base:
a push starts checks anew and dismisses reviews. Where one of its documents has changed in the base, merging might
fail, so that is a reason to build it anew. Once somebody else has pushed to the branch, it is theirs.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.delivery import Receipt
from syncer.delivery.committing import commit, is_ours, trailer
from syncer.delivery.forge import Draft
from syncer.delivery.git import GitError
from syncer.delivery.proposal import (
    NOTHING_LEFT,
    digest_in,
    digest_of,
    edition_of,
    text_of,
    unmarked,
)
from syncer.errors import ConfigurationError, DeliveryError
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncer.delivery import Account
    from syncer.delivery.branch import Branch
    from syncer.delivery.forge import Commit, Forge, PullRequest
    from syncer.delivery.snapshot import Snapshot
    from syncer.permission import Permission

EDITION: Final = "Syncer-Edition"
"""The trailer with the digest of what a commit's documents were and are."""

_CLOSED: Final = "empty"
"""Marks the comment that says why a pull request is closed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the pull request is like.

    Attributes:
        branch: The name of its branch.
        title: Its title.
        labels: Labels that it gets when it is opened.
        reviewers: Whose review is asked for then: logins, and teams as ``acme/sre``.
        draft: Whether it is opened as a draft.
    """

    branch: str
    title: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class _Present:
    """What there is before a run delivers.

    Attributes:
        head: Full id of the last commit of the pull request's branch; empty if there is no such branch.
        commit: That commit; ``None`` if there is none.
        pull: The pull request that is open.
        closed: The latest one that isn't, where none is open.
    """

    head: str
    commit: Commit | None
    pull: PullRequest | None
    closed: PullRequest | None

    @property
    def is_merged(self) -> bool:
        """Whether the branch was merged as it is."""
        return bool(self.closed and self.closed.is_merged and self.closed.head == self.head)

    @property
    def is_own(self) -> bool:
        """Whether the last commit is syncer's."""
        return self.commit is not None and is_ours(self.commit.message, self.commit.tree)

    def says(self, edition: str, base: str) -> bool:
        """Whether the branch proposes just that, to be merged into that base."""
        if self.commit is None or self.is_merged or (self.pull and self.pull.base != base):
            return False
        return trailer(self.commit.message, EDITION) == edition


@dataclass
class Proposal:
    """See ``syncer.delivery.Delivery``.

    Attributes:
        base: The branch that documents are read from, and that the pull request is to be merged into.
        forge: The repository's pull requests; it is closed after the turn.
        wanted: What the pull request is like.
    """

    base: Branch
    forge: Forge
    wanted: Wanted
    _snapshot: Snapshot | None = field(default=None, init=False)

    @property
    def attempts(self) -> int:
        """The pull request's branch may move meanwhile. That the base does, does no harm."""
        return self.base.attempts

    @property
    def revision(self) -> str:
        """See ``Delivery``."""
        return self.base.revision

    @contextmanager
    def turn(self, outer: Permission | None) -> Iterator[Permission | None]:
        """See ``Delivery``."""
        try:
            with self.base.turn(outer) as permission:
                heeded = None if permission is None else _Delivering(self.base, permission)
                self.forge.heed(heeded)
                yield permission
        finally:
            self.forge.close()

    def open(self) -> Snapshot:
        """See ``Delivery``; the documents of the base.

        Raises:
            ConfigurationError: The pull request's branch is the base itself.
            DeliveryError: The documents can't be had.
        """
        self._snapshot = self.base.open()
        if self.wanted.branch == self.base.name:
            raise ConfigurationError(
                f"{self.base.name} can't be both the branch that documents are read from and that of the pull request",
                remedy="Name another one for the pull request (delivery.pull_request.branch).",
            )
        return self._snapshot

    def deliver(self, account: Account) -> Receipt:
        """See ``Delivery``: open a pull request, bring it up to date, or close the one that has become empty."""
        snapshot = self._snapshot
        if snapshot is None:
            return Receipt()
        changes = snapshot.changes
        present = self._look()
        if not changes:
            return self._withdrawn(present)
        digest, edition = digest_of(changes), edition_of(changes)
        if present.closed and _is_declined(present.closed, digest):
            return Receipt(problems=(_declined(present.closed),))
        if not self._may_be_replaced(present):
            return self._left(present, snapshot)
        made = ""
        if not present.says(edition, self.base.name):
            made = self._made(snapshot, edition, account)
            if not self._push(made, present.head):
                return Receipt(moved=True)
        draft = Draft(self.wanted.title, text_of(digest, account), self.base.name)
        if present.pull is None:
            return self._opened(made, draft)
        if digest_in(present.pull.body) == digest:
            # It is told already. What people have made of its words since is theirs.
            draft = Draft(present.pull.title, present.pull.body, self.base.name)
        self.forge.update(present.pull, draft)
        return Receipt(commit=made, pull_request=present.pull.url)

    # The branch

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.wanted.branch}"

    def _look(self) -> _Present:
        head = self.base.remote.ref(self._ref)
        # Without its branch, no pull request is open.
        pull = self.forge.open_one(self.wanted.branch) if head else None
        closed = None if pull else self.forge.last_closed(self.wanted.branch)
        return _Present(head, self.forge.commit(head) if head else None, pull, closed)

    def _may_be_replaced(self, present: _Present) -> bool:
        """Whether nobody's work is lost when the branch gets another commit."""
        if not present.head or present.is_own or present.is_merged:
            return True
        git = self.base.remote.git
        try:
            found = git.asks("merge-base", "--is-ancestor", present.head, self.revision)
        except GitError:
            return (
                False  # It isn't here, so the base, which is, doesn't have it, or can't be told to.
            )
        return found is not None

    def _made(self, snapshot: Snapshot, edition: str, account: Account) -> str:
        trailers = {**self.base.wording.trailers, EDITION: edition}
        wording = replace(self.base.wording, trailers=trailers)
        git = self.base.remote.git
        return commit(git, snapshot.revision, snapshot.edits, wording, account.summary)

    def _push(self, made: str, expected: str) -> bool:
        """Give the branch another commit, or none; whether it still had the expected one."""
        self.base.confirm()
        return self.base.remote.push(made, self._ref, expected=expected)

    # The pull request

    def _opened(self, made: str, draft: Draft) -> Receipt:
        wanted, forge = self.wanted, self.forge
        pull = forge.open(wanted.branch, draft, as_draft=wanted.draft)
        # One that somebody opened a moment ago looks otherwise.
        forge.update(pull, draft)
        problems: list[Problem] = []
        if wanted.labels:
            problems += _tried(lambda: forge.label(pull, wanted.labels))
        for reviewer in wanted.reviewers:
            problems += _tried(lambda: forge.ask(pull, reviewer))  # noqa: B023 - it is called at once
        return Receipt(commit=made, pull_request=pull.url, problems=tuple(problems))

    def _withdrawn(self, present: _Present) -> Receipt:
        """There is nothing to be delivered: see to it that nothing is left open."""
        pull = present.pull
        if not (present.is_own or present.is_merged):
            return Receipt() if pull is None else _kept(pull)
        problems: list[Problem] = []
        if pull is not None:
            told = NOTHING_LEFT
            problems += _tried(lambda: self.forge.comment(pull.number, _CLOSED, told), Level.INFO)
            self.forge.shut(pull, unmarked(pull.body))
        # If it has moved meanwhile, it is somebody's.
        problems += _tried(lambda: self._push("", present.head), Level.INFO)
        return Receipt(problems=tuple(problems))

    def _left(self, present: _Present, snapshot: Snapshot) -> Receipt:
        """The branch is somebody's: it is left to them, and they are told what it lacks."""
        pull = present.pull
        url = pull.url if pull else ""
        if pull is not None and self._has_all(pull, snapshot):
            return Receipt(pull_request=url)
        what, of = (
            (f"the pull request #{pull.number}", "its branch") if pull else ("the branch", "it")
        )
        if pull is not None and digest_in(pull.body):
            # Closing it, or deleting its branch, is what is asked for below: that is no word against what it proposes.
            self.forge.update(pull, Draft(pull.title, unmarked(pull.body), pull.base))
        problem = Problem(
            Level.WARNING,
            "",
            0,
            f"somebody else has pushed to {self.wanted.branch}: it is left as it is, without what is to be written "
            "back now",
            f"Merge {what}, or delete {of}: the next run begins it anew.",
        )
        return Receipt(pull_request=url, problems=(problem,))

    def _has_all(self, pull: PullRequest, snapshot: Snapshot) -> bool:
        """Whether a pull request has all documents as they are to be, such as one that was brought up to its base."""
        there = {file.path: file.blob for file in self.forge.files_of(pull.number)}
        git = self.base.remote.git
        return all(
            there.get(path) == git.text("hash-object", "--stdin", given=edit.data)
            for path, edit in snapshot.edits.items()
        )


@dataclass(frozen=True, slots=True)
class _Delivering:
    """See ``syncer.permission.Permission``: a run that is told to stop delivers what it has done all the same."""

    base: Branch
    permission: Permission

    def check(self) -> None:
        self.base.confirm()

    def wait(self, seconds: float) -> None:
        self.permission.wait(seconds)


def _is_declined(closed: PullRequest, digest: str) -> bool:
    return not closed.is_merged and digest_in(closed.body) == digest


def _declined(closed: PullRequest) -> Problem:
    return Problem(
        Level.INFO,
        "",
        0,
        f"the pull request #{closed.number} was closed, so what it proposes isn't proposed again",
        "Once there is something else to write back, there will be another one. To have this after all, reopen it.",
    )


def _kept(pull: PullRequest) -> Receipt:
    problem = Problem(
        Level.INFO,
        "",
        0,
        f"there is nothing left to write back, but somebody else has pushed to the pull request #{pull.number}, so it "
        "stays open",
        "Merge it, or close it.",
    )
    return Receipt(pull_request=pull.url, problems=(problem,))


def _tried(act: Callable[[], object], level: Level = Level.WARNING) -> Iterator[Problem]:
    """Do what a delivery is good without; why it couldn't be done."""
    try:
        act()
    except DeliveryError as error:
        yield Problem(level, "", 0, error.message, error.remedy)
