"""The rows of one document in the terms of a tracker: as they are compared, and as they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from syncer.core.matching.identity import item_id
from syncer.core.matching.links import Linked
from syncer.core.reconciling.decision import Row
from syncer.core.reconciling.facts import document_facts, item_facts
from syncer.core.reconciling.likeness import Candidate

if TYPE_CHECKING:
    from syncer.core.matching.linkreading import Reading
    from syncer.core.reconciling.lens import Lens
    from syncer.model import Field


class DocumentRows:
    """Makes them.

    Args:
        reading: The document.
        add_columns: Whether a table without a Status column gets one.
        link: What the documents' addresses begin with; empty if they have none.
    """

    def __init__(self, reading: Reading, *, add_columns: bool, link: str = "") -> None:
        self.document = reading.document
        self._links = reading.links
        self._facts = document_facts(reading.document)
        self._add_columns = add_columns
        self._link = link and link + quote(self.document.path)

    def row(self, number: int, lens: Lens) -> Row:
        """The row of an action item, by its number."""
        item = self.document.items[number]
        values: dict[Field, str] = {"action": lens.hash(item.text), **item.values}
        writable = item.writable
        table = self.document.tables[item.table]
        if "status" not in table.columns and self._add_columns and table.widenable:
            values.setdefault("status", "")
            writable |= {"status"}
        return Row(
            document=self.document.path,
            line=item.line,
            action=item.text,
            values=values,
            writable=writable,
            facts=self._facts + item_facts(item, lens),
            severity=self.document.incident.severity,
            # Where a text isn't kept up to date, nothing but words is put into it.
            link=self._link if lens.directory.capabilities.updates_text else "",
        )

    def item_id(self, number: int, ordinal: int) -> str:
        """The item id that a row has if ``ordinal`` others with its words come before it."""
        incident, text = self.document.incident.id, self.document.items[number].text
        return item_id(incident, self.document.path, text, ordinal)

    def candidate(self, number: int, lens: Lens) -> Candidate:
        """A row as one that an issue may belong to."""
        link = self._links[number]
        return Candidate(
            self.row(number, lens),
            [self.item_id(number, ordinal) for ordinal in range(len(self._links))],
            current=isinstance(link, Linked) and link.former is None,
        )
