"""The sections of a document that hold action items, and the tables in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown.blocks import Container, Heading, Table
from syncer.core.markdown.inline import plain_text
from syncer.core.reading.itemtables import ItemTable, header_texts, read_table
from syncer.core.reading.placeholders import names_no_action
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.markdown.blocks import Block
    from syncer.core.reading.vocabulary import Vocabulary

_TASK: Final = re.compile(r"\[[ xX]\][ \t]+")
_SHOWN_HEADERS: Final = 8


@dataclass(frozen=True, slots=True)
class Sections:
    """What stands in the sections of action items, all of them together.

    Attributes:
        head: How many of the document's blocks stand before the first of these sections.
        tables: Tables of action items, in the order of the text.
        untracked: Checklist entries.
        unread: Tables that are not read: they stand in a list or quote, or none of their columns is the action.
        problems: What isn't read, and why.
    """

    head: int
    tables: tuple[ItemTable, ...]
    untracked: int
    unread: int
    problems: tuple[Problem, ...]


def find_sections(
    blocks: Sequence[Block], text: str, path: str, vocabulary: Vocabulary, *, titled: bool
) -> Sections:
    """Find the sections and read their tables' headers.

    A section goes from its heading to the next one of the same or a higher level. The first heading is the
    document's title, whatever it says; where the front matter has the title, that holds for a heading of the
    first level only.

    Args:
        blocks: The document's blocks.
        text: Its text.
        path: Where it lies, for messages.
        vocabulary: The names of sections and columns.
        titled: Whether the front matter gives the title.
    """
    finder = _Finder(text, path, vocabulary)
    level: int | None = None
    title = True
    for index, block in enumerate(blocks):
        if isinstance(block, Heading):
            if title and not (titled and block.level > 1):
                title = False
                finder.title = plain_text(block.text)
                continue
            title = False
            if level is not None and block.level <= level:
                level = None
            if level is None and vocabulary.heading(plain_text(block.text)):
                level = block.level
                finder.open(block, index)
        elif level is not None:
            if isinstance(block, Table):
                finder.table(block)
            elif isinstance(block, Container):
                finder.container(block)
        elif isinstance(block, Table):
            finder.outside.append(block)
    return finder.result(len(blocks))


class _Finder:
    def __init__(self, text: str, path: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.path = path
        self.vocabulary = vocabulary
        self.title = ""
        self.first: tuple[Heading, int] | None = None
        self.tables: list[ItemTable] = []
        self.others: list[Table] = []
        self.outside: list[Table] = []
        self.untracked = 0
        self.hidden = 0
        self.problems: list[Problem] = []

    def open(self, heading: Heading, index: int) -> None:
        if self.first is None:
            self.first = heading, index

    def table(self, table: Table) -> None:
        found = read_table(table, self.text, self.vocabulary)
        if found is not None:
            self.tables.append(found)
        else:
            self.others.append(table)

    def container(self, container: Container) -> None:
        for part in container.texts:
            box = _TASK.match(part)
            if box is not None and not names_no_action(
                plain_text(part[box.end() :]), self.vocabulary
            ):
                self.untracked += 1
        what = "list" if container.kind == "list" else "block quote"
        self.hidden += container.tables + container.stray_table
        if container.tables:
            self._note(
                Level.WARNING,
                container.line,
                f"a table stands inside a {what}, where it is not read",
                "Move it out: let its lines begin at the left margin, with a blank line before them.",
            )
        if container.stray_table:
            self._note(
                Level.WARNING,
                container.line,
                f"a table stands directly under the text of a {what}, where no reader takes it for a table",
                "Put a blank line before it, and let its lines begin at the left margin.",
            )

    def result(self, count: int) -> Sections:
        if self.untracked and self.first is not None:
            entries = "entry is" if self.untracked == 1 else "entries are"
            self._note(
                Level.INFO,
                self.first[0].line,
                f"{self.untracked} checklist {entries} not tracked",
                "Only rows of a table are. Give an entry a row to have an issue filed for it.",
            )
        if not self.tables:
            self._explain()
        else:
            for table in self.others:
                self._note_other(table, Level.INFO)
        head = self.first[1] if self.first else count
        return Sections(
            head=head,
            tables=tuple(self.tables),
            untracked=self.untracked,
            unread=self.hidden + sum(not self._is_timeline(table) for table in self.others),
            problems=tuple(self.problems),
        )

    def _explain(self) -> None:
        """Say why a document has no table of action items, where that may surprise its author."""
        if self.first is None:
            self._note_outside()
            return
        for table in self.others:
            self._note_other(table, Level.WARNING)
        if not self.others and not self.hidden and not self.untracked:
            self._note(
                Level.INFO,
                self.first[0].line,
                f"the section {_quoted(plain_text(self.first[0].text))} has no table",
                "Give it a table with the columns Action, Owner, Due Date and Status to have issues filed.",
            )

    def _note_other(self, table: Table, level: Level) -> None:
        if self._is_timeline(table):
            return
        headers = header_texts(table, self.text)
        shown = ", ".join(header or "(empty)" for header in headers[:_SHOWN_HEADERS])
        self._note(
            level,
            table.line,
            f"a table is not read, because none of its columns is known to be the action: {shown}",
            "Call the column “Action”, or add its name to 'vocabulary.columns.action' in the configuration.",
        )

    def _is_timeline(self, table: Table) -> bool:
        headers = header_texts(table, self.text)
        first = next((h for h in headers if not self.vocabulary.is_row_number(h)), "")
        return self.vocabulary.is_timeline(first)

    def _note_outside(self) -> None:
        where = "under no heading that says so"
        if self.vocabulary.heading(self.title):
            where = "under the document's first heading, which is taken for its title"
        for table in self.outside:
            found = read_table(table, self.text, self.vocabulary)
            if found is not None and {"owner", "status"} & found.columns.keys():
                self._note(
                    Level.INFO,
                    table.line,
                    f"a table that looks like action items stands {where}",
                    "Put it under a heading such as “Action Items”, or add your heading to "
                    "'vocabulary.headings' in the configuration.",
                )

    def _note(self, level: Level, line: int, message: str, remedy: str) -> None:
        self.problems.append(Problem(level, self.path, line, message, remedy))


def _quoted(text: str) -> str:
    return f"“{text[:60]}”"
