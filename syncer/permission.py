"""Whether a run may go on writing, and how it waits: it may be told to stop, or have lost its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Permission(Protocol):
    """Is asked before every write, and waits in the place of the one who has to wait."""

    def check(self) -> None:
        """Return if a write may be sent now.

        Raises:
            TrackerError: None may be, from now on. What was written before is whole.
        """

    def wait(self, seconds: float) -> None:
        """Wait so long.

        Raises:
            TrackerError: There is no point in waiting any longer: nothing may be written from now on.
        """


class Always:
    """Nothing speaks against a write.

    Args:
        sleep: Waits so many seconds.
    """

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep

    def check(self) -> None:
        """See ``Permission``."""

    def wait(self, seconds: float) -> None:
        """See ``Permission``."""
        self._sleep(seconds)
