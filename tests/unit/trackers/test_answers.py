"""What counts as an answer of a service that answers in JSON."""

from __future__ import annotations

from typing import Any

import pytest

from syncer.trackers.answers import is_success, json_in, list_in, number_in, object_in
from syncer.trackers.replies import Reply, UnreadableError


@pytest.mark.parametrize("text", ["", "<html>", "{", "[" * 100_000])
def test_what_is_no_json_is_no_answer(text: str) -> None:
    with pytest.raises(UnreadableError):
        json_in(Reply(200, {}, text))


@pytest.mark.parametrize(
    ("data", "needs"), [([], ()), (None, ()), ("a", ()), ({}, ("a",)), ({"a": None}, ("a",))]
)
def test_an_object_has_what_it_needs(data: Any, needs: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableError):
        object_in(data, needs)
    assert object_in({"a": 0}, ("a",)) == {"a": 0}


@pytest.mark.parametrize("data", [{}, None, [1], [{}, None]])
def test_a_list_is_one_of_objects(data: Any) -> None:
    with pytest.raises(UnreadableError):
        list_in(data)
    assert list_in([]) == []


@pytest.mark.parametrize(
    ("status", "success"), [(199, False), (200, True), (299, True), (300, False)]
)
def test_a_redirection_is_no_success(status: int, *, success: bool) -> None:
    assert is_success(status) is success


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("1764000000", 1764000000),
        ("", None),
        (None, None),
        ("-1", None),
        ("1.5", None),
        ("\u00b2", None),
        ("\u0661", None),
        ("9" * 12, None),
        ("1\n", None),
    ],
)
def test_a_number_is_one_that_can_be_worked_with(text: str | None, number: int | None) -> None:
    assert number_in(text) == number
