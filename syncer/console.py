"""What a command has of the terminal: its streams, colours, a progress bar, and what is said on the way."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import click

from syncer.render.calls import duration
from syncer.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from syncer.errors import SyncerError

PATIENCE: Final = 1.0
"""Seconds after which a step that still goes on gets a progress bar."""

INTERVAL: Final = 30.0
"""Seconds between two lines that tell how far a step has come, where there is no terminal for a bar."""


@dataclass(slots=True)
class Console:
    """The terminal, or whatever stands in its place.

    Attributes:
        config: The configuration file that was asked for, if any.
        color: Whether what is printed may be coloured.
        verbose: How much is said on the way: 0, 1 or 2.
    """

    config: Path | None
    color: bool
    verbose: int = 0

    def __post_init__(self) -> None:
        if self.verbose:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(_OneLine("%(levelname)s %(name)s: %(message)s"))
            logger = logging.getLogger("syncer")
            logger.handlers[:] = [handler]
            logger.setLevel(logging.DEBUG if self.verbose > 1 else logging.INFO)

    def out(self, text: str) -> None:
        """Print what was asked for, as it is."""
        click.echo(text, nl=False, color=self.color)

    def line(self, text: str) -> None:
        """Print a line that a program is waiting for, at once."""
        click.echo(text)
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Say something beside it, on the standard error."""
        click.echo(safe(text), err=True)

    def progress(self) -> ProgressBar | ProgressLines:
        """Tells about steps that take long on the standard error: a bar on a terminal, else a line now and then."""
        if sys.stderr.isatty():
            return ProgressBar(color=self.color)
        return ProgressLines(self.note)


def tell(error: SyncerError) -> None:
    """Tell an error and its remedy on the standard error, each problem on a line of its own."""
    click.echo(f"syncer: {_lines(error.message)}", err=True)
    if error.remedy:
        click.echo(f"  {_lines(error.remedy)}", err=True)


def _lines(text: str) -> str:
    """Text whose line ends are meant, and nothing else of it but words."""
    return "\n".join(safe(line) for line in text.split("\n"))


class _OneLine(logging.Formatter):
    """A log line is one line, whatever is in the message."""

    def format(self, record: logging.LogRecord) -> str:
        return safe(super().format(record))


@dataclass(slots=True)
class ProgressBar:
    """Shows how far a step has come, once the run has taken longer than ``PATIENCE``.

    Attributes:
        color: Whether it may be coloured.
        clock: Seconds on a clock that never goes back.
    """

    color: bool
    clock: Callable[[], float] = time.monotonic
    _started: float = field(init=False)
    _bar: Bar | None = None
    _task: TaskID | None = None
    _step: str = ""

    def __post_init__(self) -> None:
        self._started = self.clock()

    def __call__(self, step: str, done: int, total: int) -> None:
        """See ``syncer.sync.Progress``."""
        if self.clock() - self._started < PATIENCE:
            return
        if self._bar is None:
            from rich.console import Console as Rich
            from rich.progress import Progress

            self._bar = Progress(console=Rich(stderr=True, no_color=not self.color), transient=True)
            self._bar.start()
        if self._task is None or step != self._step:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task, self._step = self._bar.add_task(step, total=total), step
        self._bar.update(self._task, completed=done, total=total)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


@dataclass(slots=True)
class ProgressLines:
    """Says how far a step has come in a line of a log, each time that ``INTERVAL`` has passed.

    A step whose first news is that a part of it is done began when the one before it was last heard of.

    Attributes:
        say: Takes a line.
        clock: Seconds on a clock that never goes back.
    """

    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _heard: float = field(init=False)
    _began: float = 0.0
    _said: float = 0.0
    _step: str = ""

    def __post_init__(self) -> None:
        self._heard = self.clock()

    def __call__(self, step: str, done: int, total: int) -> None:
        """See ``syncer.sync.Progress``."""
        now = self.clock()
        if step != self._step:
            self._step = step
            self._began = self._said = self._heard if done else now
        self._heard = now
        if done < total and now - self._said >= INTERVAL:
            self._said = now
            self.say(f"{step}: {done:,} of {total:,}{self._left(done, total)}")

    def _left(self, done: int, total: int) -> str:
        """How long the rest takes, if it goes on as it did."""
        if not done:
            return ""
        seconds = (self._heard - self._began) * (total - done) / done
        return f", about {duration(seconds)} left"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What was said stays."""
