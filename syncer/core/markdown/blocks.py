"""The blocks of a Markdown document, as far as a reader of post-mortems needs them.

Every offset counts characters of the text exactly as it was read: byte order mark, CRLF and lone CR included.
Lines are counted from 1, as Markdown counts them: LF, CRLF and a lone CR each end one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from syncer.model import Span


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table row, as written.

    Attributes:
        outer: What stands between the cell's pipes, padding included; where the row has no outer pipe, up to
            the edge of the line.
        span: The content without white space around it; for an empty cell an empty span inside the padding.
    """

    outer: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table.

    Attributes:
        line: Its number.
        span: The whole line without its line end: indentation and trailing white space included.
        cells: The cells as written; neither padded nor cut to the width of the header.
        leading_pipe: Whether a pipe opens the row.
        trailing_pipe: Whether a pipe closes the row.
    """

    line: int
    span: Span
    cells: tuple[Cell, ...]
    leading_pipe: bool
    trailing_pipe: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of GitHub Flavored Markdown at the top level of the document (GFM 4.10).

    Attributes:
        header: The header row; it has as many cells as the delimiter row.
        delimiter: The row of dashes.
        rows: The rows below; a renderer pads and cuts them to the width of the header.
        span: From the start of the header's line to the end of the last row, without its line end.
    """

    header: Row
    delimiter: Row
    rows: tuple[Row, ...]
    span: Span

    @property
    def line(self) -> int:
        """The line of the header."""
        return self.header.line


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at the top level, ATX or setext.

    Attributes:
        level: 1 to 6.
        text: Its inline Markdown, trimmed, without the closing sequence of an ATX heading.
        line: The line on which it begins.
    """

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A link reference definition (CommonMark 4.7).

    Attributes:
        label: What stands between the brackets, as written.
        key: The label as it is matched, see ``normalise_label``.
        url: The destination, backslashes and entities resolved.
        title: The title, resolved likewise; None if there is none.
        span: From the start of its first line to the end of its last, without the line end. None if it stands
            in a list or block quote: it counts, but is not to be edited.
        line: The line on which it begins; 0 if unknown.
    """

    label: str
    key: str
    url: str
    title: str | None
    span: Span | None
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph at the top level: its inline Markdown with LF line ends, and the line on which it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Container:
    """A list or block quote at the top level, with everything in it.

    Attributes:
        kind: Which of the two.
        line: The line on which it begins.
        tables: How many tables stand inside, at any depth.
        checked: How many task list entries inside are ticked.
        unchecked: How many are not.
        texts: The inline Markdown of every paragraph inside, in order.
        stray_table: Whether a delimiter row stands directly under the text of a list or quote that has a pipe,
            yet makes no table there: it looks like one and is one in no parser.
    """

    kind: Literal["list", "quote"]
    line: int
    tables: int
    checked: int
    unchecked: int
    texts: tuple[str, ...]
    stray_table: bool


@dataclass(frozen=True, slots=True)
class Other:
    """A block that carries neither heading, table nor prose: code, HTML, a thematic break."""

    kind: Literal["code", "html", "thematic_break"]
    line: int


Block = Heading | Table | Paragraph | Definition | Container | Other


@dataclass(frozen=True, slots=True)
class Blocks:
    """A document's blocks at the top level.

    Attributes:
        blocks: In the order of the text; blank lines are left out.
        definitions: All link reference definitions, those in lists and quotes too, in the order of the text. Of
            several with one key the first counts (CommonMark 4.7); the others are listed all the same.
        front_matter: The text between the two lines ``---`` at the document's very start, if it has such.
        end_is_open: Whether the text ends inside an unclosed fence, comment or other HTML block, so that text
            appended to it would not be read as Markdown.
    """

    blocks: tuple[Block, ...]
    definitions: tuple[Definition, ...]
    front_matter: Span | None
    end_is_open: bool
