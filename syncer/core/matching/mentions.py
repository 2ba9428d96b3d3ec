"""Issues that a document mentions without a row that links to one: they speak against taking a row for gone.

A link has to be certain, because what it leads to is written to. A mention need not be: it only keeps syncer from
concluding that nobody names an issue any more. So everything counts here that any tracker could take for its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from syncer.core.matching.identity import IssueId
from syncer.core.matching.links import Linked, Unlinked
from syncer.core.reading.references import link_urls
from syncer.core.state import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from syncer.core.matching.linkreading import Reading
    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.tracking import Directory

_WORD: Final = re.compile(r"[^\s\[\]()<>|,;\"'`*\\]++")
_NAME: Final = re.compile(
    r"(?<![\w.-])(?:[\w.-]{1,100}+/)?[\w.-]{1,100}+\#\d{1,18}"
    r"|(?<!\w)\#\d{1,18}"
    r"|(?<!\w)[A-Za-z]\w{0,30}+-\d{1,18}"
)
_AROUND: Final = ".:!?_~"
_LONGEST: Final = 2_000
"""No reference is longer, in characters."""


def mentioned_by_rows(reading: Reading, trackers: Sequence[Directory]) -> set[IssueId]:
    """The issues that rows mention beside the one that they link to.

    That is: links in other columns, the issues of a cell that names several, those of a row that is never filed, and
    in a document with tables that aren't read, whatever stands in a line with a pipe.

    Args:
        reading: The document.
        trackers: All configured trackers.
    """
    document = reading.document
    definitions = {one.key: one for one in reversed(document.definitions)}
    found: set[IssueId] = set()
    for item, link in zip(document.items, reading.links, strict=True):
        words: Iterable[str] = item.urls
        if not isinstance(link, Linked | Unlinked):
            source = document.tables[item.table].table.rows[item.row].span.of(document.text)
            words = (*words, *link_urls(source, definitions), *_words(source))
        found.update(_resolved(words, trackers))
    if document.unread or not document.tables:
        for line in document.text.split("\n"):
            if "|" in line:
                found.update(_resolved(_words(line), trackers))
    return found - reading.named


def mentioned_anywhere(document: PostMortem, trackers: Sequence[Directory]) -> set[IssueId]:
    """The issues that a document's text mentions, but for the definitions that syncer keeps in it.

    Args:
        document: The document.
        trackers: All configured trackers.
    """
    return set(_resolved(_words(_without_definitions(document)), trackers))


def _without_definitions(document: PostMortem) -> str:
    spans = [one.span for one in document.definitions if one.span is not None and is_ours(one)]
    parts = []
    end = 0
    for span in sorted(spans, key=lambda span: span.start):
        parts.append(document.text[end : span.start])
        end = span.end
    return "".join([*parts, document.text[end:]])


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        yield match[0].strip(_AROUND)
    for match in _NAME.finditer(text):
        yield match[0]


def _resolved(words: Iterable[str], trackers: Sequence[Directory]) -> Iterator[IssueId]:
    for word in dict.fromkeys(words):
        if 1 < len(word) <= _LONGEST and any(map(str.isdecimal, word)):
            for tracker in trackers:
                key = tracker.resolve(word)
                if key is not None:
                    yield IssueId(tracker.name, key)
