"""What a tracker is to the rest of syncer: a small protocol, and the data that crosses it.

A tracker *must*

- write the marker in the same request as every other write that it makes to an issue (comments aside), so that no
  crash can part them, and put syncer's label on what it files;
- answer with what it *has* after a write, read from the service's own answer, never with what it was asked for: a
  service may drop a value without a word;
- say ``Unknown`` when it can't tell whether a write took effect (a dropped connection, a time-out, a server error),
  and never send that write again by itself;
- see, in ``marked``, every issue that was filed before the call, also where the service's search lags behind.

A tracker *must not*

- replace labels, clear an assignee, or touch anything of an issue that an ``Update`` doesn't name;
- count an issue as marked unless it carries syncer's label, which outsiders can't set, or take a marker from text
  that an outsider wrote;
- treat a page, or an answer that it couldn't read, as an empty one;
- let a secret into an error, a reason or a log.

``syncer.testing.TrackerConformance`` holds a tracker to all that can be tested of this, and docs/writing-a-tracker.md
takes you through writing one. Subclass ``Tracker``: what is missing is then told when it is opened, and what most
trackers have no use for is there.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

from syncer.core.tracking import (
    ABSENT,
    HIDDEN,
    LABEL,
    Answer,
    Capabilities,
    Cost,
    Directory,
    Draft,
    Issue,
    Missing,
    Moved,
    Names,
    Refused,
    Unknown,
    Update,
    Usage,
    Workload,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from syncer.permission import Permission
    from syncer.trackers.pace import Paces

__all__ = [
    "ABSENT",
    "HIDDEN",
    "LABEL",
    "Answer",
    "Capabilities",
    "Cost",
    "Directory",
    "Draft",
    "Issue",
    "Missing",
    "Moved",
    "Names",
    "Refused",
    "Tracker",
    "Unknown",
    "Update",
    "Usage",
    "Workload",
    "Written",
]


class Tracker(Directory, Protocol):
    """An issue tracker. ``name`` is the one that the configuration gives it."""

    @abstractmethod
    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """The issues with these keys, in as few requests as there can be.

        Answers for every key, and for a nonsensical one with *absent*. An issue that has moved within the tracker's
        reach is returned under the key that was asked for and carries its new one; one that has left it is ``Moved``.
        Where the service doesn't say whether an issue was deleted or can't be seen, it is *hidden*.

        Raises:
            TrackerError: The tracker couldn't be read; nothing is known.
        """

    @abstractmethod
    def marked(self) -> Iterable[Issue]:
        """Every issue that carries a marker and syncer's label, open or not, oldest first.

        Two issues with one item id are both there: that is how a duplicate is found.

        Raises:
            TrackerError: The list couldn't be read to its end. It may be raised while it is walked through.
        """

    @abstractmethod
    def create(self, draft: Draft) -> Answer:
        """File an issue. One that looks up the marker atomically answers with the issue that has it, as it is.

        Raises:
            TrackerError: Nothing was filed, and the tracker as a whole can't be written.
        """

    @abstractmethod
    def update(self, key: str, update: Update) -> Answer:
        """Change the named fields of an issue, and its marker; ``Refused`` if there is no such issue.

        Raises:
            TrackerError: Nothing was changed, and the tracker as a whole can't be written.
        """

    @abstractmethod
    def comment(self, key: str, text: str) -> Answer:
        """Add a comment to an issue; ``Refused`` if there is no such issue.

        Raises:
            TrackerError: Nothing was added, and the tracker as a whole can't be written.
        """

    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        """File issues; an answer for each, in order, as soon as it is known.

        To be written only where one request files several (``Capabilities.creates_at_once``): a draft that fails
        fails alone.

        Raises:
            TrackerError: The tracker as a whole can't be written; drafts without an answer were not filed.
        """
        return map(self.create, drafts)

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        """What speaks against writing all this, found out by reading alone, before anything is written.

        A required field that nobody fills in, a missing permission, a transition that there isn't: if there is
        anything, none of it is sent.

        Raises:
            TrackerError: The tracker couldn't be read.
        """
        del drafts, updates
        return ()

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """The issues with these keys, past every list and memory: asked before anything is done about them.

        To be written where ``read`` may answer from what lags behind. An empty answer says that it doesn't.

        Raises:
            TrackerError: The tracker couldn't be read; nothing is known.
        """
        del keys
        return {}

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        """Who these owners are, asked in bulk before one of them is to get an issue.

        Args:
            owners: Accounts as documents name them or the configuration maps them, each behind an ``@``; and else
                whatever a document says: an e-mail address, a name, a team.

        Returns:
            For each of them that the service can tell: the account, or ``None`` if there is none that could be
            assigned. A name is somebody's only if it is exactly one person's. What is left out is taken as it is.

        Raises:
            TrackerError: The tracker couldn't be read; nothing is known.
        """
        del owners
        return {}

    def usage(self) -> Usage | None:
        """What has been asked of a service that counts; ``None`` for one that doesn't."""
        return None

    def cost(self, work: Workload) -> Cost | None:
        """What it will take to write all this; ``None`` where that is nothing worth telling."""
        del work
        return None

    def refresh(self) -> None:
        """A new look begins: what is answered from now on was seen after this call.

        Until the next one, reads may be answered from what was seen already, as long as the tracker's own writes
        show in it.
        """
        return

    def join(self, others: Iterable[Tracker]) -> None:
        """Work beside these trackers, opened before in the same run: what a service counts together is shared."""
        del others

    def share(self, paces: Paces) -> None:
        """Work in a process that works for other repositories, too: what a service counts together is shared.

        Unlike those of ``join``, their trackers know nothing of each other's issues.
        """
        del paces

    def heed(self, permission: Permission | None) -> None:
        """Ask this before each request that writes, also before one that is repeated, and let it do the waiting.

        To be written where one call may take several requests, or may wait: between two calls it is asked anyway.
        """
        del permission

    def rest(self) -> None:
        """Nothing is asked for a while: give back connections and files, and keep what is known.

        A process that works for many repositories would run out of them; the next call makes new ones.
        """
        return

    def close(self) -> None:
        """Give back connections and files. Calling it twice is harmless."""
        return
