from __future__ import annotations

import pytest

from syncer.core.markdown import Table, parse_blocks
from syncer.core.writing.widening import widen
from syncer.errors import DocumentError
from tests.support.writing import HEADING, TITLE, definition, row, table, write

DEFINITIONS = [definition("#12")]


def linked(text: str, number: int = 0, **values: str) -> str:
    """The table with row ``number`` linked to issue 12."""
    return table(text, row(number, "[#12]", **values), definitions=DEFINITIONS)


class TestColumnsThatAreAdded:
    def test_an_issue_column_comes_last_and_a_status_column_before_it(self) -> None:
        text = "| Action | Owner |\n| --- | --- |\n| foo | a |\n| bar | b |\n"

        assert linked(text, 1, status="Not Started") == (
            "| Action | Owner | Status | Issue |\n"
            "| --- | --- | --- | --- |\n"
            "| foo | a |  |  |\n"
            "| bar | b | Not Started | [#12] |\n"
        )

    def test_a_table_with_a_status_column_gets_no_second_one(self) -> None:
        text = "| Status | Action |\n|---|---|\n| Done | foo |\n"

        assert (
            linked(text) == "| Status | Action | Issue |\n|---|---|---|\n| Done | foo | [#12] |\n"
        )

    def test_a_status_alone_gets_a_column_of_its_own(self) -> None:
        text = "| Action | Issue |\n| --- | --- |\n| foo | [#9] |\n"

        assert table(text, row(0, status="Done")) == (
            "| Action | Issue | Status |\n| --- | --- | --- |\n| foo | [#9] | Done |\n"
        )

    def test_no_status_column_is_added_where_none_is_wanted(self) -> None:
        text = TITLE + HEADING + "| Action |\n|---|\n| foo |\n"

        new = write(
            text, row(0, "[#12]", status="Done"), definitions=DEFINITIONS, add_columns=False
        )

        assert "| Action | Issue |\n|---|---|\n| foo | [#12] |\n" in new
        assert write(text, row(0, status="Done"), add_columns=False) == text

    def test_the_headers_speak_the_tables_language(self) -> None:
        new = linked("| アクション | 担当 |\n| --- | --- |\n| 監視 | 太郎 |\n", status="Done")

        assert new.startswith("| アクション | 担当 | ステータス | チケット |\n")
        assert "| 監視 | 太郎 | 完了 | [#12] |" in new

    def test_rows_with_missing_cells_get_them(self) -> None:
        text = "| Action | Owner | Status |\n|---|---|---|\n| foo |\n| bar | b |\n"

        assert linked(text) == (
            "| Action | Owner | Status | Issue |\n|---|---|---|---|\n"
            "| foo |  |  | [#12] |\n| bar | b |  |  |\n"
        )


