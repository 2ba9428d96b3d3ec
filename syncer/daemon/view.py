"""The daemon as those see it who watch it, or who tell it that there is something to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.daemon.status import DaemonStatus


class Daemon(Protocol):
    """May be asked from any thread, at any time; nothing here waits for a sync."""

    def status(self) -> DaemonStatus:
        """How it is doing now."""

    def names(self) -> tuple[str, ...]:
        """The repositories that it syncs, sorted."""

    def request(self, name: str) -> bool:
        """Look at a repository now.

        However often it is asked, one sync comes of it: within a moment, or after the one that is going on. A
        repository that fails isn't looked at any earlier than after its first pause, and one whose tracker has asked
        for a pause not before that is over.

        Returns:
            Whether there is such a repository, and the daemon goes on.
        """

    def pushed(
        self, addresses: Collection[str], *, branch: str = "", is_default: bool = False
    ) -> tuple[str, ...]:
        """The repositories that a push concerns.

        Args:
            addresses: What the one that was pushed to is called: addresses as Git takes them, addresses of its page,
                or ``owner/name``. Any text at all may come.
            branch: The branch, without ``refs/heads/``; empty if it isn't known.
            is_default: Whether that is its default branch.
        """

    def touched(self, references: Collection[str]) -> tuple[str, ...]:
        """The repositories that an issue concerns.

        Args:
            references: What the issue is called: the address of its page, ``acme/shop#12``, ``PAY-7``. Any text at
                all may come.
        """
