from __future__ import annotations

import pytest

from syncer.core.writing.splices import Splice, apply
from syncer.model import Span


def test_ranges_are_replaced_and_everything_else_stays() -> None:
    splices = [Splice(Span(4, 5), "Y"), Splice(Span(0, 1), ""), Splice(Span(2, 2), "+")]

    assert apply("abcdef", splices) == "b+cdYf"


def test_additions_at_one_place_keep_their_order() -> None:
    splices = [Splice(Span(1, 1), "1"), Splice(Span(1, 1), "2"), Splice(Span(0, 1), "A")]

    assert apply("ab", splices) == "A12b"


@pytest.mark.parametrize(
    "splices",
    [
        [Splice(Span(0, 3), ""), Splice(Span(2, 4), "")],
        [Splice(Span(5, 7), "")],
        [Splice(Span(3, 2), "")],
    ],
)
def test_ranges_that_overlap_or_lie_outside_are_refused(splices: list[Splice]) -> None:
    with pytest.raises(ValueError, match="cannot replace"):
        apply("abcdef", splices)
