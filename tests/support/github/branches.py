"""The branches of a repository: those of a bare Git repository, or those that a test has written down."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.support.github.records import Touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.github.store import Repository


@dataclass(frozen=True)
class Commit:
    """A commit."""

    identity: str
    message: str
    tree: str = "4" * 40
    parents: tuple[str, ...] = ()
    date: str = "2025-11-23T12:00:00Z"


_STATUSES: Final = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}


def head(home: Repository, branch: str) -> str | None:
    """The commit that a branch is at; ``None`` if there is no such branch."""
    if home.git is None:
        return home.branches.get(branch)
    found = _git(home.git, "rev-parse", "--quiet", "--verify", f"refs/heads/{branch}")
    return found.strip() or None


def contains(home: Repository, branch: str, commit: str) -> bool:
    """Whether a commit has become a part of a branch."""
    if home.git is None:
        return home.branches.get(branch) == commit
    base = head(home, branch)
    return base is not None and _succeeds(home.git, "merge-base", "--is-ancestor", commit, base)


def touched(home: Repository, base: str, commit: str) -> tuple[Touched, ...]:
    """The files that differ between a commit and where it left a branch."""
    assert home.git is not None
    told = _git(
        home.git, "diff", "--raw", "--no-abbrev", "-M", "-z", f"refs/heads/{base}...{commit}"
    )
    parts = iter(told.split("\0")[:-1])
    found = []
    for about in parts:
        _, _, _, blob, status = about.split(" ")
        before = next(parts) if status.startswith("R") else ""
        found.append(Touched(next(parts), _STATUSES[status[0]], before, blob))
    return tuple(found)


def commit(home: Repository, identity: str) -> Commit | None:
    """A commit; one that a test has written down says nothing."""
    if home.git is None:
        return Commit(identity, "Edit") if identity in home.branches.values() else None
    told = _git(home.git, "log", "-1", "--format=%H%n%T%n%P%n%aI%n%B", identity, "--")
    if not told:
        return None
    found, tree, parents, date, message = told.split("\n", 4)
    return Commit(found, message.strip("\n"), tree, tuple(parents.split()), date)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout


def _succeeds(folder: Path, *arguments: str) -> bool:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
