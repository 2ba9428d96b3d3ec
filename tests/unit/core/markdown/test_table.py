"""Tables: GFM 4.10, and where it leaves something open, cmark-gfm."""

from __future__ import annotations

import pytest

from syncer.core.markdown import Paragraph, parse_blocks
from syncer.model import Span
from tests.support.tables import kinds, tables, the_table, words


def test_a_table_has_a_header_a_delimiter_row_and_rows() -> None:
    text = "| a | b |\n|---|:-:|\n| 1 | 2 |\n"
    table = the_table(text)
    assert words(text) == [["a", "b"], ["1", "2"]]
    assert [cell.span.of(text) for cell in table.delimiter.cells] == ["---", ":-:"]
    assert table.span.of(text) == text.rstrip("\n")
    assert [row.line for row in (table.header, table.delimiter, *table.rows)] == [1, 2, 3]


def test_a_cell_has_its_padding_and_its_content() -> None:
    text = "|  a |b|\n|-|-|\n"
    first, second = the_table(text).header.cells
    assert (first.outer.of(text), first.span.of(text)) == ("  a ", "a")
    assert (second.outer.of(text), second.span.of(text)) == ("b", "b")


@pytest.mark.parametrize(("row", "place"), [("|   |", 2), ("| |", 2), ("||", 1)])
def test_an_empty_cell_has_an_empty_span_inside_its_padding(row: str, place: int) -> None:
    text = f"|a|\n|-|\n{row}\n"
    (cell,) = the_table(text).rows[0].cells
    assert cell.span == Span(8 + place, 8 + place)
    assert cell.outer.start <= cell.span.start <= cell.outer.end


def test_outer_pipes_are_optional_in_each_row() -> None:
    text = "a | b\n-|-\n| 1 | 2\n3 | 4 |\n| 5 | 6 |\n7 | 8\n"
    table = the_table(text)
    assert words(text) == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]
    pipes = [(row.leading_pipe, row.trailing_pipe) for row in (table.header, *table.rows)]
    assert pipes == [(False, False), (True, False), (False, True), (True, True), (False, False)]


def test_without_outer_pipes_the_outer_cells_reach_to_the_edges_of_the_line() -> None:
    text = " a | b \n-|-\n"
    header = the_table(text).header
    assert [cell.outer.of(text) for cell in header.cells] == [" a ", " b "]
    assert header.span.of(text) == " a | b "


def test_rows_keep_missing_and_extra_cells() -> None:
    assert words("|a|b|\n|-|-|\n|1|\n|1|2|3|\n") == [["a", "b"], ["1"], ["1", "2", "3"]]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (r"| a\|b | c |", [r"a\|b", "c"]),
        (r"| `a\|b` | c |", [r"`a\|b`", "c"]),
        (r"| a\\|b |", [r"a\\|b"]),
        (r"| a\\\|b |", [r"a\\\|b"]),
        ("| `a|b` | c |", ["`a", "b`", "c"]),
        (r"| a \| b", [r"a \| b"]),
        (r"| \|", [r"\|"]),
    ],
)
def test_a_pipe_is_escaped_by_the_backslash_before_it_whatever_is_around(
    row: str, cells: list[str]
) -> None:
    assert words(f"|h|\n|-|\n{row}\n")[1] == cells


def test_the_header_is_the_last_line_of_the_paragraph_above() -> None:
    text = "Our actions:\nall of them\n| a |\n|---|\n| 1 |\n"
    assert parse_blocks(text).blocks[0] == Paragraph("Our actions:\nall of them", 1)
    assert the_table(text).header.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|\n",
        "| a |\n|---|---|\n",
        "| a |\n\n|---|\n",
        "| a |\n    |---|\n",
        "| a |\n|- -|\n",
        "| a |\n|---x|\n",
        "| a |\n| |\n",
        "|---|\n",
        "a\n---\n",
        "a\n- | -\n",
    ],
)
def test_what_does_not_fit_is_no_table(text: str) -> None:
    assert tables(text) == []


def test_after_one_delimiter_row_that_does_not_fit_a_paragraph_has_no_table() -> None:
    assert tables("| a |\n|-|-|\n| b |\n|-|\n") == []


@pytest.mark.parametrize(
    "text", ["a\n:-\n", "a\n-:\n", "a\n|-\n", "a\n-|\n", "a|b\n :-- | - \n", "a\n|\t-\t|\n"]
)
def test_short_delimiter_rows_make_a_table(text: str) -> None:
    assert len(tables(text)) == 1


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("", None),
        (" \t", None),
        ("> quote", "Container"),
        ("- item", "Container"),
        ("-", "Container"),
        ("7. item", "Container"),
        ("# heading", "Heading"),
        ("```", "Other"),
        ("~~~", "Other"),
        ("***", "Other"),
        ("---", "Other"),
        ("<div>", "Other"),
        ("<b>", "Other"),
        ("<!-- c -->", "Other"),
        ("    code", "Other"),
        ("\tcode", "Other"),
        ("|", "Paragraph"),
        ("| \t", "Paragraph"),
    ],
)
def test_a_table_ends_where_another_block_begins(line: str, kind: str | None) -> None:
    found = kinds(f"|a|\n|-|\n|1|\n{line}\n")
    assert found == (["Table", kind] if kind else ["Table"])
    assert len(the_table(f"|a|\n|-|\n|1|\n{line}\n|2|\n").rows) == 1


@pytest.mark.parametrize("line", ["text", "1.text", "#tag", "-x", "``", "<b", "=", "[x]: /u", "\\"])
def test_other_lines_are_rows(line: str) -> None:
    assert words(f"|a|\n|-|\n{line}\n")[1] == [line]


def test_a_table_is_followed_by_another_one_after_a_blank_line() -> None:
    assert len(tables("|a|\n|-|\n\n|b|\n|-|\n")) == 2


def test_above_a_table_there_are_no_definitions() -> None:
    blocks = parse_blocks("[x]: /u\n| a |\n|---|\n")
    assert blocks.definitions == ()
    assert blocks.blocks[0] == Paragraph("[x]: /u", 1)
