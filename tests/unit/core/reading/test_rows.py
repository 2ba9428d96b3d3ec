from __future__ import annotations

import pytest

from syncer.core.reading.references import Reference
from syncer.core.reading.rows import MOST_UNUSUAL_DATES
from syncer.model import Status
from tests.support.reading import read, read_row, read_table, remarks, section

HEADER = "Action | Owner | Due | Status | Issue"
FIRST_ROW = 7
"""The line of a table's first row in these documents."""


def test_a_row_is_an_action_item() -> None:
    document = read_table(HEADER, "Add an **alert** | @alice | 2025-12-01 | In progress | #12")
    (item,) = document.items
    assert (item.table, item.row, item.line) == (0, 0, FIRST_ROW)
    assert item.text == "Add an alert"
    assert item.values == {"owner": "@alice", "due": "2025-12-01", "status": "In Progress"}
    assert item.writable == {"action", "owner", "due", "status"}
    assert item.status_span is not None
    assert item.status_span.of(document.text) == "In progress"
    assert item.reference == Reference("#12")
    assert document.problems == ()


def test_a_field_without_a_column_is_absent() -> None:
    item = read_row("Action | Owner", "Add an alert | @alice")
    assert item.values == {"owner": "@alice"}
    assert item.writable == {"action", "owner"}
    assert (item.status_span, item.reference) == (None, None)


def test_an_empty_cell_is_an_empty_value_that_may_be_written() -> None:
    document = read_table(HEADER, "Add an alert | \u2014 |  | - |")
    (item,) = document.items
    assert item.values == {"owner": "", "due": "", "status": ""}
    assert item.writable == {"action", "owner", "due", "status"}
    assert item.status_span is not None
    assert item.status_span.of(document.text) == "-"


def test_no_other_column_than_the_issue_s_says_the_status_in_its_place() -> None:
    item = read_row("Action | Status | Notes", "Add an alert | | Done")
    assert item.values == {"status": ""}


class TestRowsThatAreNoItems:
    @pytest.mark.parametrize(
        "row",
        [
            " | | | |",
            "[Specific action] | @username | YYYY-MM-DD | Not Started |",
            "... | @handle | YYYY-MM-DD | | #...",
            "TBD | | | |",
            "<action> | <name> | | |",
            " | | | Not started |",
            "What should be added to stop this | LDAP | | | #123",
        ],
    )
    def test_of_a_blank_form_are_passed_over_in_silence(self, row: str) -> None:
        document = read_table(HEADER, row)
        assert (document.items, document.problems) == ((), ())

    def test_of_a_person_who_forgot_the_action_are_pointed_out(self) -> None:
        document = read_table(HEADER, " | @alice | 2025-12-01 | Todo |")
        assert document.items == ()
        assert remarks(document) == [
            ("info", FIRST_ROW, "the row has no action, so no issue is filed for it")
        ]

    def test_struck_out_are_pointed_out(self) -> None:
        document = read_table(
            HEADER,
            "~~Add an alert~~ | @alice | | Todo |",
            "Do ~~this~~ that | | | |",
            "~~This~~ that | | | |",
        )
        assert [item.text for item in document.items] == ["Do this that", "This that"]
        assert [line for _, line, _ in remarks(document)] == [FIRST_ROW]

    def test_stay_items_while_they_are_linked(self) -> None:
        text = section(
            "| Action | Issue |",
            "|---|---|",
            "| | [#12] |",
            "| | #13 |",
            "| [Specific action] | [#14](https://x.org/14) |",
            "| ~~Dropped~~ | [#15](https://x.org/15) |",
            "",
            "[#12]: https://x.org/12",
        )
        items = read(text).items
        assert [item.text for item in items] == ["", "", "", "Dropped"]
        assert [item.reference and item.reference.text for item in items] == [
            "#12",
            "#13",
            "#14",
            "#15",
        ]


