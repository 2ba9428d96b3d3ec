from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.reading import read_table

if TYPE_CHECKING:
    from syncer.core.reading.itemtables import ItemTable


def found(header: str, *rows: str) -> ItemTable:
    (one,) = read_table(header, *(rows or (header,))).tables
    return one


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "Action | Owner | Due Date | Status | Issue",
            {"action": 0, "owner": 1, "due": 2, "status": 3, "issue": 4},
        ),
        ("# | Item | Status", {"action": 1, "status": 2}),
        ("Pri | Action | Owner (role) | Prevents", {"priority": 0, "action": 1, "owner": 2}),
        (
            "Status | Action Item | Type | Owner | Link",
            {"status": 0, "action": 1, "owner": 3, "issue": 4},
        ),
        ("What | Who | When", {"action": 0, "owner": 1, "due": 2}),
        ("**Action** | `Owner`", {"action": 0, "owner": 1}),
        ("Accion | Responsable | Fecha limite", {"action": 0, "owner": 1, "due": 2}),
        ("Recommendation | Notes", {"action": 0}),
    ],
)
def test_columns_are_found_by_their_headers(header: str, columns: dict[str, int]) -> None:
    assert found(header).columns == columns


def test_the_surest_header_of_a_use_wins_then_the_first() -> None:
    assert found("Description | Task | Action | Owner").columns["action"] == 2
    assert found("Description | Task | Owner").columns["action"] == 1
    assert found("Action | Link | Ticket").columns["issue"] == 2
    assert found("Action | Owner | Assignee").columns["owner"] == 1


def test_a_row_number_is_never_an_issue() -> None:
    assert "issue" not in found("# | Action | Owner").columns


def test_a_column_that_describes_problems_names_no_issue() -> None:
    rows = (
        "The pool was too small for the load | Grow it |",
        "No alert fired when it broke | Add one |",
    )
    assert found("Issue | Action | Ticket", *rows).columns == {"action": 1, "issue": 2}
    assert "issue" not in found("Issue | Action", *rows).columns


def test_a_table_with_a_row_that_is_too_long_cannot_be_widened() -> None:
    assert found("Action | Owner", "one | @a").widenable
    assert not found("Action | Owner", "one | @a | hidden").widenable


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Action | Owner | Status", "en"),
        ("\u30a2\u30af\u30b7\u30e7\u30f3 | \u62c5\u5f53 | \u671f\u9650", "ja"),
        ("Action | Type | Priorit\u00e9 | Estimation", "fr"),
        ("Ma\u00dfnahme | Status", "de"),
        ("Action | Foo", "en"),
    ],
)
def test_a_table_has_the_language_of_its_headers(header: str, language: str) -> None:
    assert found(header).language == language


def test_headers_are_kept_as_words() -> None:
    assert found("**Action** | [Owner](x) |  ").headers == ("Action", "Owner", "")
