"""Shows that reading takes time in proportion to a document's length, however hostile the document.

Each family is a kind of text that makes some reader of Markdown slow. Documents are read at an eighth, a quarter,
half and all of the size limit. Cells, whose words and links are read one by one, are read at the same shares of the
length up to which they are read as Markdown at all. The times are CPU time; the last column is the growth per
doubling, averaged: 2 is linear, 4 is quadratic. The exit code is 1 if a family grows by more than the bound.

    python benchmarks/hostile.py
    python benchmarks/hostile.py --only deep --limit 250000
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Final

from syncer.core.markdown import parse_blocks
from syncer.core.markdown.inline import MAX_MARKUP, escape, links, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMIT: Final = 1_000_000
"""The largest document that is read by default, in characters."""

LINE: Final = 20_000
"""The longest line that is read by default, in characters."""

BOUND: Final = 2.6
"""Growth per doubling above which a family is no longer called linear; noise takes linear ones to 2.3."""


def repeated(unit: str, before: str = "") -> Callable[[int], str]:
    """A document of one piece of text over and over, after another one that stands there once."""
    return lambda size: before + unit * (size // len(unit))


def lines_of(unit: str, *, opening: str = "", closing: str = "") -> Callable[[int], str]:
    """A document of lines that are as long as a line may be, each of one piece of text over and over."""
    room = LINE - len(opening) - len(closing)
    line = opening + unit * (room // len(unit)) + closing + "\n"
    return lambda size: line * max(1, size // len(line))


def nested(size: int) -> str:
    """Lists in lists, each two columns deeper, until the lines are as long as lines may be."""
    pieces, length, depth = [], 0, 0
    while length < size:
        pieces.append(" " * depth + "- a\n")
        length += len(pieces[-1])
        depth = (depth + 2) % 1_000
    return "".join(pieces)


def fences(size: int) -> str:
    """Fences that are never closed, each one character longer than the one before."""
    pieces, length, width = [], 0, 3
    while length < size:
        pieces.append("> " + "`" * width + "\n\n")
        length += len(pieces[-1])
        width += 1
    return "".join(pieces)


DOCUMENTS: Final[dict[str, Callable[[int], str]]] = {
    # Headings and lines of blanks
    "heading, blanks in it": lines_of(" ", opening="# a", closing="#b"),
    "heading, many #": lines_of("# ", opening="# a"),
    "lines of blanks": lines_of(" "),
    "lines of tabs": lines_of("\t", closing="x"),
    "empty lines": repeated("\n"),
    "underlines": repeated("===\n---\n"),
    # Paragraphs
    "paragraph, short lines": repeated("a\n"),
    "paragraph, indented lines": repeated("    a\n", before="a\n"),
    "paragraph, long lines": lines_of("word "),
    # Tables
    "table": repeated("| a | b |\n", before="| a | b |\n|---|---|\n"),
    "table, bad last row": lambda size: "| a |\n|---|\n" + "| a |\n" * (size // 6) + "| `a",
    "table, wide rows": lines_of("|a", closing="|"),
    "table, wide header": lambda size: "|a" * (size // 4) + "|\n" + "|-" * (size // 4) + "|\n",
    "delimiter rows, nearly": lines_of("|-", closing="x"),
    "delimiter rows, refused": repeated("|-|-|\n", before="a\n"),
    "delimiter rows, dashes": lines_of("-", opening="a|\n", closing="x"),
    "delimiter rows, blanks": lines_of(" ", opening="|", closing="x"),
    "backslashes in a row": lines_of("\\|", opening="|a|\n|-|\n"),
    # Definitions
    "definitions": repeated('[a]: /u "t"\n'),
    "definitions, apart": repeated("[a]: /u\n\n"),
    "definitions, one key": repeated("[a]: /u\n[A]: /v\n"),
    "definition, title open (": repeated("[a]: /u (t\n"),
    'definition, title open "': repeated('[a]: /u "t\n'),
    "definition, title below": repeated("[a]: /u\n'\n\n"),
    "definition, long title": repeated("a\n", before='[a]: /u "'),
    "definition, parentheses": lines_of("(", opening="[a]: "),
    "definition, entities": lines_of("&amp;", opening="[a]: "),
    "labels, open": repeated("[\n"),
    "labels, open, apart": repeated("[" + "a" * 900 + "\n\n"),
    "labels, backslashes": lines_of("\\", opening="["),
    # Lists and quotes
    "quotes, deep": lines_of(">"),
    "quotes, deeper and deeper": lambda size: "\n".join(
        ">" * (n % 1_000) for n in range(2 * size // 1_000)
    ),
    "quotes, lazy lines": repeated("> a\nb\n"),
    "lists, deep": nested,
    "lists, deep in one line": lines_of("- ", closing="a"),
    "lists, no thematic break": lines_of("* ", closing="a"),
    "lists, short items": repeated("- a\n"),
    "lists, changing markers": repeated("- a\n+ a\n1. a\n"),
    "lists, empty lines inside": repeated("\n    a\n", before="- " * 30 + "a\n"),
    "lists in quotes in lists": lines_of("- > "),
    "tasks": repeated("- [ ] a\n"),
    "table in a list, lazy": repeated("| a |\n|---|\n", before="- a\n"),
    # Code and HTML
    "fences, open": fences,
    "fences, open at once": repeated("```\n~~~\n"),
    "fences, no info": lines_of("`", closing=" `"),
    "comments, open": repeated("<!--\n"),
    "comments, open in quotes": repeated("> <!--\n\n"),
    "CDATA, open in lists": repeated("- <![CDATA[\n"),
    "tags, attributes": lines_of("\ta=x\tb", opening="<a"),
    "tags, blanks": lines_of(" ", opening="<a"),
    "tags, quotes": lines_of(" a='", opening="<a"),
    "front matter, open": repeated("a: b\n", before="---\n"),
}
"""Documents, by size in characters."""

CELLS: Final[dict[str, str]] = {
    "stars": "*a",
    "stars and underscores": "_a*b",
    "emphasis in emphasis": "*a **b ",
    "brackets": "[",
    "pairs of brackets": "[]",
    "links": "[a](b)",
    "links, open": "[a](",
    "links, titles open": '[a](b "',
    "images in images": "![",
    "backticks": "`a``b",
    "tags, attributes": "\tb=x\tc",
    "comments, open": "<!--",
    "declarations, open": "<!A ",
    "addresses": "<a@",
    "URLs": "http://",
    "URLs, entities": "&a;",
    "URLs, parentheses": ")",
    "entities": "&a",
    "tildes": "~a ",
    "backslashes": "\\",
    "escaped pipes": "\\|",
}
"""What cells repeat, to any length."""

CELL_OPENINGS: Final = {
    "tags, attributes": "<a",
    "URLs, entities": "http://a",
    "URLs, parentheses": "http://a",
}


def read_cell(source: str) -> None:
    """Reads a cell as far as its text goes."""
    escape(plain_text(source))
    links(source)


def seconds(read: Callable[[str], object], text: str) -> float:
    """The CPU time that reading takes; the shortest of up to five times where it is short."""
    times: list[float] = []
    while len(times) < 5 and sum(times) < 0.2:
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return min(times)


def measure(
    name: str, read: Callable[[str], object], make: Callable[[int], str], sizes: Sequence[int]
) -> float:
    """Measures and prints one family; returns its growth per doubling."""
    times = [seconds(read, make(size)) for size in sizes]
    growth = float((times[-1] / times[0]) ** (1 / (len(times) - 1)))
    print(
        f"{name:30}" + "".join(f"{t * 1000:8.1f} ms" for t in times) + f"{growth:9.2f}", flush=True
    )
    return growth


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the tables, and answers with the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=LIMIT,
        help="largest document (default: %(default)s characters)",
    )
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only families with this in their name"
    )
    parser.add_argument(
        "--bound", type=float, default=BOUND, help="growth that is too much (default: %(default)s)"
    )
    options = parser.parse_args(arguments)

    slow = []
    for title, largest, names in (
        ("document", options.limit, DOCUMENTS),
        ("cell", MAX_MARKUP, CELLS),
    ):
        sizes = [largest // share for share in (8, 4, 2, 1)]
        print(f"{title:30}" + "".join(f"{size:>11,}" for size in sizes) + "   growth")
        for name in names:
            if options.only not in name:
                continue
            if title == "document":
                growth = measure(name, parse_blocks, DOCUMENTS[name], sizes)
            else:
                growth = measure(
                    name, read_cell, repeated(CELLS[name], CELL_OPENINGS.get(name, "")), sizes
                )
            if growth > options.bound:
                slow.append(f"{title} {name}")
        print()
    if slow:
        print(f"Not linear: {'; '.join(slow)}.")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