class TestOwner:
    @pytest.mark.parametrize(
        ("cell", "owner"),
        [
            ("@alice", "@alice"),
            ("Alice   Example", "Alice Example"),
            ("[@alice](https://github.com/alice)", "@alice"),
            ("**DBA + service owner**", "DBA + service owner"),
            ("<alice@example.org>", "alice@example.org"),
            ("DS", "DS"),
            ("`@alice`, @bob", "@alice, @bob"),
            ("\u958b\u767a\u62c5\u5f53\u8005", "\u958b\u767a\u62c5\u5f53\u8005"),
            ("TBD", ""),
            ("n/a", ""),
            ("unassigned", ""),
            ("@username", ""),
            ("?", ""),
        ],
    )
    def test_is_the_words_of_its_cell(self, cell: str, owner: str) -> None:
        item = read_row("Action | Owner", f"Add an alert | {cell}")
        assert item.values["owner"] == owner
        assert "owner" in item.writable


class TestDue:
    @pytest.mark.parametrize(
        ("cell", "due"),
        [
            ("2025-12-01", "2025-12-01"),
            ("**2025-12-01**", "2025-12-01"),
            ("[2025-12-01](https://cal.example)", "2025-12-01"),
            ("Oct 11, 2025", "2025-10-11"),
            ("2 weeks", "2025-12-03"),
            ("YYYY-MM-DD", ""),
            ("\u2014", ""),
            ("", ""),
        ],
    )
    def test_is_a_day(self, cell: str, due: str) -> None:
        head = "# Outage\n\n**Date:** 2025-11-19"
        document = read_table("Action | Due", f"Add an alert | {cell}", head=head)
        (item,) = document.items
        assert item.values == {"due": due}
        assert "due" in item.writable
        assert document.problems == ()

    @pytest.mark.parametrize(
        "cell",
        [
            "Q4 2025",
            "3/4/2025",
            "ASAP",
            "TBD",
            "2025-13-40",
            "~~2025-11-01~~ 2025-12-01",
            "2 weeks",
        ],
    )
    def test_that_cannot_be_told_is_left_alone_and_pointed_out(self, cell: str) -> None:
        document = read_table("Action | Due", f"Add an alert | {cell}")
        (item,) = document.items
        assert item.values == {}
        assert "due" not in item.writable
        ((level, line, message),) = remarks(document)
        assert (level, line) == ("info", FIRST_ROW)
        assert message.startswith("\u201c")

    def test_that_takes_a_library_is_read_a_bounded_number_of_times(self) -> None:
        rows = [f"Do {n} | Oct {n % 28 + 1}, 2025" for n in range(MOST_UNUSUAL_DATES + 5)]
        document = read_table("Action | Due", *rows)
        assert sum("due" in item.values for item in document.items) == MOST_UNUSUAL_DATES
        assert len(document.problems) == 5


class TestStatus:
    def test_is_a_meaning_with_a_place_in_the_text(self) -> None:
        document = read_table("Action | Status", "Add an alert | n/a **DONE** (#3)")
        (item,) = document.items
        assert item.values == {"status": Status.DONE}
        assert item.status_span is not None
        assert item.status_span.of(document.text) == "**DONE**"

    @pytest.mark.parametrize("cell", ["TBD", "?", "", "\u2014"])
    def test_may_be_open_to_be_filled_in(self, cell: str) -> None:
        document = read_table("Action | Status", f"Add an alert | {cell}")
        (item,) = document.items
        assert item.values == {"status": ""}
        assert "status" in item.writable
        assert item.status_span is not None
        assert item.status_span.of(document.text) == cell

    def test_that_is_unknown_is_left_alone_and_pointed_out(self) -> None:
        document = read_table("Action | Status", "Add an alert | Done until #49")
        (item,) = document.items
        assert item.values == {}
        assert "status" not in item.writable
        assert item.status_span is None
        ((level, line, message),) = remarks(document)
        assert (level, line) == ("warning", FIRST_ROW)
        assert "Done until #49" in message

    def test_that_cannot_be_replaced_alone_is_read_but_not_written(self) -> None:
        item = read_row("Action | Status", "Add an alert | \u2705 [Done](https://x.org/14)")
        assert item.values == {"status": "Done"}
        assert "status" not in item.writable
        assert item.status_span is None

    def test_may_stand_in_the_issue_column(self) -> None:
        document = read_table(
            "Action | Bug", "One | n/a **DONE**", "Two | #12 **TODO**", "Three | #13"
        )
        assert [item.values.get("status") for item in document.items] == [
            "Done",
            "Not Started",
            None,
        ]
        assert all("status" not in item.writable for item in document.items)

    def test_in_its_own_column_goes_before_one_in_the_issue_column(self) -> None:
        document = read_table("Action | Bug | Status", "One | **DONE** | Open", "Two | **DONE** |")
        assert [item.values.get("status") for item in document.items] == ["Not Started", "Done"]
        assert all("status" in item.writable for item in document.items)


