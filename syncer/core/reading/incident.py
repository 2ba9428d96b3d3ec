"""The incident that a post-mortem is about: what its head says of it.

Four ways to say it are read, and the first that says something counts: front matter, labelled lines
(``**Severity:** P1``), tables of two columns, and a heading with a paragraph under it (``### Date``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown.blocks import Container, Heading, Paragraph, Table
from syncer.core.markdown.inline import plain_text
from syncer.core.reading.dates import leading_date
from syncer.core.reading.placeholders import is_choice, is_form, says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from syncer.core.markdown.blocks import Block
    from syncer.core.reading.vocabulary import Metadatum, Vocabulary

HEAD_BLOCKS: Final = 40
"""How many blocks of a document are looked through for facts about the incident."""

_LONGEST_VALUE: Final = 200
_MOST_ROWS: Final = 20
_LABEL: Final = re.compile(
    r"(?:\*\*|__)(?P<bold>[^*_\n:\uff1a]{1,60})"
    r"(?:[:\uff1a][ \t]*(?:\*\*|__)|(?:\*\*|__)[ \t]*[:\uff1a\u00b7\u2013\u2014-])"
    r"|^(?P<plain>[^\W\d_][^:*|\n\uff1a]{0,40})(?:\uff1a|:(?=[ \t]+\S))",
    re.MULTILINE,
)
_SEPARATORS: Final = " \t\\|,;\u00b7\u2022\u2013\u2014-"
_ID_IN_TITLE: Final = re.compile(
    r"\[?(?P<id>[A-Z][A-Z0-9]{0,14}-[0-9A-Z-]{0,40}[0-9])\]?\s*(?:[:\uff1a]|\s[\u2013\u2014-]\s|$)"
)
_DATE_IN_ID: Final = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_DATE_IN_TITLE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}(?!\d)|\(\d{4}-\d{2}-\d{2}\)$")


@dataclass(frozen=True, slots=True)
class Incident:
    """The facts about an incident; each is the empty string where the document doesn't give it.

    Attributes:
        id: How the incident is called, ``INC-2025-11-19-001``.
        title: The document's title.
        date: The day on which it began, ``YYYY-MM-DD``.
        duration: How long it took, in the document's words.
        severity: How grave it was, in the document's words: ``P1``, ``SEV-2 (partial outage)``.
        status: Where it stands, in the document's words.
        unread_date: What the document gives as the date where that can't be read as one.
    """

    id: str = ""
    title: str = ""
    date: str = ""
    duration: str = ""
    severity: str = ""
    status: str = ""
    unread_date: str = ""


def read_incident(
    front_matter: Mapping[str, str],
    head: Sequence[Block],
    text: str,
    vocabulary: Vocabulary,
    *,
    titled: bool,
) -> Incident:
    """Collect the facts about the incident.

    Args:
        front_matter: The front matter's entries, as text.
        head: The blocks before the action items, from the document's beginning; its title among them.
        text: The document.
        vocabulary: The labels, and the words of blank forms.
        titled: Whether the front matter gives the title; otherwise the first heading does.
    """
    facts: dict[Metadatum, str] = {}
    unread = ""
    for label, value in _labelled(front_matter, head, text, vocabulary):
        name = vocabulary.metadatum(label)
        if name is not None and name not in facts:
            fact = _fact(name, value, vocabulary)
            if fact:
                facts[name] = fact
            elif name == "date" and not unread:
                unread = _said(value, vocabulary)
    heading = next((block for block in head if isinstance(block, Heading)), None)
    title = plain_text(heading.text) if heading else ""
    if title and not titled:
        facts["title"] = title
    if "id" not in facts:
        match = _ID_IN_TITLE.match(facts.get("title", ""))
        if match is not None and not is_form(match["id"]):
            facts["id"] = match["id"]
    if "date" in facts:
        unread = ""
    else:
        match = _DATE_IN_ID.search(facts.get("id", "")) or _DATE_IN_TITLE.search(
            facts.get("title", "")
        )
        facts["date"] = leading_date(match[0].strip("()")) if match else ""
    return Incident(**facts, unread_date=unread)


def _fact(name: Metadatum, source: str, vocabulary: Vocabulary) -> str:
    """A value without markup; empty if it was left to be filled in, or is a date that can't be read."""
    text = _said(source, vocabulary)
    return leading_date(text) if name == "date" else text


def _said(source: str, vocabulary: Vocabulary) -> str:
    """A value without markup; empty if it was left to be filled in."""
    text = plain_text(source[:_LONGEST_VALUE].strip()).strip()
    return "" if says_nothing(text, vocabulary) or is_choice(text, vocabulary) else text


def _labelled(
    front_matter: Mapping[str, str],
    head: Iterable[Block],
    text: str,
    vocabulary: Vocabulary,
) -> Iterator[tuple[str, str]]:
    """Every label with its value, in the order of the document."""
    yield from front_matter.items()
    above = None
    for block in head:
        if isinstance(block, Paragraph):
            if above is not None and ":" not in block.text.split("\n", 1)[0]:
                yield above, block.text.split("\n", 1)[0]
            yield from _lines(block.text)
        elif isinstance(block, Container):
            for part in block.texts:
                yield from _lines(part)
        elif isinstance(block, Table) and len(block.header.cells) == 2:
            yield from _pairs(block, text, vocabulary)
        above = plain_text(block.text) if isinstance(block, Heading) else None


def _lines(text: str) -> Iterator[tuple[str, str]]:
    if ":" not in text and "**" not in text and "\uff1a" not in text:
        return
    found = list(_LABEL.finditer(text[:4_000]))
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=False):
        value = text[match.end() : end].split("\n", 1)[0]
        yield (match["bold"] or match["plain"]).strip(), value.strip(_SEPARATORS)


def _pairs(table: Table, text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    first = plain_text(table.header.cells[0].span.of(text))
    if vocabulary.is_timeline(first) and vocabulary.metadatum(first) is None:
        return
    for row in (table.header, *table.rows[:_MOST_ROWS]):
        if len(row.cells) >= 2:
            label, value = (cell.span.of(text) for cell in row.cells[:2])
            if value and len(label) <= _LONGEST_VALUE:
                yield plain_text(label), value
