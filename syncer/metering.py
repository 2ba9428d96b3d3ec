"""How far the writing has come: a step forward with each answer, and to its end in any case."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.job import Progress


@dataclass(slots=True)
class Meter:
    """Counts a step that comes in parts; it never goes back, and never past the end of the part that it is in.

    Attributes:
        progress: Is told.
        step: What the step is called.
        total: The sizes of all parts together.
        done: How far it has come.
    """

    progress: Progress
    step: str
    total: int
    done: int = 0
    _end: int = 0

    def start(self) -> None:
        """Tell that it begins."""
        self.progress(self.step, self.done, self.total)

    def advance(self) -> None:
        """One more is done of the part that goes on."""
        self._reach(min(self.done + 1, self._end))

    @contextmanager
    def part(self, size: int) -> Iterator[None]:
        """A part of that size goes on. At its end all of it is through, whether or not it was all needed."""
        self._end = self.done + size
        yield
        self._reach(self._end)

    def _reach(self, done: int) -> None:
        if done > self.done:
            self.done = done
            self.progress(self.step, done, self.total)
