"""Short ways to write and read documents in tests of reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer import vocabularies
from syncer.core.reading.postmortem import parse

if TYPE_CHECKING:
    from syncer.core.reading.postmortem import ActionItem, PostMortem

WORDS = vocabularies.load()
"""The vocabularies as they come."""

PATH = "postmortems/1.md"


def read(text: str) -> PostMortem:
    """Read a document with the built-in vocabularies."""
    return parse(text, PATH, WORDS)


def section(*lines: str, heading: str = "## Action Items", head: str = "# Outage") -> str:
    """A document with one section of action items."""
    return "\n".join([head, "", heading, "", *lines, ""])


def table(header: str, *rows: str) -> str:
    """A table from its header and rows, each without outer pipes."""
    rule = " | ".join("---" for _ in header.split(" | "))
    return "\n".join(f"| {line} |" for line in (header, rule, *rows))


def read_table(header: str, *rows: str, head: str = "# Outage") -> PostMortem:
    """Read a document with one table of action items."""
    return read(section(table(header, *rows), head=head))


def read_row(header: str, row: str) -> ActionItem:
    """Read the one action item of a document."""
    (item,) = read_table(header, row).items
    return item


def remarks(document: PostMortem) -> list[tuple[str, int, str]]:
    """Level, line and message of a document's problems."""
    return [(p.level.value, p.line, p.message) for p in document.problems]
