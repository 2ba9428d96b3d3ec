"""Signals as a queue: they are waited for like anything else, and nothing is done in the middle of something else."""

from __future__ import annotations

import os
import select
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

HEEDED: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Stop, stop as a person says it at a terminal, and read the configuration again."""

_AWAKE: Final = b"\0"
"""Not the number of any signal."""


class Signals:
    """Waits for signals. Python writes the number of each into a pipe (``signal.set_wakeup_fd``)."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def wait(self, seconds: float | None) -> list[signal.Signals]:
        """The signals that have come, in their order; none if there were none for so long, or ``wake`` was called.

        Args:
            seconds: How long to wait at most; ``None`` for as long as it takes.
        """
        if not select.select([self._read], [], [], seconds)[0]:
            return []
        known = {int(number): number for number in HEEDED}
        return [known[byte] for byte in os.read(self._read, 4096) if byte in known]

    def wake(self) -> None:
        """End the waiting, from another thread."""
        try:
            os.write(self._write, _AWAKE)
        except BlockingIOError:
            return  # it is full, so that nobody waits

    def _close(self) -> None:
        os.close(self._read)
        os.close(self._write)


@contextmanager
def heeding() -> Iterator[Signals]:
    """Take signals in; at the end all is as it was. To be called from the main thread."""
    signals = Signals()
    descriptor = signals._write  # noqa: SLF001 - made here
    before = {number: signal.signal(number, _noted) for number in HEEDED}
    wakeup = signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
    try:
        yield signals
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        signals._close()  # noqa: SLF001


def _noted(number: int, frame: object) -> None:
    """The pipe has it already."""