class TestStyle:
    def test_an_aligned_table_stays_aligned(self) -> None:
        text = "| Action     | Status |\n|------------|--------|\n| 監視を追加 | Done   |\n| foo        |        |\n"

        assert linked(text) == (
            "| Action     | Status | Issue |\n"
            "|------------|--------|-------|\n"
            "| 監視を追加 | Done   | [#12] |\n"
            "| foo        |        |       |\n"
        )

    def test_an_aligned_table_stays_aligned_around_a_long_link(self) -> None:
        text = "| Action | Status |\n| ------ | ------ |\n| foo    | Done   |\n"

        new = table(
            text, row(0, "[acme/shop#12]"), definitions=[definition("acme/shop#12", url="u")]
        )

        assert new == (
            "| Action | Status | Issue          |\n"
            "| ------ | ------ | -------------- |\n"
            "| foo    | Done   | [acme/shop#12] |\n"
        )

    def test_dashes_as_wide_as_the_header_stay_so(self) -> None:
        text = "| Action | Status |\n|--------|--------|\n| do something | Done |\n"

        assert linked(text).splitlines()[:2] == [
            "| Action | Status | Issue |",
            "|--------|--------|-------|",
        ]

    def test_dashes_as_wide_as_the_header_stay_so_beside_wider_cells(self) -> None:
        text = "| Action | Status |\n|--------|--------|\n| do something | Done |\n"

        new = table(
            text, row(0, "[acme/shop#12]"), definitions=[definition("acme/shop#12", url="u")]
        )

        assert new.splitlines()[1] == "|--------|--------|-------|"

    def test_an_aligned_column_has_at_least_three_dashes(self) -> None:
        text = "|abcde|abcde|\n| :-: | :-: |\n|abcde|abcde|\n"
        (found,) = (b for b in parse_blocks(text).blocks if isinstance(b, Table))

        lines = [line for _, line in widen(text, found, ["x"], {})]

        assert lines == [
            "|abcde|abcde|   x   |",
            "| :-: | :-: | :---: |",
            "|abcde|abcde|       |",
        ]

    def test_short_dashes_stay_short(self) -> None:
        text = "| Action | Status |\n|:-|-----|\n| do something | Done |\n"

        assert linked(text).splitlines()[1] == "|:-|-----|-----|"

    def test_a_compact_table_stays_compact(self) -> None:
        text = "|Action|Status|\n|-|-|\n|foo|Done|\n|bar|Done|\n"

        assert linked(text) == ("|Action|Status|Issue|\n|-|-|-|\n|foo|Done|[#12]|\n|bar|Done||\n")

    def test_a_column_is_aligned_as_all_others_are(self) -> None:
        text = (
            "| Action | Status |\n| -----: | -----: |\n|    foo |   Done |\n|    bar |   Done |\n"
        )

        assert linked(text) == (
            "| Action | Status | Issue |\n| -----: | -----: | ----: |\n"
            "|    foo |   Done | [#12] |\n|    bar |   Done |       |\n"
        )

    def test_a_column_is_aligned_as_none_where_they_differ(self) -> None:
        text = "| Action | Status |\n| :----- | -----: |\n| foo    |   Done |\n"

        assert linked(text).splitlines()[1] == "| :----- | -----: | ----- |"

    def test_rows_without_pipes_at_their_edges_stay_without(self) -> None:
        text = "Action | Status\n--- | ---\nfoo | Done\ndo something | Done\n"

        assert linked(text, 1) == (
            "Action | Status | Issue\n--- | --- | ---\n| foo | Done | |\ndo something | Done | [#12]\n"
        )

    def test_aligned_rows_without_pipes_at_their_edges_stay_aligned(self) -> None:
        text = "Action | Status\n------ | ------\nfoo    | Done\nbar    | In Progress\n"

        assert linked(text) == (
            "Action | Status      | Issue\n"
            "------ | ------      | -----\n"
            "foo    | Done        | [#12]\n"
            "| bar    | In Progress | |\n"
        )

    def test_a_single_column_gets_company(self) -> None:
        text = "Action\n|---|\nfoo\n"

        assert linked(text, status="Done") == (
            "Action | Status | Issue\n|---|---|---|\nfoo | Done | [#12]\n"
        )

    def test_each_row_keeps_its_own_pipes_and_white_space(self) -> None:
        text = "  | Action | Status |\n|---|---|\t\n| foo | Done  \nbar | Done |  \n"

        assert linked(text, 1) == (
            "  | Action | Status | Issue |\n|---|---|---|\t\n| foo | Done | |  \nbar | Done | [#12] |  \n"
        )

    def test_a_backslash_before_the_new_pipe_does_not_escape_it(self) -> None:
        text = "Action|Owner\n-|-\nfoo|C:\\\n"

        assert linked(text).splitlines()[2] == "foo|C:\\ ||[#12]"


def test_a_table_with_hidden_cells_is_never_widened() -> None:
    text = TITLE + HEADING + "| Action | Owner |\n|---|---|\n| foo | a |\n| bar | b | c |\n"

    with pytest.raises(DocumentError, match=r"3 cells under 2 headers.*Issue") as caught:
        write(text, row(0, "[#12]"), definitions=DEFINITIONS)

    assert caught.value.line == 8
    assert "\\|" in caught.value.remedy
