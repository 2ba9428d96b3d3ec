"""Where a repository comes from: the folder that the configuration is in, or a clone that the daemon keeps."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncer.building_delivery import BRANCHES, open_delivery, open_served, remote_at
from syncer.delivery.clones import REMOTE, Clone
from syncer.delivery.credentials import with_configuration
from syncer.delivery.git import Git
from syncer.errors import ConfigurationError
from syncer.settings.served import serve
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncer.delivery import Delivery
    from syncer.settings import Settings

LARGEST: Final = 200_000
"""The largest configuration of its own that a repository may have, in bytes."""


class Here:
    """The folder that the configuration is in.

    Args:
        settings: The configuration.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings: Final = settings

    @contextmanager
    def look(self) -> Iterator[tuple[Settings, Delivery]]:
        """See ``syncer.daemon.runner.Source``."""
        yield self.settings, open_delivery(self.settings, ())


class Served:
    """A repository of the configuration's ``repositories``, cloned.

    Args:
        operator: The configuration.
        name: What it calls the repository.

    Raises:
        ConfigurationError: It can't be served like this.
    """

    def __init__(self, operator: Settings, name: str) -> None:
        # A user's own Git may refuse to work in a bare repository that it happens to be in: it is meant here.
        environment = with_configuration(
            operator.git_environment, (("safe.bareRepository", "all"),)
        )
        self._operator = replace(operator, git_environment=environment)
        self._name = name
        self._repository = operator.keys.repositories[name]
        self._clone = Clone(
            _folder(operator) / f"{name}.git",
            self._repository.url,
            Git(operator.root, environment, Redactor()),
        )
        self._blob = ""
        self.settings = serve(self._operator, name, None, "")
        settings = self._trusted()
        self._remote = remote_at(settings, self._clone.folder, REMOTE, self._repository.url)
        # What keeps it from being delivered is found now rather than by the first sync; nothing is asked for that.
        open_served(settings, self._remote, self._repository.url, "")

    @contextmanager
    def look(self) -> Iterator[tuple[Settings, Delivery]]:
        """See ``syncer.daemon.runner.Source``: its own configuration is that of the newest commit."""
        with self._clone.held():
            remote = self._remote
            branch = self.settings.delivery.branch or remote.default_branch()
            head = remote.fetch(f"refs/heads/{branch}", into=f"{BRANCHES}{branch}", shallow=True)
            if head:
                self._heed(remote.git, head)
            delivery = open_served(self._trusted(), remote, self._repository.url, branch)
            yield self.settings, delivery

    def _trusted(self) -> Settings:
        """With all trackers of the operator's: whichever its documents may go to, one of them may have the token."""
        return replace(self.settings, trackers=self._operator.trackers)

    def _heed(self, git: Git, head: str) -> None:
        """Go by the repository's own configuration as it is in a commit."""
        name = f"{head}:{self._repository.config}"
        blob = git.asks("rev-parse", "--verify", "--quiet", "--end-of-options", name) or ""
        if blob == self._blob:
            return
        own = self._read(git, blob) if blob else None
        shown = f"{self._name}: {self._repository.config}"
        self.settings = serve(self._operator, self._name, own, shown)
        self._blob = blob

    def _read(self, git: Git, blob: str) -> bytes:
        shown = f"{self._name}: {self._repository.config}"
        if git.text("cat-file", "-t", blob) != "blob":
            raise ConfigurationError(
                f"{shown} is no file", remedy="Name a file (`config`), or take it away."
            )
        size = int(git.text("cat-file", "-s", blob))
        if size > LARGEST:
            raise ConfigurationError(
                f"{shown} has {size:,} bytes, and {LARGEST:,} are read at most",
                remedy="Make it smaller.",
            )
        return git.raw("cat-file", "blob", blob)


def _folder(operator: Settings) -> Path:
    base = operator.file.parent if operator.file else operator.root
    return base / operator.keys.daemon.folder
