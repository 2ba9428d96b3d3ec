"""The errors that a person is meant to read; each class has an exit code and carries the remedy."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line answers with; documented in docs/cli.md."""

    DONE = 0
    PROBLEMS = 1
    CHANGES = 2
    USAGE = 3
    TRACKER = 4
    REFUSED = 5
    INTERRUPTED = 130


class SyncerError(Exception):
    """Something that stops the run, said so that the reader knows what to do next.

    Args:
        message: What was found, without a full stop's worth of blame; names the file or key concerned.
        remedy: What the reader can do about it.
    """

    exit_code: ExitCode = ExitCode.PROBLEMS

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  {self.remedy}" if self.remedy else self.message


class ConfigurationError(SyncerError):
    """Bad configuration or usage: nothing was read from or written to a tracker."""

    exit_code = ExitCode.USAGE


class TrackerError(SyncerError):
    """A tracker or the network failed; what is known is known for sure.

    Args:
        message: See ``SyncerError``.
        remedy: Likewise.
        wait: Seconds that the service asked to be left alone for; ``None`` if it didn't.
    """

    exit_code = ExitCode.TRACKER

    def __init__(self, message: str, *, remedy: str = "", wait: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.wait = wait


class DeliveryError(SyncerError):
    """What a run changed can't be fetched or delivered: Git, a remote or a pull request failed."""

    exit_code = ExitCode.TRACKER


class RefusedError(SyncerError):
    """A safety limit, or an expected checksum, refused the plan: nothing was written."""

    exit_code = ExitCode.REFUSED


class DocumentError(SyncerError):
    """One document cannot be read or written; the others go on."""

    def __init__(self, message: str, *, remedy: str = "", line: int = 0) -> None:
        super().__init__(message, remedy=remedy)
        self.line = line


class InternalError(SyncerError):
    """A promise of our own was about to be broken, so nothing was written; a bug to report."""
