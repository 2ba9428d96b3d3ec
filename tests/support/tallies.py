"""What tests went through, shown at the end of the run: a number that a test can't assert, a reader can judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN: Final[dict[str, Mapping[str, int]]] = {}


def show(title: str, counts: Mapping[str, int]) -> None:
    """Have these counts printed in pytest's summary."""
    SHOWN[title] = counts
