"""What was wrong with requests and answers, told at the end of a test."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class ViolationError(Exception):
    """Somebody didn't keep to the API's description.

    Args:
        wrong: In which ways.
    """

    def __init__(self, wrong: Sequence[str]) -> None:
        super().__init__("\n".join(wrong))
        self.wrong = wrong


@contextmanager
def told(violations: Sequence[str], *, strict: bool) -> Iterator[None]:
    """Raise at the end what there is then, or add it to what a test says.

    Args:
        violations: A list that may grow.
        strict: Whether to do so at all.

    Raises:
        ViolationError: There is something.
    """
    try:
        yield
    except BaseException as error:
        if strict and violations:
            error.add_note("\n".join(violations))
        raise
    if strict and violations:
        raise ViolationError(violations)
