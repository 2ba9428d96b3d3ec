"""From a document's text to its incident and its action items, with everything that couldn't be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown import Paragraph, parse_blocks
from syncer.core.markdown.frontmatter import FrontMatterError, read_front_matter
from syncer.core.reading.incident import HEAD_BLOCKS, Incident, read_incident
from syncer.core.reading.itemtables import ItemTable
from syncer.core.reading.references import Reference
from syncer.core.reading.rows import ActionItem, RowReader
from syncer.core.reading.sections import find_sections
from syncer.model import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.core.markdown.blocks import Blocks, Definition
    from syncer.core.reading.vocabulary import Vocabulary

__all__ = ["ActionItem", "Incident", "ItemTable", "PostMortem", "Reference", "parse"]

MAX_CHARACTERS: Final = 1_000_000
"""The longest document that is read, in characters."""

MAX_LINE: Final = 20_000
"""The longest line that is read, in characters."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_DEAD: Final = re.compile(r"""\[[^\]]+\]:? ?\S+ ["'(]?sync [0-9]+; """)


@dataclass(frozen=True, slots=True)
class PostMortem:
    """A document, read.

    Attributes:
        path: Where it lies, relative to the root, with forward slashes.
        text: Its text, exactly as it was read.
        incident: What it says about the incident.
        tables: Its tables of action items, in the order of the text.
        items: Its action items, in the order of the text; rows that are empty or a blank form's are none.
        definitions: All its link reference definitions, in the order of the text.
        end_is_open: Whether text that is appended to it would not be read as Markdown.
        untracked: The checklist entries in its sections of action items.
        unread: The tables in these sections that are not read.
        problems: What couldn't be read, in the order of the text. A document with one of level *error* was not
            read at all: nothing follows from what is missing in it.
    """

    path: str
    text: str
    incident: Incident
    tables: tuple[ItemTable, ...] = ()
    items: tuple[ActionItem, ...] = ()
    definitions: tuple[Definition, ...] = ()
    end_is_open: bool = False
    untracked: int = 0
    unread: int = 0
    problems: tuple[Problem, ...] = ()


def parse(
    text: str,
    path: str,
    vocabulary: Vocabulary,
    *,
    max_characters: int = MAX_CHARACTERS,
    max_line: int = MAX_LINE,
) -> PostMortem:
    """Read a post-mortem. Takes any text, and raises nothing.

    Args:
        text: The document, with its byte order mark and line ends as they are.
        path: Where it lies, for messages.
        vocabulary: The words of headings, headers and cells.
        max_characters: A longer document isn't read.
        max_line: A document with a longer line isn't read.
    """
    refusal = _too_long(text, path, max_characters, max_line)
    if refusal is not None:
        return PostMortem(path, text, Incident(), problems=(refusal,))
    blocks = parse_blocks(text)
    problems: list[Problem] = []
    front_matter = _front_matter(blocks, text, path, problems)
    titled = any(vocabulary.metadatum(key) == "title" for key in front_matter)
    sections = find_sections(blocks.blocks, text, path, vocabulary, titled=titled)
    head = blocks.blocks[: min(sections.head, HEAD_BLOCKS)]
    incident = read_incident(front_matter, head, text, vocabulary, titled=titled)
    reader = _row_reader(blocks, text, path, incident, vocabulary)
    items = [
        item for number, table in enumerate(sections.tables) for item in reader.read(table, number)
    ]
    problems += [*sections.problems, *reader.problems, *_dead_definitions(blocks, path)]
    if incident.unread_date and items:
        problems.append(_unread_date(incident, text, path))
    return PostMortem(
        path=path,
        text=text,
        incident=incident,
        tables=sections.tables,
        items=tuple(items),
        definitions=blocks.definitions,
        end_is_open=blocks.end_is_open,
        untracked=sections.untracked,
        unread=sections.unread,
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
    )


def _unread_date(incident: Incident, text: str, path: str) -> Problem:
    place = text.find(incident.unread_date)
    before = "" if place < 0 else text[:place]
    return Problem(
        Level.INFO,
        path,
        0 if place < 0 else len(_LINE_END.findall(before)) + 1,
        f"“{incident.unread_date}” is no date of the incident that can only mean one day",
        "Write it as YYYY-MM-DD: due dates such as “1 week” count from it, and so does 'documents.since'.",
    )


def _dead_definitions(blocks: Blocks, path: str) -> Iterator[Problem]:
    """Lines that were a definition of syncer's, and that Markdown reads as text by now."""
    for block in blocks.blocks:
        if isinstance(block, Paragraph) and block.text.startswith("["):
            for number, line in enumerate(block.text.split("\n")):
                if _DEAD.match(line):
                    yield Problem(
                        Level.WARNING,
                        path,
                        block.line + number,
                        "this was a definition of syncer's, and is read as text by now",
                        "Put its quotation marks and brackets back, or remove the line: what was agreed is "
                        "written anew.",
                    )


def _too_long(text: str, path: str, max_characters: int, max_line: int) -> Problem | None:
    if len(text) > max_characters:
        return Problem(
            Level.ERROR,
            path,
            0,
            f"the document has {len(text):,} characters; at most {max_characters:,} are read",
            "Split it, or leave it out with 'documents.exclude'.",
        )
    if len(max(text.split("\n"), key=len)) > max_line:
        for number, line in enumerate(_LINE_END.split(text), 1):
            if len(line) > max_line:
                return Problem(
                    Level.ERROR,
                    path,
                    number,
                    f"the line has {len(line):,} characters; at most {max_line:,} are read",
                    "Break it, or leave the document out with 'documents.exclude'.",
                )
    return None


def _front_matter(blocks: Blocks, text: str, path: str, problems: list[Problem]) -> dict[str, str]:
    if blocks.front_matter is None:
        return {}
    try:
        return read_front_matter(blocks.front_matter.of(text))
    except FrontMatterError as error:
        problems.append(
            Problem(
                Level.INFO,
                path,
                1,
                f"the front matter can't be read: {error}",
                "Correct its YAML; the facts about the incident are taken from the text below it.",
            )
        )
        return {}


def _row_reader(
    blocks: Blocks, text: str, path: str, incident: Incident, vocabulary: Vocabulary
) -> RowReader:
    definitions: dict[str, Definition] = {}
    for definition in blocks.definitions:
        definitions.setdefault(definition.key, definition)
    authored = frozenset(
        key for key, found in definitions.items() if not (found.title or "").startswith("sync ")
    )
    return RowReader(path, text, definitions, authored, incident.date, vocabulary)
