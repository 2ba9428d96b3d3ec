"""The pieces of a status cell: words, signs, emphasis, and what is set aside before the status is looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from syncer.core.reading.words import fold


class Kind(Enum):
    """What a piece of a status cell is."""

    WORD = auto()
    SYMBOL = auto()
    EMPHASIS = auto()
    BLANK = auto()
    MARK = auto()
    ASIDE = auto()
    LINK = auto()
    CODE = auto()
    REFERENCE = auto()
    DATE = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a cell.

    Attributes:
        kind: What it is.
        start: Where it begins in the cell's source.
        end: Where it ends.
        value: A word folded; a sign as the vocabulary lists it; the text of a link or code span; otherwise the source.
    """

    kind: Kind
    start: int
    end: int
    value: str


_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DESTINATION: Final = r"\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)"

_TOKEN: Final = re.compile(
    rf"""
      (?P<box>\[[ xX]\](?!\())
    | (?P<reference>
          \[\[[^\[\]]*\]\] | \[\d{{1,9}}\](?!\()
        | <?https?://[^\s<>()|]*(?:\([^\s<>()|]*\)[^\s<>()|]*)*>?
        | (?:[\w.-]{{1,60}}/)?(?:[A-Za-z0-9][\w.-]{{0,60}})?\#\d+(?:\s?[-\u2013]\s?\#?\d+)?(?!\w)
        | (?<!\w)[A-Z][A-Z0-9_]{{0,19}}-\d+(?!\w)
        | (?<![\w.])!\d+(?!\w)
        | (?<!\w)(?=[a-f]*\d)[0-9a-f]{{7,40}}(?!\w)
        | (?<!\w)v\d+(?:\.[\w-]+)+
        | (?<!\w)n/a(?!\w)
        | (?<!\w)(?:this|same|the\ same)\ (?:pr|mr|commit|pull\ request|change|doc|document|incident)(?!\w)
      )
    | (?P<code>`[^`]+`)
    | (?P<link>\[(?P<text>[^\[\]]*)\](?:{_DESTINATION}|\[[^\[\]]*\])?)
    | (?P<date>
          (?<!\d)\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T ]\d\d:\d\d(?::\d\d)?(?:\s?Z|\s?UTC)?)?(?![\d/])
        | (?<!\d)\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}(?![\d/]) | \d{{4}}年\d{{1,2}}月\d{{1,2}}日
        | (?<!\w){_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?(?!\w)
        | (?<!\w)\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?:,?\s\d{{4}})?(?!\w)
      )
    | (?P<symbol>
          (?:[\u2300-\u2793\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]*)
        | :(?:[a-z][a-z0-9_-]{{0,40}}|[+-]1):
      )
    | (?P<emphasis>\*{{1,3}}|`{{1,2}}|(?<![^\W_])_{{1,3}}|_{{1,3}}(?![^\W_]))
    | (?P<blank>(?:\s|<[^<>]*>|&nbsp;|&\#160;)+)
    | (?P<word>[^\W_](?:[^\W_]|['\u2019_\u2010\u2011-](?=[^\W_]))*)
    | (?P<mark>[.,;:!/+|&"\u00b7\u30fb\u3001\u3002\uff0c\uff1b\uff1a\uff01\u2010-\u2015-]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING: Final = "(\uff08"
_CLOSING: Final = ")\uff09"
_JOINERS: Final = re.compile("[\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]+$")

_KINDS: Final = {
    "reference": Kind.REFERENCE,
    "date": Kind.DATE,
    "emphasis": Kind.EMPHASIS,
    "blank": Kind.BLANK,
    "mark": Kind.MARK,
}


def tokens(source: str) -> list[Token] | None:
    """The pieces of a cell in order, without a gap.

    Returns:
        The pieces; ``None`` for a cell with something in it that could mean anything: text that is struck out, an
        unclosed parenthesis, a sign that isn't known to be mere punctuation.
    """
    found: list[Token] = []
    position = 0
    while position < len(source):
        token = _aside(source, position) or _token(source, position)
        if token is None:
            return None
        found.append(token)
        position = token.end
    return found


def _aside(source: str, start: int) -> Token | None:
    """A parenthesis, with those inside of it."""
    if source[start] not in _OPENING:
        return None
    depth = 0
    for index in range(start, len(source)):
        if source[index] in _OPENING:
            depth += 1
        elif source[index] in _CLOSING:
            depth -= 1
            if depth == 0:
                return Token(Kind.ASIDE, start, index + 1, "")
    return None


def _token(source: str, start: int) -> Token | None:
    match = _TOKEN.match(source, start)
    if match is None:
        return None
    name = match.lastgroup if match.lastgroup != "text" else "link"
    value, end = match[0], match.end()
    if name == "word":
        return Token(Kind.WORD, start, end, fold(value))
    if name == "box":
        return Token(Kind.SYMBOL, start, end, fold(value))
    if name == "symbol":
        return Token(Kind.SYMBOL, start, end, fold(_JOINERS.sub("", value)))
    if name == "code":
        return Token(Kind.CODE, start, end, value[1:-1].strip())
    if name == "link":
        return Token(Kind.LINK, start, end, match["text"])
    return Token(_KINDS[name or ""], start, end, value)
