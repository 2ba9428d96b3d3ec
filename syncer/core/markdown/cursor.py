"""The place in a line up to which it has been read, counted in characters and in columns."""

from __future__ import annotations

from typing import Final

CODE_INDENT: Final = 4
"""From how many columns of indentation on a line is code, and opens no other block (CommonMark 4.4)."""

_TAB_WIDTH: Final = 4


class Cursor:
    """Takes blanks and the markers of containers off the beginning of a line.

    A tab reaches to the next column that is a multiple of four, and a marker may take a part of it (CommonMark
    2.2), which is why the place is kept in columns, too.

    Attributes:
        line: The line, without its line end.
        first: The offset in the line of the next character that is not blank.
        place: The offset of the next character that is not taken; if a part of a tab is taken, that of the tab.
    """

    __slots__ = ("_column", "_first_column", "first", "line", "place")

    def __init__(self) -> None:
        self.line = ""
        self.place = self.first = self._column = self._first_column = 0

    def start(self, line: str) -> None:
        """Begins a new line."""
        self.line = line
        self._move(0, 0)

    @property
    def at_end(self) -> bool:
        """Whether nothing but blanks is left."""
        return self.first == len(self.line)

    @property
    def indent(self) -> int:
        """How many columns of blanks come next."""
        return self._first_column - self._column

    @property
    def is_indented(self) -> bool:
        """Whether what is left is indented far enough for code."""
        return self._first_column - self._column >= CODE_INDENT

    def take_blanks(self) -> None:
        """Takes all blanks that come next."""
        self.place, self._column = self.first, self._first_column

    def take_columns(self, count: int) -> None:
        """Takes so many columns of blanks, or as many as there are."""
        goal = min(self._column + count, self._first_column)
        while self._column < goal:
            width = 1
            if self.line[self.place] == "\t":
                width = _TAB_WIDTH - self._column % _TAB_WIDTH
            if self._column + width > goal:
                self._column = goal
                return
            self._column += width
            self.place += 1

    def take_quote_marker(self) -> None:
        """Takes ``>`` and the column of blanks behind it, if there is one (CommonMark 5.1)."""
        self._move(self.first + 1, self._first_column + 1)
        self.take_columns(1)

    def take_item_marker(self, length: int) -> int:
        """Takes a list marker and the blanks that belong to it (CommonMark 5.2).

        Args:
            length: How many characters the marker has.

        Returns:
            How many columns the two take up.
        """
        self._move(self.first + length, self._first_column + length)
        blanks = self.indent
        if self.at_end or blanks > CODE_INDENT:
            blanks = 1
        self.take_columns(blanks)
        return length + blanks

    def _move(self, place: int, column: int) -> None:
        line = self.line
        self.place, self._column = place, column
        length = len(line)
        while place < length:
            character = line[place]
            if character == " ":
                column += 1
            elif character == "\t":
                column += _TAB_WIDTH - column % _TAB_WIDTH
            else:
                break
            place += 1
        self.first, self._first_column = place, column
