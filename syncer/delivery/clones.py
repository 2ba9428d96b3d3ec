"""Clones that a daemon keeps: bare, without history, and without contents until they are read. Any may be lost anytime.

A clone is a cache and nothing else: one that is broken, is of another repository, or has grown, is made anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from syncer.delivery.git import GitError
from syncer.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncer.delivery.git import Git

REMOTE: Final = "origin"

MOST_PACKS: Final = 200
MOST_LOOSE: Final = 5_000
"""A clone with more packs or single objects is made anew: what a partial clone has fetched once, Git never drops."""

_MARK: Final = "syncer-clone"
"""A file in each clone. A folder without it isn't ours, and isn't touched."""

_FAILURES: Final = "syncer-failures"
"""A file that counts how often in a row something failed that was done with a clone."""

_MOST_FAILURES: Final = 3
"""After so many, it may be the clone: it is made anew, which costs little."""

MOST_KIB: Final = 500_000
"""A larger clone is made anew, too, in KiB."""

_SSH: Final = (
    "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
)

_FORMAT: Final = "2"
"""Raised when clones are configured otherwise: then those that are there are made anew."""


@dataclass(frozen=True, slots=True)
class Clone:
    """The clone of one repository.

    Attributes:
        folder: Where it is.
        url: The repository's address, without a user or password in it.
        git: Git in no folder in particular, without credentials.
    """

    folder: Path
    url: str
    git: Git

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have the clone there, and no other process at it.

        Raises:
            DeliveryError: Another process works with it, or it can't be made.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            # Beside it, because the folder itself may be made anew.
            lock = os.open(self.folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        except OSError as error:
            raise _unwritable(self.folder.parent, error) from error
        try:
            self._lock(lock)
            self._ensure()
            yield
            self._count(0)
        except DeliveryError:
            self._count(self._failures() + 1)
            raise
        finally:
            os.close(lock)

    def _lock(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DeliveryError(
                f"another process works with the clone {self.folder}",
                remedy="Give each daemon a folder of its own (daemon.folder).",
            ) from error

    def _failures(self) -> int:
        try:
            return int((self.folder / _FAILURES).read_text())
        except (OSError, ValueError):
            return 0

    def _count(self, failures: int) -> None:
        # Where it can't be written down, the next one will be told why.
        with suppress(OSError):
            if failures and (self.folder / _MARK).is_file():
                (self.folder / _FAILURES).write_text(str(failures))
            elif not failures:
                (self.folder / _FAILURES).unlink(missing_ok=True)

    def _unlock(self) -> None:
        """Take away what a Git that was killed has left behind: no other process is at work here."""
        with suppress(OSError):
            left = [*self.folder.glob("*.lock"), *(self.folder / "refs").rglob("*.lock")]
            for file in left:
                file.unlink()

    def _ensure(self) -> None:
        if os.path.lexists(self.folder) and not self._is_ours():
            raise DeliveryError(
                f"{self.folder} is there, and is no clone of syncer's",
                remedy="Move it away, or name another folder for clones (daemon.folder).",
            )
        self._unlock()
        if self._failures() < _MOST_FAILURES and self._is_good():
            return
        try:
            if self.folder.is_dir():
                shutil.rmtree(self.folder)
            self.folder.mkdir(mode=0o700)
            (self.folder / _MARK).write_text("A clone that syncer keeps; it may be deleted.\n")
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self._make()

    def _is_ours(self) -> bool:
        if self.folder.is_symlink() or not self.folder.is_dir():
            return False
        return (self.folder / _MARK).is_file() or not any(self.folder.iterdir())

    def _is_good(self) -> bool:
        if not self.folder.is_dir():
            return False
        git = self._git
        try:
            if git.text("rev-parse", "--is-bare-repository", "--absolute-git-dir").split("\n") != [
                "true",
                str(self.folder.resolve()),
            ]:
                return False
            told = git.text(
                "config", "--local", "--get-regexp", r"^(syncer\.format|remote\..*\.url)$"
            )
            counted = dict(
                line.split(": ", 1) for line in git.text("count-objects", "-v").splitlines()
            )
        except GitError:
            return False
        if sorted(told.splitlines()) != [
            f"remote.{REMOTE}.url {self.url}",
            f"syncer.format {_FORMAT}",
        ]:
            return False
        size = int(counted["size"]) + int(counted["size-pack"])
        return (
            int(counted["packs"]) <= MOST_PACKS
            and int(counted["count"]) <= MOST_LOOSE
            and size <= MOST_KIB
        )

    def _make(self) -> None:
        git = self._git
        git.raw("init", "--quiet", "--bare", "--template=", ".")
        for key, value in self._configuration():
            git.raw("config", "--local", key, value)

    def _configuration(self) -> Iterator[tuple[str, str]]:
        yield "core.repositoryFormatVersion", "1"
        yield "core.hooksPath", os.devnull
        yield "gc.auto", "0"
        yield "maintenance.auto", "false"
        # A server that falls silent holds up nobody for long.
        yield "http.lowSpeedLimit", "1000"
        yield "http.lowSpeedTime", "60"
        yield "core.sshCommand", _SSH
        # What a remote sends is looked through before it is kept.
        yield "fetch.fsckObjects", "true"
        # Whatever an address is rewritten to, and whatever a remote leads on to, is reached in the one way meant.
        yield "protocol.allow", "never"
        for protocol in _protocols(self.url):
            yield f"protocol.{protocol}.allow", "always"
        # A remote that doesn't know partial clones sends everything, once.
        yield "extensions.partialClone", REMOTE
        yield f"remote.{REMOTE}.promisor", "true"
        yield f"remote.{REMOTE}.partialCloneFilter", "blob:none"
        # Last, because it is what says that all of the above is there.
        yield "syncer.format", _FORMAT
        yield f"remote.{REMOTE}.url", self.url

    @property
    def _git(self) -> Git:
        # It must not find another repository around a folder that is none.
        return self.git.at(self.folder).within({"GIT_CEILING_DIRECTORIES": str(self.folder.parent)})


def _protocols(url: str) -> tuple[str, ...]:
    """The ways in which an address is reached, as ``protocol.*.allow`` names them."""
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme in {"http", "https", "ssh"}:
        return (scheme,)
    return ("file",) if scheme == "file" or url.startswith("/") else ("ssh",)


def _unwritable(folder: Path, error: OSError) -> DeliveryError:
    return DeliveryError(
        f"the clone can't be made in {folder}: {error.strerror or error}",
        remedy="Give the right to write there, or name another folder for clones (daemon.folder).",
    )
