"""Link reference definitions (CommonMark 4.7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from syncer.core.markdown.entities import PUNCTUATION, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP: Final = r"[ \t]*+(?:\n[ \t]*+)?+"
_LABEL: Final = re.compile(rf"\[((?:[^\\\[\]]|\\[\s\S]?){{1,999}}+)\]:{_GAP}")
_ANGLED: Final = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
_BARE_CHARACTERS: Final = re.compile(rf"(?:[^\x00-\x20\x7f\\()]|\\{PUNCTUATION}|\\)++")
_TITLE: Final = re.compile(
    rf"""(?!\S){_GAP}(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|\(((?:[^()\\]|\\.)*+)\))""",
    re.DOTALL,
)
_REST: Final = re.compile(r"[ \t]*+(?:\n|\Z)")
_MAX_PARENTHESES: Final = 32


def normalise_label(label: str) -> str:
    """A label as it is matched: case folded, white space collapsed (CommonMark 4.7)."""
    return " ".join(label.split()).casefold()


class Found(NamedTuple):
    """A definition in the text of a paragraph; ``end`` is the offset behind its last line."""

    label: str
    key: str
    url: str
    title: str | None
    end: int


def read_definitions(text: str) -> Iterator[Found]:
    """The definitions at the beginning of a paragraph.

    Args:
        text: The paragraph, its lines without indentation and joined by LF.
    """
    start = 0
    while text.startswith("[", start) and (found := _read_definition(text, start)) is not None:
        yield found
        start = found.end


def _read_definition(text: str, start: int) -> Found | None:
    match = _LABEL.match(text, start)
    if match is None or not (key := normalise_label(match[1])):
        return None
    destination = _read_destination(text, match.end())
    if destination is None:
        return None
    url, after = destination
    title, rest = _read_title(text, after)
    if rest is None:
        title, rest = None, _REST.match(text, after)
    if rest is None:
        return None
    return Found(match[1], key, unescape(url), title, rest.end())


def _read_destination(text: str, start: int) -> tuple[str, int] | None:
    if text.startswith("<", start):
        angled = _ANGLED.match(text, start)
        return (angled[1], angled.end()) if angled else None
    place, depth = start, 0
    while place < len(text):
        if match := _BARE_CHARACTERS.match(text, place):
            place = match.end()
        elif text[place] == "(" and depth < _MAX_PARENTHESES:
            depth, place = depth + 1, place + 1
        elif text[place] == ")" and depth > 0:
            depth, place = depth - 1, place + 1
        else:
            break
    if place == start or depth:
        return None
    return text[start:place], place


def _read_title(text: str, after: int) -> tuple[str | None, re.Match[str] | None]:
    match = _TITLE.match(text, after)
    if match is None:
        return None, None
    return unescape(match[match.lastindex or 0]), _REST.match(text, match.end())
