"""Real Git repositories for tests, untouched by whatever Git is configured for on this machine."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.delivery.git import Git
from syncer.settings.processes import git_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["VARIABLES", "Repository", "bare", "cloned"]

VARIABLES = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "HOME": "/nonexistent",
    # What Git would find out by asking for this machine's name.
    "EMAIL": "",
}
"""What keeps Git to the configuration of the repository."""

_PERSON = {
    "GIT_AUTHOR_NAME": "Ann Author",
    "GIT_AUTHOR_EMAIL": "ann@acme.example",
    "GIT_COMMITTER_NAME": "Ann Author",
    "GIT_COMMITTER_EMAIL": "ann@acme.example",
}


@dataclass(frozen=True)
class Repository:
    """A repository, bare or not, as a person works with it.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    def git(self, *arguments: str, given: bytes | None = None) -> str:
        """What a command of Git says."""
        return self.raw(*arguments, given=given).decode(errors="surrogateescape").rstrip("\n")

    def raw(self, *arguments: str, given: bytes | None = None) -> bytes:
        """What a command of Git says, byte for byte."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], **VARIABLES, **_PERSON},
            input=given,
            capture_output=True,
            check=False,
        )
        assert not done.returncode, f"git {arguments}: {done.stderr.decode()}"
        return done.stdout

    def commit(self, files: Mapping[str, str | bytes | None], message: str = "Edit") -> str:
        """Write files to the work tree, or delete them (``None``), and commit them; its id."""
        self.write(files)
        self.git("add", "--all", "--force", "--", *files) if files else None
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files to the work tree, or delete them."""
        for path, content in files.items():
            file = self.folder / path
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def push(self, branch: str = "main") -> None:
        """Push a branch."""
        self.git("push", "--quiet", "origin", branch)

    def head(self, ref: str = "HEAD") -> str:
        """The commit that a ref stands for."""
        return self.git("rev-parse", "--verify", "--end-of-options", ref)

    def blob(self, path: str, ref: str = "HEAD") -> bytes:
        """The bytes of a file in a commit."""
        return self.raw("cat-file", "blob", f"{ref}:{path}")

    def runner(self, variables: Mapping[str, str] | None = None) -> Git:
        """Git as syncer runs it here."""
        environment = {"PATH": os.environ["PATH"], **VARIABLES, **(variables or {})}
        return Git(self.folder, git_environment(environment), lambda text: text)


def bare(folder: Path, files: Mapping[str, str | bytes | None] | None = None) -> Repository:
    """A bare repository with one commit on its default branch, ``main``."""
    folder.mkdir(parents=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
    first = made.git("hash-object", "-t", "tree", "-w", "--stdin", given=b"")
    made.git("update-ref", "refs/heads/main", made.git("commit-tree", first, "-m", "Begin"))
    if files:
        scratch = cloned(made, folder.with_name(f"{folder.name}-first"))
        scratch.commit(files, "Begin in earnest")
        scratch.push()
    return made


def cloned(remote: Repository, folder: Path, *options: str) -> Repository:
    """A clone with a work tree, or without one if the options say so."""
    remote.git(
        "clone", "--quiet", "--template=", *options, "--", remote.folder.as_uri(), str(folder)
    )
    return Repository(folder)
