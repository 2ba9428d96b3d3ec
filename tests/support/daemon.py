"""A daemon as a person has it run: a process, its log, and the repositories that it serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Timer
from typing import IO, TYPE_CHECKING, Final

from tests.support.program import REPOSITORY
from tests.support.repositories import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE: Final = 60.0
"""Seconds after which a process is taken for stuck."""


@dataclass
class Daemon:
    """A process and what it says.

    Attributes:
        process: The process.
        log: The lines of its log that were read.
    """

    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)

    def until(self, *texts: str) -> list[str]:
        """Read on until each of these was in a line, in any order; the lines.

        Raises:
            AssertionError: One of them wasn't, and the process has ended.
        """
        read: list[str] = []
        missing = set(texts)
        while missing:
            line = self._lines.readline()
            self.log.append(line)
            read.append(line)
            missing -= {text for text in missing if text in line}
            assert line, f"no line has {missing}:\n{''.join(self.log)}"
        return read

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self, number: signal.Signals | None = signal.SIGTERM) -> int:
        """Tell it to stop, if that is how it ends, and read its log to the end; its exit code."""
        if number is not None:
            self.send(number)
        self.log += self._lines
        return self.process.wait()

    @property
    def _lines(self) -> IO[str]:
        assert self.process.stderr is not None
        return self.process.stderr


@contextmanager
def started(folder: Path, *arguments: str, **variables: str) -> Iterator[Daemon]:
    """A daemon in a folder; it is gone at the end."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **VARIABLES}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.support.quick_daemon", "daemon", *arguments],
        cwd=folder,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    stuck = Timer(PATIENCE, process.kill)
    stuck.start()
    try:
        yield Daemon(process)
    finally:
        stuck.cancel()
        process.kill()
        process.communicate()
