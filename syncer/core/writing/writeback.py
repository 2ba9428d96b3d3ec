"""From a document and what it is to say to its new text; every byte that need not change stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.markdown import normalise_label
from syncer.core.reading.postmortem import MAX_CHARACTERS, MAX_LINE, parse
from syncer.core.writing.definitions import DefinitionEdit, choose_targets, definition_splices
from syncer.core.writing.readback import check
from syncer.core.writing.splices import apply
from syncer.core.writing.tableedits import RowEdit, plan_tables, table_splices
from syncer.errors import DocumentError, InternalError
from syncer.model import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.reading.vocabulary import Vocabulary

__all__ = ["DefinitionEdit", "RowEdit", "write_back"]


def write_back(
    document: PostMortem,
    rows: Sequence[RowEdit],
    definitions: Sequence[DefinitionEdit],
    *,
    vocabulary: Vocabulary,
    add_columns: bool = True,
    max_characters: int = MAX_CHARACTERS,
    max_line: int = MAX_LINE,
) -> str:
    """Write values, links and bases into a document.

    Only cells and definitions are touched. A cell or definition that says what it is to say already is left as it
    is, so that writing the same back twice changes nothing. A status for a table without such a column is left
    out unless one may be added.

    Args:
        document: The document as it was read.
        rows: What its rows are to say.
        definitions: What its definitions are to say; none of them is ever removed.
        vocabulary: The words that it was read with.
        add_columns: Whether a table without a Status column gets one, beside a new Issue column or for a status
            that is to be written.
        max_characters: How long a document may be, as for ``parse``.
        max_line: How long a line may be, as for ``parse``.

    Returns:
        The new text.

    Raises:
        DocumentError: The document can't take it; the message says where and what to do.
        InternalError: The new text, read again, doesn't say what was meant in the cells and definitions that
            changed, or no longer says what it said in all others; or an edit makes no sense for this document.
    """
    row_edits: dict[tuple[int, int], RowEdit] = {}
    for row in rows:
        if row_edits.setdefault((row.table, row.row), row) != row:
            raise InternalError(
                f"{document.path}: two edits of row {row.row + 1} of table {row.table + 1}"
            )
    edits: dict[str, DefinitionEdit] = {}
    for definition in definitions:
        same = edits.setdefault(normalise_label(definition.label), definition)
        if same != definition:
            raise InternalError(
                f"{document.path}: two edits of the definition [{definition.label}]"
            )
    tables = plan_tables(document, list(row_edits.values()), vocabulary, add_columns=add_columns)
    splices = [
        splice for table in tables for splice in table_splices(document.text, table, vocabulary)
    ]
    changes = choose_targets(document, list(edits.values()))
    splices += definition_splices(document, changes)
    text = apply(document.text, splices)
    if text == document.text:
        return text
    after = parse(text, document.path, vocabulary, max_characters=max_characters, max_line=max_line)
    for problem in after.problems:
        if problem.level is Level.ERROR:
            raise DocumentError(
                f"with what is to be written, {problem.message}",
                remedy=problem.remedy,
                line=problem.line,
            )
    check(document, after, tables, rows, changes)
    return text
