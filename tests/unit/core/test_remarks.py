"""What a person is told: the words that depend on what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.core import remarks

if TYPE_CHECKING:
    from syncer.model import Field


@pytest.mark.parametrize(
    ("name", "held", "said"),
    [
        ("owner", "@bob", "'@bob'"),
        ("owner", "", "nothing"),
        ("action", "3f9a2c41", "another title"),
    ],
)
def test_a_value_that_was_not_taken_is_told_with_what_the_tracker_has(
    name: Field, held: str, said: str
) -> None:
    problem = remarks.not_taken("a.md", 7, name, "asked", held)

    assert said in problem.message
    assert "3f9a2c41" not in problem.message
    assert ("asked" in problem.message) is (name != "action")
    assert (problem.document, problem.line) == ("a.md", 7)
