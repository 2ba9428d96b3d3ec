"""Runs Git's command line: in one folder, with an environment that it is given, never through a shell.

Git's own configuration and credentials are the user's and count. What a document or a remote says never becomes an
option: callers put names behind ``--`` or give full refs.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from syncer.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_LIMIT: Final = 600.0
"""Seconds after which a command is taken for stuck; a first clone of a large repository takes a while."""

_TOLD: Final = 1000
"""At most so many characters of what Git says are passed on."""


class GitError(DeliveryError):
    """Git said no.

    Attributes:
        code: What the command ended with; negative if it was stopped by a signal.
        said: What it wrote to its standard error, without secrets.
        out: What it wrote to its standard output, without secrets.
    """

    def __init__(
        self, message: str, *, code: int = 1, said: str = "", out: str = "", remedy: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code
        self.said = said
        self.out = out


class Git:
    """Git in one folder.

    Args:
        folder: Where it runs: a work tree, a folder within one, or a bare repository.
        environment: The whole environment that it gets (see ``Settings.git_environment``).
        redact: Takes secrets out of what it says.
        limit: Seconds that a command may take.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        redact: Callable[[str], str],
        *,
        limit: float = _LIMIT,
    ) -> None:
        self.folder = folder
        self._environment = dict(environment)
        self._redact = redact
        self._limit = limit

    def within(self, extra: Mapping[str, str]) -> Git:
        """The same with more in its environment, such as another index."""
        merged = {**self._environment, **extra}
        return Git(self.folder, merged, self._redact, limit=self._limit)

    def at(self, folder: Path) -> Git:
        """The same in another folder."""
        return Git(folder, self._environment, self._redact, limit=self._limit)

    def raw(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a command writes to its standard output.

        Args:
            arguments: The command and its arguments, without ``git``.
            given: What it reads from its standard input.

        Raises:
            GitError: It failed, or took too long; names the command and what Git said.
            DeliveryError: There is no Git, or the folder is gone.
        """
        command = ["git", *arguments]
        try:
            # A session of its own: an interrupt at the terminal is ours to handle, and what Git started ends with it.
            process = subprocess.Popen(  # noqa: S603 - no shell, and no option that is somebody else's
                command,
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise DeliveryError(f"there is no folder {self.folder}") from None
            raise DeliveryError(
                "there is no Git on the search path", remedy="Install Git, version 2.31 or newer."
            ) from None
        except OSError as error:
            raise DeliveryError(f"Git can't be started: {error.strerror}") from error
        try:
            out, err = process.communicate(given, timeout=self._limit)
        except subprocess.TimeoutExpired:
            _end(process)
            raise GitError(
                f"`git {_shown(arguments)}` took longer than {self._limit:.0f} s and was stopped",
                code=-signal.SIGKILL,
                remedy="See whether the remote can be reached from here.",
            ) from None
        except BaseException:
            _end(process)
            raise
        if process.returncode:
            said = self._redact(err.decode(errors="replace")).strip()
            raise GitError(
                f"`git {_shown(arguments)}` failed: {on_one_line(said) or process.returncode}",
                code=process.returncode,
                said=said,
                out=self._redact(out.decode(errors="replace")),
            )
        return out

    def text(self, *arguments: str, given: bytes = b"") -> str:
        """What a command writes to its standard output, without the line end; raises as ``raw`` does.

        Names that aren't UTF-8 come with stand-ins for their bytes, as ``os.fsdecode`` gives them.
        """
        return os.fsdecode(self.raw(*arguments, given=given)).removesuffix("\n")

    def asks(self, *arguments: str) -> str | None:
        """The same for a question that Git answers with 1 for no, or for nothing there; ``None`` then.

        Raises:
            GitError: It failed otherwise.
        """
        try:
            return self.text(*arguments)
        except GitError as error:
            if error.code == 1:
                return None
            raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a command with all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _shown(arguments: tuple[str, ...]) -> str:
    """The command without its arguments, which may be long, or somebody's."""
    rest = iter(arguments)
    for one in rest:
        if one == "-c":
            next(rest, "")
        elif not one.startswith("-"):
            return one
    return ""


def on_one_line(said: str) -> str:
    """What Git said, on one line."""
    return " ".join(said.split())[:_TOLD]
