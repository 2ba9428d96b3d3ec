"""Short ways to write into a document and see what becomes of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from syncer.core.reading.postmortem import PostMortem, parse
from syncer.core.writing.writeback import DefinitionEdit, RowEdit, write_back
from syncer.model import Agreed, State
from syncer.vocabularies import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.model import Field

ISSUES = "https://github.com/acme/shop/issues/"
HEADING = "## Action Items\n\n"
TITLE = "# An incident\n\n"


@cache
def words() -> Vocabulary:
    """The vocabulary that comes with the package."""
    return load()


def read(text: str) -> PostMortem:
    """A document as it is read."""
    return parse(text, "a.md", words())


def row(number: int, link: str | None = None, /, **values: str) -> RowEdit:
    """``row(0, status="Done")``: what a row of the first table is to say."""
    return RowEdit(0, number, cast("Mapping[Field, str]", values), link)


def definition(label: str, counter: int = 1, url: str = "", **values: str) -> DefinitionEdit:
    """``definition("#12", 3, status="Done")``: what a definition is to say."""
    agreed = {name: Agreed.both(value) for name, value in values.items()}
    state = State(counter, cast("Mapping[Field, Agreed]", agreed))
    return DefinitionEdit(label, url or ISSUES + label.strip("#"), state)


def write(
    text: str,
    *rows: RowEdit,
    definitions: Sequence[DefinitionEdit] = (),
    add_columns: bool = True,
) -> str:
    """The text with all of it written in."""
    return write_back(read(text), rows, definitions, vocabulary=words(), add_columns=add_columns)


def table(text: str, *rows: RowEdit, definitions: Sequence[DefinitionEdit] = ()) -> str:
    """A table of action items with all of it written in, without the document around it."""
    new = write(TITLE + HEADING + text, *rows, definitions=definitions)
    return new.removeprefix(TITLE + HEADING).partition("\n\n[")[0].removesuffix("\n") + "\n"
