"""Delivery: where a run's documents come from, and how those that it changed get back there.

A delivery knows texts and Git, and nothing of rows, issues or plans: what it is to tell about a run, it gets in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from syncer.documents import DocumentStore
    from syncer.model import Problem
    from syncer.permission import Permission


@dataclass(frozen=True, slots=True)
class Account:
    """What a run did, in words, for a commit's message and a pull request's text.

    Attributes:
        summary: One line of plain text: ``3 filed, 1 written back. 11 action items in 3 documents.``
        plan: The whole of it in Markdown, safe to be shown: nothing in it mentions anybody or becomes a link.
        problems: How many problems and conflicts want a person.
    """

    summary: str
    plan: str
    problems: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the documents that a run changed.

    Attributes:
        moved: The branch has moved since the documents were read: nothing was delivered, start again.
        commit: Full id of the commit that holds the changes; empty if nothing had to be committed.
        pull_request: Address of the open pull request that holds them; empty if there is none.
        problems: What a person has to see to.
    """

    moved: bool = False
    commit: str = ""
    pull_request: str = ""
    problems: tuple[Problem, ...] = ()


class Delivery(Protocol):
    """A way of delivering. One object serves one run, which opens it as often as it starts again."""

    @property
    def attempts(self) -> int:
        """How often a run may start at most, because the documents have moved meanwhile."""

    @property
    def revision(self) -> str:
        """The commit that the documents were read from; empty where they are files."""

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        """Wait for one's turn, have it, and give it back.

        Args:
            outer: What else has to be heeded; it does the waiting.

        Returns:
            With ``with``: what is to be asked before each write, ``outer`` included.

        Raises:
            DeliveryError: It didn't come.
        """

    def open(self) -> DocumentStore:
        """The documents as they are now. What a run replaces in them is kept until it is delivered.

        Raises:
            DeliveryError: They can't be had.
        """

    def deliver(self, account: Account) -> Receipt:
        """Deliver what was replaced since the last ``open``; if that is nothing, see to it that nothing is left open.

        Raises:
            DeliveryError: It can't be delivered. The trackers know what was filed: the next run goes on from there.
        """