class TestPriority:
    @pytest.mark.parametrize(
        ("cell", "priority"),
        [
            ("P0", "P0"),
            ("**P0**", "P0"),
            ("\U0001f534 P0", "\U0001f534 P0"),
            ("Alta", "Alta"),
            ("P0/P1/P2", ""),
        ],
    )
    def test_is_the_words_of_its_cell(self, cell: str, priority: str) -> None:
        assert read_row("Action | Priority", f"Add | {cell}").values == {"priority": priority}


class TestCellsThatDoNotFit:
    def test_a_row_that_lost_cells_is_read_with_empty_ones(self) -> None:
        document = read_table(HEADER, "Add an alert | @alice")
        (item,) = document.items
        assert item.values == {"owner": "@alice", "due": "", "status": ""}
        assert item.writable == {"action", "owner"}
        assert remarks(document) == [
            ("info", FIRST_ROW, "the row has 2 of 5 cells; the last ones count as empty")
        ]

    def test_a_row_with_too_many_cells_is_read_up_to_the_header(self) -> None:
        document = read_table("Action | Owner", "Add a|b | @alice | [x](https://x.org)")
        (item,) = document.items
        assert (item.text, item.values, item.urls) == ("Add a", {"owner": "b"}, ())
        ((level, line, message),) = remarks(document)
        assert (level, line) == ("warning", FIRST_ROW)
        assert "4 cells under 2 headers" in message
        assert "\\|" in document.problems[0].remedy

    def test_a_row_without_its_action_cell_is_passed_over(self) -> None:
        document = read_table("Owner | Action", "@alice")
        assert document.items == ()
        assert [level for level, _, _ in remarks(document)] == ["info"]


class TestTheRestOfARow:
    def test_columns_without_a_use_are_kept_for_the_issue_s_text(self) -> None:
        item = read_row(
            "# | Action | Type | Notes | Evidence", "3 | Add | Prevent | \u2014 | `a` **b**"
        )
        assert item.extra == (("Type", "Prevent"), ("Evidence", "a b"))

    def test_a_second_column_of_one_use_is_kept_too(self) -> None:
        item = read_row("Action | Owner | Assignee", "Add | @alice | @bob")
        assert item.values == {"owner": "@alice"}
        assert item.extra == (("Assignee", "@bob"),)

    def test_links_of_all_cells_but_the_issue_s_are_listed(self) -> None:
        item = read_row(
            "Action | Owner | Issue | Notes",
            "Add [this](https://a.org) | [@b](https://b.org) | [#1](https://c.org) | https://d.org.",
        )
        assert item.urls == ("https://a.org", "https://b.org", "https://d.org")
        assert item.reference == Reference("#1", "https://c.org")


class TestDefinitions:
    def test_that_syncer_added_do_not_change_an_action_s_words(self) -> None:
        row = "| [PAY-7] Add an alert | PAY-7 |"
        before = read(section("| Action | Issue |", "|---|---|", row))
        after = read(
            section(
                "| Action | Issue |",
                "|---|---|",
                row,
                "",
                '[PAY-7]: https://x.org/7 "sync 1; status=Done"',
            )
        )
        assert before.items[0].text == after.items[0].text == "[PAY-7] Add an alert"

    def test_of_the_author_make_links(self) -> None:
        document = read(
            section("| Action |", "|---|", "| Add an [alert] |", "", "[alert]: https://x.org/alert")
        )
        assert document.items[0].text == "Add an alert"
        assert document.items[0].urls == ("https://x.org/alert",)

    def test_of_one_label_count_in_the_order_of_the_text(self) -> None:
        document = read(
            section(
                "| Action | Issue |",
                "|---|---|",
                "| Add | [#1] |",
                "",
                "[#1]: https://a.org",
                "[#1]: https://b.org",
            )
        )
        assert document.items[0].reference == Reference("#1", "https://a.org", "#1")
        assert len(document.definitions) == 2
