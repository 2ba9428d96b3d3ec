from __future__ import annotations

import pytest

from tests.support.writing import row, table

ALIGNED = """\
| Action         | Owner  | Status      |
|----------------|--------|-------------|
| Alert on depth | @alice | In Progress |
| Write runbook  |        | Not Started |
"""


class TestPadding:
    def test_an_aligned_table_stays_aligned(self) -> None:
        assert table(ALIGNED, row(0, status="Done"), row(1, owner="@bob")) == (
            "| Action         | Owner  | Status      |\n"
            "|----------------|--------|-------------|\n"
            "| Alert on depth | @alice | Done        |\n"
            "| Write runbook  | @bob   | Not Started |\n"
        )

    def test_only_the_row_with_a_text_that_is_too_long_gets_wider(self) -> None:
        assert table(ALIGNED, row(1, owner="@bob and the others")) == ALIGNED.replace(
            "|        | Not", "| @bob and the others | Not"
        )

    def test_a_table_with_single_blanks_keeps_them(self) -> None:
        text = "| Action | Owner | Status |\n| --- | --- | --- |\n| Alert on depth | @alice | In Progress |\n"

        assert table(text, row(0, status="Done", owner="")) == text.replace(
            "| @alice | In Progress |", "|  | Done |"
        )

    def test_a_compact_table_stays_compact(self) -> None:
        text = "|Action|Owner|Status|\n|-|-|-|\n|Alert on depth||Todo|\n"

        assert table(text, row(0, status="Done", owner="@bob")) == text.replace(
            "||Todo|", "|@bob|Done|"
        )

    def test_an_indented_row_stays_indented(self) -> None:
        text = "  | Action | Status |\n  |---|---|\n   | a | Done | \t\n"

        assert table(text, row(0, action="b")) == text.replace("| a |", "| b |")


class TestEscaping:
    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ("a|b", "a\\|b"),
            ("a\\", "a\\\\"),
            ("*a* `b` [c]", "\\*a\\* \\`b\\` \\[c\\]"),
            ("a\r\n b\tc", "a b c"),
            ("<b>&amp;", "\\<b>\\&amp;"),
        ],
    )
    def test_a_text_is_never_markup(self, text: str, cell: str) -> None:
        compact = "|Action|Owner|\n|-|-|\n|x|y|\n"

        assert table(ALIGNED, row(0, action=text)).count(f"| {cell} ") == 1
        new = table(compact, row(0, action=text))
        assert new.count(f"|{cell} |" if cell.endswith("\\") else f"|{cell}|") == 1

    @pytest.mark.parametrize(
        "owner", ["@bob", "@team/on-call", "José Ñ.", "担当 太郎", "o'brien_x"]
    )
    def test_a_name_stays_readable(self, owner: str) -> None:
        assert f"| {owner} |" in table(
            "| Action | Owner |\n|---|---|\n| a | b |\n", row(0, owner=owner)
        )


class TestRowsWithoutPipesAtTheirEdges:
    TEXT = "Action | Owner | Status\n--- | --- | ---\nfoo | a | Todo\nbar | b | Todo\n"

    @pytest.mark.parametrize(
        ("line", "values", "new"),
        [
            ("  foo | a | Todo", {"action": "fooo"}, "  fooo | a | Todo"),
            ("foo |   ab | Todo", {"owner": "abc"}, "foo |  abc | Todo"),
            ("|  foo |   ab | Todo", {"action": "fooo"}, "| fooo |   ab | Todo"),
        ],
    )
    def test_only_what_stands_before_a_pipe_counts_as_padding(
        self, line: str, values: dict[str, str], new: str
    ) -> None:
        head = "Action | Owner | Status\n--: | --: | ---\n"

        assert table(head + line + "\n", row(0, **values)) == head + new + "\n"

    def test_a_row_stays_without_them(self) -> None:
        assert table(self.TEXT, row(0, action="baz", owner="@c", status="Done")) == (
            self.TEXT.replace("foo | a | Todo", "baz | @c | Done")
        )

    @pytest.mark.parametrize(
        "action",
        [
            "- a",
            "+ a",
            "* a",
            "1. a",
            "2) a",
            "# a",
            "> a",
            "```",
            "~~~",
            "<div> a",
            "<!-- a",
            "--- a",
            "=== a",
            "= a",
            ":-- a",
            "[a]: /u",
            "\\",
        ],
    )
    def test_a_first_cell_that_could_begin_a_block_gets_them(self, action: str) -> None:
        new = table(self.TEXT, row(1, action=action))

        assert new.startswith("Action | Owner | Status\n--- | --- | ---\nfoo | a | Todo\n| ")
        assert new.endswith(" | b | Todo |\n")

    def test_a_last_cell_that_becomes_empty_gets_them(self) -> None:
        text = "Action | Owner\n--- | ---\nfoo | a\nbar | b\n"

        assert table(text, row(0, owner="")) == text.replace("foo | a", "| foo | |")

    def test_a_first_cell_that_becomes_empty_gets_them(self) -> None:
        text = "Owner | Action\n--- | ---\na | foo\nb | bar\n"

        assert table(text, row(0, owner="")) == text.replace("a | foo", "|  | foo |")

    def test_one_pipe_too_few_is_added_alone(self) -> None:
        text = "| Action | Owner\n|--- | ---\n| foo | a\n"

        assert table(text, row(0, owner="")) == text.replace("| foo | a", "| foo | |")

    def test_a_last_cell_that_ends_in_a_backslash_keeps_its_blanks(self) -> None:
        text = "Action | Owner\n--- | ---\nfoo | a  \n"

        assert table(text, row(0, owner="b\\")) == text.replace("foo | a  ", "foo | b\\\\  ")

    def test_a_compact_row_gets_compact_ones(self) -> None:
        text = "Action|Owner\n-|-\nfoo|a\n"

        assert table(text, row(0, owner="")) == text.replace("foo|a", "|foo||")


class TestRowsWithMissingCells:
    def test_a_row_gets_the_cells_up_to_the_one_that_changes(self) -> None:
        text = "| Action | Owner | Due | Status |\n|---|---|---|---|\n| foo |\n"

        assert table(text, row(0, status="Done")) == text.replace("| foo |", "| foo |  |  | Done |")

    def test_also_without_pipes_at_its_edges(self) -> None:
        text = "Action | Owner | Due\n--- | --- | ---\nfoo  \n"

        assert table(text, row(0, owner="@bob")) == text.replace("foo", "foo | @bob")

    def test_a_cell_under_no_header_stays(self) -> None:
        text = "| Action | Owner |\n|---|---|\n| foo | a | hidden |\n"

        assert table(text, row(0, owner="b")) == text.replace("| a |", "| b |")
