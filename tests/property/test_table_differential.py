"""Hostile documents are read as cmark-gfm, the reader that GitHub uses, reads them."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from syncer.core.markdown import (
    Blocks,
    Container,
    Definition,
    Heading,
    Other,
    Paragraph,
    Table,
    parse_blocks,
)
from tests.support.markdown_documents import LABELS, hostile_document
from tests.support.markdown_oracle import OracleBlocks, cmark, comrak_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncer.core.markdown import Block, Cell

Oracle = OracleBlocks

DOCUMENTS = max(1_500, 5 * settings.default.max_examples if settings.default else 0)
"""1,500 in the ordinary run, 100,000 in the long profile."""

LIMIT = 0.001
"""The share of documents that may be read differently; see docs/decisions/0001-markdown-tables.md for which are."""

KINDS = {"quote": "blockquote", "code": "pre", "html": "html", "thematic_break": "hr"}


@pytest.mark.parametrize("oracle", [cmark, comrak_blocks])
def test_tables_are_the_same_but_for_one_document_in_a_thousand(
    oracle: Callable[[str], OracleBlocks], capsys: pytest.CaptureFixture[str]
) -> None:
    """Header, cells, rows and the end of every table at the top level, padded and cut as GFM 4.10 says."""
    check(table_difference, oracle, capsys)


def test_all_other_blocks_are_the_same_but_for_one_document_in_a_thousand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Kind and line of every block, which labels are defined, and whether appended text is Markdown."""
    check(block_difference, cmark, capsys)


def check(
    difference: Callable[[str, Blocks, Callable[[str], OracleBlocks]], str],
    oracle: Callable[[str], OracleBlocks],
    capsys: pytest.CaptureFixture[str],
) -> None:
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for number in range(DOCUMENTS):
        document = hostile_document(Random(number))  # noqa: S311 -- to be repeatable, not secret
        blocks = parse_blocks(document)
        if blocks.front_matter is not None:
            continue
        counts["documents"] += 1
        if found := difference(document, blocks, oracle):
            counts[found] += 1
            if len(document) < len(examples.get(found, document + " ")):
                examples[found] = document
    documents = counts.pop("documents")
    rate = counts.total() / documents
    report = f"{difference.__name__}, {oracle.__name__}: {rate:.4%} of {documents} {dict(counts)}"
    if documents > 10_000:
        with capsys.disabled():
            print("\n" + report)  # noqa: T201 -- a measurement that the long run is made for
    assert rate <= LIMIT, f"{report}\n{examples}"


def table_difference(document: str, blocks: Blocks, oracle: Callable[[str], OracleBlocks]) -> str:
    """What is different about the tables; empty if nothing is.

    The oracle gives the HTML of cells, so our cells are written as a plain table, which the oracle renders, too.
    """
    expected = oracle(document).tables
    tables = [block for block in blocks.blocks if isinstance(block, Table)]
    if len(tables) != len(expected):
        return "number of tables"
    again = oracle(
        "\n<!-- -->\n\n".join(rewritten(table, document) for table in tables) + uses(blocks)
    ).tables
    for table, theirs, ours in zip_longest(tables, expected, again):
        if trimmed(theirs.header) != trimmed(ours.header):
            return "header"
        if [row.line for row in table.rows] != [line for line, _ in theirs.rows]:
            return "rows"
        if [trimmed(row) for _, row in theirs.rows] != [trimmed(row) for _, row in ours.rows]:
            return "cells"
    return ""


def rewritten(table: Table, document: str) -> str:
    """The table with its cells as they were read, padded and cut, in the plainest form."""
    width = len(table.header.cells)

    def line(cells: Sequence[Cell]) -> str:
        texts = [cell.span.of(document) for cell in cells[:width]]
        return f"| {' | '.join(texts + [''] * (width - len(texts)))} |\n"

    rows = "".join(line(row.cells) for row in table.rows)
    return line(table.header.cells) + "|" + "-|" * width + "\n" + rows


def uses(blocks: Blocks) -> str:
    """Definitions of the labels that the document defines, for the links in its cells."""
    return "\n<!-- -->\n\n" + "".join(
        f"[{definition.key}]: /u\n" for definition in blocks.definitions
    )


def trimmed(cells: Sequence[str]) -> list[str]:
    """Cells without vertical tabs and form feeds around them, which cmark-gfm drops behind a pipe only."""
    return [cell.strip(" \t\x0b\x0c") for cell in cells]


def block_difference(document: str, blocks: Blocks, oracle: Callable[[str], OracleBlocks]) -> str:
    """What is different about blocks, definitions or the end of the document; empty if nothing is."""
    expected = [
        ("list" if kind in {"ul", "ol"} else kind, line) for kind, line in oracle(document).kinds
    ]
    found = [place(block) for block in blocks.blocks if not isinstance(block, Definition)]
    if [kind for kind, _ in found] != [kind for kind, _ in expected]:
        return "kinds of blocks"
    for (kind, line), (_, their_line) in zip_longest(found, expected):
        # The oracle gives a paragraph the line of the definitions above it, and no line to HTML.
        if their_line not in {0, line} and kind in {"list", "blockquote", "pre", "hr"}:
            return "lines of blocks"
    links = "".join(f"[{label}] " for label in LABELS)
    appended = oracle(f"{document}\n\n\nAPPENDED {links}\n")
    last = appended.html.rstrip().rpartition("\n<p ")[2] if appended.kinds[-1][0] == "p" else ""
    if blocks.end_is_open == ("APPENDED" in last):
        return "whether the end is open"
    if not blocks.end_is_open:
        defined = {label for label in LABELS if f">{label}</a>" in last}
        if defined != {definition.key for definition in blocks.definitions}:
            return "definitions"
    return ""


def place(block: Block) -> tuple[str, int]:
    """A block as the oracle would name it, and its line."""
    match block:
        case Heading(level=level, line=line):
            return f"h{level}", line
        case Table():
            return "table", block.header.line
        case Paragraph(line=line):
            return "p", line
        case Container(kind=kind, line=line) | Other(kind=kind, line=line):
            return KINDS.get(kind, kind), line
        case Definition(line=line):
            return "definition", line
