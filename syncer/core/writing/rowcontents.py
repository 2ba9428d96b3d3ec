"""What is to stand in the cells of a row, worked out from the values that it is to have."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

from syncer.core.markdown import normalise_label
from syncer.core.markdown.inline import escape, links, plain_text
from syncer.core.reading.placeholders import is_choice, names_no_action, names_nobody, says_nothing
from syncer.core.reading.statuses import read_status, replacement
from syncer.errors import DocumentError, InternalError
from syncer.model import Span, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from syncer.core.markdown.inline import Link
    from syncer.core.reading.postmortem import ActionItem, ItemTable, PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.core.writing.tableedits import RowEdit
    from syncer.model import Column, Field

_BARE_PIPE: Final = re.compile(r"(?<!\\)\|")
_SPELLINGS: Final = 50
"""How many of a table's ways to write a status are looked at, the most frequent first."""


class CellWriter:
    """Finds the words for the cells of one table.

    Args:
        document: The document.
        table: The table.
        columns: Where each column is, those included that the table is about to get.
        items: The table's action items by row.
        keys: The keys of the document's definitions.
        vocabulary: The words to write with.
    """

    def __init__(
        self,
        document: PostMortem,
        table: ItemTable,
        columns: Mapping[Column, int],
        items: Mapping[int, ActionItem],
        keys: Collection[str],
        vocabulary: Vocabulary,
    ) -> None:
        self.path = document.path
        self.text = document.text
        self.table = table.table
        self.language = table.language
        self.columns = columns
        self.items = items
        self.keys = keys
        self.vocabulary = vocabulary
        spans = [item.status_span for item in items.values() if item.values.get("status")]
        counts = Counter(span.of(self.text) for span in spans if span is not None)
        self.used = [words for words, _ in counts.most_common(_SPELLINGS)]

    def contents(self, edit: RowEdit) -> dict[int, str]:
        """What changes in a row, by cell.

        Raises:
            DocumentError: A value cannot be said in a cell.
            InternalError: The row is no action item, or a value has no cell that may be rewritten.
        """
        item = self.items.get(edit.row)
        if item is None:
            raise self._error(edit, "it is no action item")
        contents: dict[int, str] = {}
        for field, value in edit.values.items():
            now = item.text if field == "action" else item.values.get(field)
            wanted = plain_value(value)
            if now == wanted:
                continue
            place = self.columns.get(field)
            if place is None:
                if field == "status":
                    continue  # the configuration wants no such column
                raise self._error(edit, f"the table has no column for its {field}")
            source = self._source(edit.row, place)
            if field == "status":
                contents[place] = self._status(edit, item, source, wanted)
            else:
                self._check(edit, field, wanted)
                contents[place] = escape(wanted)
        if edit.link is not None:
            place = self.columns["issue"]
            source = self._source(edit.row, place)
            linked = self._linked(edit, item, source, _cell_safe(edit.link))
            if linked != source:
                contents[place] = linked
        return contents

    def _check(self, edit: RowEdit, field: Field, value: str) -> None:
        """Refuse a value that a cell cannot say: an account called "TBD" reads as nobody."""
        if field == "action":
            says = not names_no_action(value, self.vocabulary)
        elif field == "owner":
            says = not value or not names_nobody(value, self.vocabulary)
        else:
            nothing = says_nothing(value, self.vocabulary) or is_choice(value, self.vocabulary)
            says = not value or not nothing
        if not says:
            raise self._refusal(
                edit,
                f"the {field} “{value}” cannot be written, because in a cell it reads as empty",
                f"Change the {field} in the tracker, or give it another name in the configuration.",
            )

    def _source(self, row: int, place: int) -> str:
        cells = self.table.rows[row].cells
        return cells[place].span.of(self.text) if place < len(cells) else ""

    def _status(self, edit: RowEdit, item: ActionItem, source: str, wanted: str) -> str:
        """The status cell with the words for another status in it."""
        if not wanted:
            raise self._error(edit, "a status is never emptied")
        status = Status(wanted)
        words = replacement(source, status, self.used, self.language, self.vocabulary)
        if not source:
            return words
        if item.status_span is None:
            raise self._error(edit, f"its status “{source}” cannot be replaced")
        place = self.columns["status"]
        start = self.table.rows[edit.row].cells[place].span.start
        span = Span(item.status_span.start - start, item.status_span.end - start)
        return source[: span.start] + words + source[span.end :]

    def _linked(self, edit: RowEdit, item: ActionItem, source: str, link: str) -> str:
        """The issue cell with a link in place of the reference that it has; what else it says stays."""
        reference = item.reference
        if reference is None:
            beside = read_status(source, self.vocabulary)
            if beside.span is None or says_nothing(plain_text(source), self.vocabulary):
                return link
            return f"{link} {source}"
        for found in links(source, self.keys):
            if _leads_to(found, link):
                return source
            if found.text == reference.text:
                new = link if reference.names_issue else _with_text(found.span.of(source), link)
                return source[: found.span.start] + new + source[found.span.end :]
        if reference.names_issue:
            # A link that has lost its definition is plain text, brackets and all, until it has one again.
            bare = f"[{reference.text}]"
            if bare in source:
                return source.replace(bare, link, 1)
            if plain_text(source) == reference.text:
                return link
            linked = source.replace(reference.text, link, 1)
            if any(_leads_to(found, link) for found in links(linked)):
                return linked
        raise self._refusal(
            edit,
            f"the issue “{source}” cannot be replaced by a link without losing something",
            "Leave nothing but the issue in that cell.",
        )

    def _refusal(self, edit: RowEdit, message: str, remedy: str) -> DocumentError:
        return DocumentError(message, remedy=remedy, line=self.table.rows[edit.row].line)

    def _error(self, edit: RowEdit, reason: str) -> InternalError:
        line = self.table.rows[edit.row].line
        return InternalError(f"{self.path}:{line}: the row cannot be written: {reason}")


def plain_value(value: str) -> str:
    """A value as it reads back from a cell: white space collapsed, without what no cell can hold."""
    kept = (c for c in " ".join(value.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def label_of(link: str) -> str | None:
    """The key of the definition that a link without a text or address of its own leads to: ``[#12]``."""
    return normalise_label(link[1:-1]) if link.startswith("[") and link.endswith("]") else None


def _with_text(old: str, link: str) -> str:
    """A link with the text of the one whose place it takes: ``[the alert](https://…)``, ``[the alert][#9]``."""
    if not old.startswith("["):
        return link
    for border in ("](", "]["):
        text, found, _ = old.rpartition(border)
        if found and old.endswith(")" if border == "](" else "]"):
            return f"{text}]{link}"
    return old + link


def _leads_to(found: Link, link: str) -> bool:
    """Whether a link of a cell is the one that is to be there."""
    return found.label is not None and normalise_label(found.label) == label_of(link)


def _cell_safe(source: str) -> str:
    """Inline Markdown of our own as it can stand in a cell."""
    return _BARE_PIPE.sub(r"\\|", " ".join(source.split()))
