"""Any text is a document, and what is read from it stands where it is said to stand."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from syncer.core.markdown import Blocks, Definition, Row, Table, parse_blocks
from tests.support.markdown_documents import CELLS, LINES, hostile_document

PIECES = st.sampled_from((*CELLS, *LINES, *"\n\n\n\r|`-~#>[]()<>'\"\\ \t\v\f\0\x85\u2028\ufeff😀"))

texts = st.one_of(
    st.text(),
    st.lists(PIECES).map("".join),
    st.lists(PIECES).map("\n".join),
    st.integers(0, 2**32).map(lambda seed: hostile_document(Random(seed))),  # noqa: S311 -- to be repeatable
)


def rows(blocks: Blocks) -> list[Row]:
    found: list[Row] = []
    for block in blocks.blocks:
        if isinstance(block, Table):
            found += [block.header, block.delimiter, *block.rows]
    return found


@given(texts)
def test_rows_are_whole_lines_and_cells_lie_between_their_pipes(text: str) -> None:
    for row in rows(parse_blocks(text)):
        assert 0 <= row.span.start <= row.span.end <= len(text)
        assert text[row.span.start - 1 : row.span.start] in {"", "\n", "\r", "\ufeff"}
        assert text[row.span.end : row.span.end + 1] in {"", "\n", "\r"}
        place = row.span.start
        for number, cell in enumerate(row.cells):
            before = text[place : cell.outer.start]
            if number == 0 and not row.leading_pipe:
                assert before == ""
            else:
                assert before.strip(" \t") == "|"
            assert cell.outer.start <= cell.span.start <= cell.span.end <= cell.outer.end
            assert cell.outer.of(text).strip(" \t") == cell.span.of(text)
            place = cell.outer.end
        after = text[place : row.span.end]
        assert after.strip(" \t\v\f") == ("|" if row.trailing_pipe else "")


@given(texts)
def test_tables_hold_their_rows(text: str) -> None:
    end = 0
    for block in parse_blocks(text).blocks:
        if isinstance(block, Table):
            assert len(block.header.cells) == len(block.delimiter.cells) > 0
            assert end <= block.span.start == block.header.span.start
            end = block.span.end
            assert end == (block.rows or (block.delimiter,))[-1].span.end
            lines = [row.line for row in (block.header, block.delimiter, *block.rows)]
            assert lines == list(range(lines[0], lines[0] + len(lines)))


@given(texts)
def test_a_cell_read_again_by_itself_is_the_same_cell(text: str) -> None:
    for row in rows(parse_blocks(text)):
        for cell in row.cells:
            alone = f"| {cell.span.of(text)} |\n|---|\n"
            (again,) = rows(parse_blocks(alone))[0].cells
            assert again.span.of(alone).strip("\v\f \t") == cell.span.of(text).strip("\v\f \t")


@given(texts)
def test_a_definition_read_again_by_itself_says_the_same(text: str) -> None:
    for definition in parse_blocks(text).definitions:
        if definition.span is None:
            continue
        assert 0 <= definition.span.start < definition.span.end <= len(text)
        (again,) = parse_blocks(definition.span.of(text)).definitions
        assert said(again) == said(definition)


@given(texts)
def test_the_kind_of_line_end_makes_no_difference(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    expected = summary(text)
    assert summary(text.replace("\n", "\r\n")) == expected
    assert summary(text.replace("\n", "\r")) == expected


@given(texts)
def test_a_byte_order_mark_moves_everything_by_one(text: str) -> None:
    text = text.lstrip("\ufeff")
    before, after = rows(parse_blocks(text)), rows(parse_blocks("\ufeff" + text))
    assert [row.span.start + 1 for row in before] == [row.span.start for row in after]
    assert summary(text) == summary("\ufeff" + text)


def said(definition: Definition) -> tuple[str, str, str, str | None]:
    return definition.label, definition.key, definition.url, definition.title


def summary(text: str) -> list[object]:
    """What a document says, without its offsets."""
    blocks = parse_blocks(text)
    found: list[object] = [
        blocks.end_is_open,
        *(said(definition) for definition in blocks.definitions),
    ]
    for block in blocks.blocks:
        if isinstance(block, Table):
            found += [
                (row.line, tuple(cell.span.of(text) for cell in row.cells))
                for row in (block.header, block.delimiter, *block.rows)
            ]
        elif not isinstance(block, Definition):
            found.append(block)
    return found
