"""Markdown blocks with exact offsets in the original text."""

from __future__ import annotations

import re
from typing import Final

from syncer.core.markdown.blocks import (
    Block,
    Blocks,
    Cell,
    Container,
    Definition,
    Heading,
    Other,
    Paragraph,
    Row,
    Table,
)
from syncer.core.markdown.linkdefs import normalise_label
from syncer.core.markdown.reader import Reader
from syncer.model import Span

__all__ = [
    "Block",
    "Blocks",
    "Cell",
    "Container",
    "Definition",
    "Heading",
    "Other",
    "Paragraph",
    "Row",
    "Table",
    "line_ending",
    "normalise_label",
    "parse_blocks",
]

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_YAML_KEY: Final = re.compile(r"""(?:[\w.-]+|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]|$)""")

_YAML_OTHERS: Final = frozenset(("", " ", "\t", "-", "]", "}"))
"""How other lines than keys and comments begin: blank, indented, entries of a list, closing brackets."""


def parse_blocks(text: str) -> Blocks:
    """Reads a document's blocks.

    Total: any text is a document. The time is linear in its length.

    Args:
        text: The document as it was read; it may begin with a byte order mark, and its lines may end in LF, CRLF
            or CR.

    Returns:
        The blocks; all offsets count characters of ``text``.
    """
    lines = _split_lines(text)
    front_matter, first = _find_front_matter(text, lines)
    reader = Reader(text, lines, first)
    end_is_open = reader.read()
    return Blocks(tuple(reader.blocks), tuple(reader.definitions), front_matter, end_is_open)


def line_ending(text: str) -> str:
    """The line end that prevails in a document; LF if it has none."""
    crlf = text.count("\r\n")
    counts = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(counts, key=lambda end: counts[end])


def _split_lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line, without byte order mark and line ends."""
    start = 1 if text.startswith("\ufeff") else 0
    lines = []
    if "\r" in text:
        for match in _LINE_END.finditer(text, start):
            lines.append((start, match.start()))
            start = match.end()
    else:
        while (end := text.find("\n", start)) >= 0:
            lines.append((start, end))
            start = end + 1
    if start < len(text):
        lines.append((start, len(text)))
    return lines


def _find_front_matter(text: str, lines: list[tuple[int, int]]) -> tuple[Span | None, int]:
    """The front matter between its two lines of dashes, and the index of the first line behind it.

    A document may as well begin with a thematic break, and what was taken for front matter would be lost. So between
    the two lines there must be a YAML mapping, by the look of each line that is not indented.
    """
    if not lines or text[slice(*lines[0])].rstrip(" \t") != "---":
        return None, 0
    any_key = False
    for index in range(1, len(lines)):
        line = text[slice(*lines[index])].rstrip(" \t")
        if line in {"---", "..."}:
            return Span(lines[1][0], lines[index][0]), index + 1
        if _YAML_KEY.match(line):
            any_key = True
        elif not line.startswith("#") and not (any_key and line[:1] in _YAML_OTHERS):
            return None, 0
    return None, 0
