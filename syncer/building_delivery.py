"""From settings to a way of delivering."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from syncer.building_forge import forge_of_delivery, push_token
from syncer.delivery.branch import Branch
from syncer.delivery.checkout import Checkout
from syncer.delivery.committing import Wording
from syncer.delivery.credentials import with_token
from syncer.delivery.files import Files
from syncer.delivery.git import Git, GitError, on_one_line
from syncer.delivery.lease import Lease
from syncer.delivery.pullrequest import Proposal, Wanted
from syncer.delivery.remote import Remote
from syncer.delivery.snapshot import Choice
from syncer.documents.selecting import Selection
from syncer.errors import ConfigurationError
from syncer.permission import Always
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.delivery import Delivery
    from syncer.settings import Settings

BRANCHES: Final = "refs/syncer/branches/"
"""What refs of a clone begin with that stand for branches of its remote."""


def open_delivery(settings: Settings, only: Sequence[Path]) -> Delivery:
    """Where a run's documents come from and go to.

    Args:
        settings: The configuration.
        only: Files and folders named on the command line.

    Raises:
        ConfigurationError: The documents aren't where this way of delivering needs them, such as in a Git repository.
    """
    keys = settings.delivery
    if keys.mode == "files":
        return Files(settings.folder(only))
    repository = _Repository(settings)
    choice = choose(settings, repository.prefix, _relative(settings, only))
    if keys.mode == "commit" and not keys.push:
        return Checkout(repository.git(""), choice, wording(settings), keys.attempts)
    address = repository.address()
    remote = remote_at(settings, repository.top, keys.remote, address)
    branch = Branch(
        remote,
        choice,
        wording(settings),
        name=keys.branch or "",
        attempts=keys.attempts,
        tracking=f"refs/remotes/{keys.remote}/",
        lease=lease(settings, remote),
    )
    return branch if keys.mode == "commit" else proposal(settings, branch, address)


def proposal(settings: Settings, base: Branch, address: str) -> Proposal:
    """A pull request into a branch.

    Args:
        settings: The configuration.
        base: The branch.
        address: The address of its remote.

    Raises:
        ConfigurationError: That is no repository on GitHub, or there is no token for it.
    """
    keys = settings.delivery.pull_request
    wanted = Wanted(keys.branch, keys.title, keys.labels, keys.reviewers, keys.draft)
    return Proposal(base, forge_of_delivery(settings, address), wanted)


def open_served(settings: Settings, remote: Remote, address: str, branch: str) -> Delivery:
    """Where the documents of a repository come from and go to that a daemon has a clone of.

    Args:
        settings: The configuration for it, from ``syncer.settings.served``.
        remote: Where the clone is from.
        address: Its address.
        branch: The branch.

    Raises:
        ConfigurationError: Its pull requests can't be reached like this.
    """
    base = Branch(
        remote,
        choose(settings, settings.prefix),
        wording(settings),
        name=branch,
        attempts=settings.delivery.attempts,
        work_tree=False,
        tracking=BRANCHES,
        partial=True,
        lease=lease(settings, remote),
    )
    return base if settings.delivery.mode == "commit" else proposal(settings, base, address)


def choose(settings: Settings, prefix: str, only: tuple[str, ...] = ()) -> Choice:
    """Which documents of a commit the configuration means.

    Args:
        settings: The configuration.
        prefix: The documents' folder in the repository.
        only: Files and folders to look at, relative to that folder; everything if there are none.

    Raises:
        ConfigurationError: It doesn't say.
    """
    documents = settings.documents
    settings.check_paths(only)
    return Choice(Selection(documents.paths, documents.exclude), prefix, only, settings.max_bytes)


def wording(settings: Settings) -> Wording:
    """What commits are like."""
    keys = settings.delivery
    return Wording(keys.message, keys.author or "", keys.trailers)


def lease(settings: Settings, remote: Remote) -> Lease | None:
    """What keeps runs apart; ``None`` if nothing is to."""
    keys = settings.delivery.lease
    if not keys.enabled:
        return None
    return Lease(
        remote,
        ref=keys.ref,
        lifetime=keys.lifetime.total_seconds(),
        patience=keys.wait.total_seconds(),
        clock=_elapsed,
        alone=Always(time.sleep),
    )


def _elapsed() -> float:
    """Seconds on a clock that never goes back.

    It goes on while the machine sleeps, where there is such a clock. By another one, a run that wakes up would take a
    lease for fresh that others have taken for dead meanwhile.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def remote_at(settings: Settings, folder: Path, name: str, address: str) -> Remote:
    """A remote of a local repository, with the token that is for its address.

    Args:
        settings: The configuration.
        folder: The local repository's top.
        name: The remote's name, or its address.
        address: Its address.

    Raises:
        ConfigurationError: What the token is to be made of is no good.
    """
    token_for, redact = push_token(settings, address), Redactor()

    def git() -> Git:
        token = token_for()
        if token:
            redact.learn(token)
        return Git(folder, with_token(settings.git_environment, address, token), redact)

    return Remote(git, name)


class _Repository:
    """The repository that the documents are in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        here = Git(settings.root, settings.git_environment, Redactor())
        with _told(
            settings, "the documents are in no Git repository", "Run syncer in a clone of one"
        ):
            self.top = Path(here.text("rev-parse", "--show-toplevel"))
            self.prefix = here.text("rev-parse", "--show-prefix").rstrip("/")

    def git(self, address: str) -> Git:
        """Git at its top, with the token for an address."""
        return remote_at(self._settings, self.top, "", address).git

    def address(self) -> str:
        """The address of the remote that is pushed to."""
        name = self._settings.delivery.remote
        here = Git(self.top, self._settings.git_environment, Redactor())
        what = f"the repository has no remote called {name}"
        with _told(
            self._settings, what, "Name another one (delivery.remote), or set push to false"
        ):
            return here.text("remote", "get-url", "--push", "--", name)


@contextmanager
def _told(settings: Settings, what: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except GitError as error:
        if "dubious ownership" in error.said:
            raise ConfigurationError(
                "Git doesn't trust the repository, because its files are somebody else's: "
                + on_one_line(error.said),
                remedy="Run syncer as the user that they belong to, or tell Git that they are safe (safe.directory).",
            ) from error
        place = settings.origins.place(("delivery", "mode"))
        where = f"{place}: " if place else ""
        raise ConfigurationError(
            f"{where}delivery.mode: {settings.delivery.mode}: {what} ({on_one_line(error.said)})",
            remedy=f"{remedy}, or choose another delivery.mode.",
        ) from error


def _relative(settings: Settings, only: Sequence[Path]) -> tuple[str, ...]:
    """The named paths relative to the documents' folder; they need not be there."""
    found = []
    for path in only:
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(settings.root):
            raise ConfigurationError(
                f"{path} lies outside of {settings.root}, where the documents of this configuration are",
                remedy="Name files and folders within it, or another configuration with --config.",
            )
        relative = real.relative_to(settings.root).as_posix()
        found.append("" if relative == "." else relative)
    return tuple(found)
