"""Delivery to files: documents are changed where they are, one by one, and nothing is left to be delivered."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.delivery import Account, Receipt

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from syncer.documents import DocumentStore
    from syncer.permission import Permission


@dataclass(frozen=True, slots=True)
class Files:
    """See ``Delivery``.

    Attributes:
        folder: The documents.
    """

    folder: DocumentStore

    @property
    def attempts(self) -> int:
        """There is no branch that could move."""
        return 1

    @property
    def revision(self) -> str:
        """They may be of none."""
        return ""

    def turn(self, outer: Permission | None) -> AbstractContextManager[Permission | None]:
        """Nobody is waited for: each document is locked while it is replaced."""
        return nullcontext(outer)

    def open(self) -> DocumentStore:
        """The documents."""
        return self.folder

    def deliver(self, account: Account) -> Receipt:
        """They have been delivered already."""
        del account
        return Receipt()
