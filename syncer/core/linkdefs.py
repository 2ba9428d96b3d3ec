"""Link reference definitions (CommonMark 4.7), with the exact place of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from syncer.core.blocks import Definition
from syncer.core.entities import unescape
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LABEL: Final = re.compile(r"[ \t]*\[((?:[^\\\[\]]|\\.?){1,999}+)\]:", re.S)
_BLANKS: Final = r"[ \t]*+(?:\n[ \t]*+)?+"
_GAP: Final = re.compile(_BLANKS)
_ANGLED: Final = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
_BARE_CHARACTERS: Final = re.compile(r"(?:[^\x00-\x20\x7f\\()]|\\[!-/:-@\[-`{-~]|\\)++")
_TITLE: Final = re.compile(
    r"""(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|\(((?:[^()\\]|\\.)*+)\))""", re.S
)
_REST: Final = re.compile(r"[ \t]*+(?:\n|\Z)")
_MAX_PARENTHESES: Final = 32


def normalise_label(label: str) -> str:
    """A label as it is matched: case folded, white space collapsed (CommonMark 4.7)."""
    return " ".join(label.split()).casefold()


def read_definitions(source: str, start: int, end: int) -> Iterator[tuple[Definition, int]]:
    """The definitions at the beginning of a paragraph, each with the offset behind its last line.

    Args:
        source: The text, with LF line ends.
        start: Where the paragraph begins.
        end: Where it ends, behind its last line end.

    Yields:
        Definitions whose spans are offsets into ``source`` and whose line is 0.
    """
    while start < end and (found := _read_definition(source, start, end)) is not None:
        yield found
        start = found[1]


def _read_definition(source: str, start: int, end: int) -> tuple[Definition, int] | None:
    match = _LABEL.match(source, start, end)
    if match is None or not (key := normalise_label(match[1])):
        return None
    place = _GAP.match(source, match.end(), end)
    assert place is not None  # noqa: S101 -- the pattern matches the empty string
    destination = _read_destination(source, place.end(), end)
    if destination is None:
        return None
    url, after = destination
    title, rest = _read_title(source, after, end)
    if rest is None:
        title, rest = None, _REST.match(source, after, end)
    if rest is None:
        return None
    last = len(source[start : rest.start()].rstrip("\n")) + start
    last = rest.end() - 1 if source[rest.end() - 1 : rest.end()] == "\n" else rest.end()
    span = Span(start, max(last, start))
    return Definition(match[1], key, unescape(url), title, span, 0), rest.end()


def _read_destination(source: str, start: int, end: int) -> tuple[str, int] | None:
    if source.startswith("<", start, end):
        angled = _ANGLED.match(source, start, end)
        return (angled[1], angled.end()) if angled else None
    place, depth = start, 0
    while place < end:
        if match := _BARE_CHARACTERS.match(source, place, end):
            place = match.end()
        elif source[place] == "(" and depth < _MAX_PARENTHESES:
            depth, place = depth + 1, place + 1
        elif source[place] == ")" and depth > 0:
            depth, place = depth - 1, place + 1
        else:
            break
    if place == start or depth:
        return None
    return source[start:place], place


def _read_title(source: str, after: int, end: int) -> tuple[str | None, re.Match[str] | None]:
    gap = _GAP.match(source, after, end)
    if gap is None or gap.end() == after:
        return None, None
    title = _TITLE.match(source, gap.end(), end)
    if title is None:
        return None, None
    group = title.lastindex or 1
    return unescape(title[group]), _REST.match(source, title.end(), end)
