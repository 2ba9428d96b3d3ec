"""Blocks: which there are, where they stand, and what is in them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from syncer.core.markdown import (
    Blocks,
    Container,
    Heading,
    Other,
    Paragraph,
    Table,
    line_ending,
    parse_blocks,
)
from tests.support.tables import kinds, the_table, words

# Offsets and lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_offsets_are_those_of_the_text_as_it_was_read(end: str, mark: str, *, last: bool) -> None:
    lines = ["# é", "", "\t", "| a\t| b |", "|-|-|", "  | 1 | 2", "", "[x]: /u 'y", "z'"]
    text = mark + end.join(lines) + end * last
    blocks = parse_blocks(text)
    table = the_table(text)
    assert words(text) == [["a", "b"], ["1", "2"]]
    assert [row.span.of(text) for row in (table.header, table.delimiter, *table.rows)] == lines[3:6]
    assert table.span.of(text) == end.join(lines[3:6])
    (definition,) = blocks.definitions
    assert definition.span is not None
    assert definition.span.of(text) == end.join(lines[7:])
    assert [(block.line) for block in blocks.blocks] == [1, 4, 8]
    assert definition.title == "y\nz"


def test_mixed_line_ends_are_counted_as_markdown_counts_them() -> None:
    text = "a\r\rb\r\n\r\n\n\r# c\n\r|d|\r\n|-|\r|e|"
    assert [(type(block), block.line) for block in parse_blocks(text).blocks] == [
        (Paragraph, 1),
        (Paragraph, 3),
        (Heading, 7),
        (Table, 9),
    ]
    assert words(text) == [["d"], ["e"]]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_lf_cr_and_crlf_end_lines(character: str) -> None:
    text = f"a{character}# b\n\n|c|\n|-|\n|d{character}e|\n"
    assert kinds(text) == ["Paragraph", "Table"]
    assert words(text)[1] == [f"d{character}e"]
    assert the_table(text).header.line == 3


def test_an_empty_document_has_no_blocks() -> None:
    for text in ("", "\ufeff", "\n", "\r\n \t\n"):
        assert parse_blocks(text) == Blocks((), (), None, end_is_open=False)


@pytest.mark.parametrize(
    ("text", "end"),
    [("", "\n"), ("a", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb", "\r"), ("a\nb\r\n", "\n")],
)
def test_the_line_end_that_prevails(text: str, end: str) -> None:
    assert line_ending(text) == end


# Front matter


@pytest.mark.parametrize(
    ("text", "yaml"),
    [
        ("---\na: b\n---\n# T\n", "a: b\n"),
        ("---\na: b\n...\n# T\n", "a: b\n"),
        ("--- \n# comment\na: b\n\n  c\n--- \n# T\n", "# comment\na: b\n\n  c\n"),
        ("\ufeff---\r\na: b\r\n---\r\n# T\r\n", "a: b\r\n"),
        ('---\n"a b": c\n- d\n---\n# T\n', '"a b": c\n- d\n'),
        ("---\n---\n# T\n", ""),
        ("---\na:\n---", "a:\n"),
    ],
)
def test_front_matter_is_skipped_and_handed_over(text: str, yaml: str) -> None:
    blocks = parse_blocks(text)
    assert blocks.front_matter is not None
    assert blocks.front_matter.of(text) == yaml
    title = "# T" in text
    assert [block.text for block in blocks.blocks if isinstance(block, Heading)] == ["T"] * title
    assert len(blocks.blocks) == title


@pytest.mark.parametrize(
    "text",
    [
        "---\n# T\n\nText: x\n\n---\n",
        "---\nWords\n---\n",
        "---\nDate: x\n\n| a |\n|---|\n\n---\n",
        "---\na: b\n",
        "\n---\na: b\n---\n",
        "---",
    ],
)
def test_a_thematic_break_at_the_start_is_no_front_matter(text: str) -> None:
    blocks = parse_blocks(text)
    assert blocks.front_matter is None
    assert isinstance(blocks.blocks[0], Other)


# Headings


@pytest.mark.parametrize(
    ("source", "level", "text"),
    [
        ("# a", 1, "a"),
        ("###### a", 6, "a"),
        ("## a ##", 2, "a"),
        ("# a ###  ", 1, "a"),
        ("# a#", 1, "a#"),
        ("# a \\#", 1, "a \\#"),
        ("#\ta\t#", 1, "a"),
        ("#", 1, ""),
        ("## ##", 2, ""),
        ("   # `x` *y*", 1, "`x` *y*"),
        ("a\n===", 1, "a"),
        ("a\nb\n--", 2, "a\nb"),
        ("[x]: /u\na\n===", 1, "a"),
    ],
)
def test_headings(source: str, level: int, text: str) -> None:
    heading = parse_blocks(source + "\n").blocks[-1]
    assert isinstance(heading, Heading)
    assert (heading.level, heading.text) == (level, text)


@pytest.mark.parametrize("source", ["#a", "####### a", "    # a", "\\# a", "a\n=-=", "> a\n==="])
def test_what_is_no_heading(source: str) -> None:
    assert "Heading" not in kinds(source + "\n")


@pytest.mark.parametrize("line", ["## Actions", "***", "- a", "```\n```", "<div>\n"])
def test_a_quote_swallows_no_block_below_it(line: str) -> None:
    """mistune lets a quote swallow a heading that follows without a blank line."""
    assert len(kinds(f"> quote\n{line}\n")) == 2


def test_a_table_below_a_quote_continues_the_text_of_the_quote() -> None:
    (quote,) = parse_blocks("> quote\n| a |\n|---|\n| 1 |\n").blocks
    assert isinstance(quote, Container)
    assert quote.tables == 0
    assert quote.stray_table


@pytest.mark.parametrize(
    "last", ["> # heading", "> ```", "> | a |\n> |---|", ">", "> ***", ">     code"]
)
def test_a_table_below_a_quote_that_ends_in_no_text_is_a_table(last: str) -> None:
    assert kinds(f"{last}\n| a |\n|---|\n") == ["Container", "Table"]


# Lists and quotes


def test_a_container_tells_what_is_in_it() -> None:
    text = "- [ ] one\n- [x] two\n  - [X] three\n- four\n\n  | a |\n  |---|\n\n  > five\n"
    assert parse_blocks(text).blocks == (
        Container(
            kind="list",
            line=1,
            tables=1,
            checked=2,
            unchecked=1,
            texts=("[ ] one", "[x] two", "[X] three", "four", "five"),
            stray_table=False,
        ),
    )


def test_text_in_brackets_that_does_not_begin_an_item_is_no_task() -> None:
    (found,) = parse_blocks("> [ ] a\n> - b\n>\n>   [ ] c\n> - [ ]\n> - [y] d\n").blocks
    assert isinstance(found, Container)
    assert (found.checked, found.unchecked) == (0, 0)


def test_a_table_right_below_the_text_of_an_item_is_stray() -> None:
    (found,) = parse_blocks("- item\n| a | b |\n|---|---|\n| 1 | 2 |\n").blocks
    assert isinstance(found, Container)
    assert (found.tables, found.stray_table) == (0, True)


def test_lines_with_pipes_but_without_a_delimiter_row_are_no_stray_table() -> None:
    (found,) = parse_blocks("- run\na | b\nc | d\n").blocks
    assert isinstance(found, Container)
    assert (found.tables, found.stray_table) == (0, False)


def test_another_marker_begins_another_list() -> None:
    assert [block.line for block in parse_blocks("- a\n- b\n+ c\n1. d\n2) e\n").blocks] == [
        1,
        3,
        4,
        5,
    ]


def test_a_list_ends_at_text_after_a_blank_line() -> None:
    assert kinds("- a\n\n  b\n\nc\n") == ["Container", "Paragraph"]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 50_000,
        "- " * 50_000 + "a",
        "> - " * 20_000 + "a",
        "".join(f"{' ' * n}- a\n" for n in range(500)),
    ],
)
def test_deep_nesting_is_read_as_text(text: str) -> None:
    assert set(kinds(text + "\n\n# after\n")) == {"Container", "Heading"}


# Code and HTML


@pytest.mark.parametrize(
    "text",
    [
        "```\n| a |\n|---|\n```",
        "~~~ md\n| a |\n|---|\n```\n~~~~",
        "    | a |\n    |---|",
        "<div>\n| a |\n|---|",
        "<!--\n\n| a |\n|---|\n-->",
        "<pre>\n\n| a |\n|---|\n</pre>",
        "<?\n\n| a |\n|---|\n?>",
        "<![CDATA[\n\n| a |\n|---|\n]]>",
        "<b class='x' id>\n| a |\n|---|",
    ],
)
def test_a_table_in_code_or_html_is_none(text: str) -> None:
    assert kinds(text + "\n\n# after\n") == ["Other", "Heading"]


@pytest.mark.parametrize(
    "text",
    [
        "``` a`\n| a |\n|---|",
        "<b\n| a |\n|---|",
        "text\n    | a |\n|---|",
        "a\n<b>\n| a |\n|---|",
        "<meta\n| a |\n|---|",
    ],
)
def test_what_is_neither_code_nor_html_hides_no_table(text: str) -> None:
    assert kinds(text + "\n")[-1] == "Table"


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("", False),
        ("text", False),
        ("```\ncode", True),
        ("```\ncode\n```", False),
        ("~~~~\n~~~", True),
        ("```", True),
        ("    code", False),
        ("<!-- a", True),
        ("<!-- a\n\n-->", False),
        ("<!-- a -->", False),
        ("<pre>\na", True),
        ("<script>\n</SCRIPT>", False),
        ("<?php", True),
        ("<![CDATA[\n", True),
        ("<!DOCTYPE", True),
        ("<div>\na", False),
        ("<b>\n", False),
        ("- ```\n  a", False),
        ("> <!--", False),
        ("| a |\n|---|\n| <!-- |", False),
        ("text <!--", False),
    ],
)
def test_whether_text_that_is_appended_would_be_markdown(text: str, *, is_open: bool) -> None:
    """A list or quote ends before text that is not indented; the rest of HTML, at a blank line."""
    assert parse_blocks(text).end_is_open is is_open
    appended = parse_blocks(text + "\n\n[x]: /appended\n")
    assert bool(appended.definitions) is not is_open


def test_several_threads_read_at_once() -> None:
    texts = [
        f"# {n}\n\n| a | {n} |\n|---|---|\n| 1 | 2 |\n\n> q\n\n[{n}]: /u\n" * 20 for n in range(8)
    ]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(parse_blocks, texts)) == [parse_blocks(text) for text in texts]
