"""How words of headings, headers and cells are compared: as a reader would, past spelling and decoration.

Everything here takes plain text (inline Markdown already resolved) and is bounded: a text that is longer than any
entry of a vocabulary equals none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST: Final = 120
"""The longest text, in characters, that is compared with a vocabulary."""

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_HYPHENS: Final = re.compile("[-_\u2010-\u2015\u2212]")
_QUOTES: Final = re.compile("[\u2018\u2019\u02bc`\u00b4]")
_SLASH: Final = re.compile(r"\s*/\s*")
_SHORTCODE: Final = re.compile(r":[a-z0-9_+]{1,40}:")
_ATTRIBUTES: Final = re.compile(r"\{[^{}]*\}$")
_PARENTHESES: Final = re.compile(r"\([^()]*\)$")
_NUMBER: Final = re.compile(
    r"""
      (?:section|part|step)?[ ]?[\u00a7\#]?[ ]?\d{1,3}(?:\.\d{1,3}){0,5}(?:[.):\u3001]|(?=\W|$|[^\x00-\x7f]))
    | [ivxlc]{1,6}[.):]
    | [a-z][.)]
    | \u7b2c?(?:\d{1,3}|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,3})
      [\u3001.)\u7ae0\u7bc0\u8282]
    | \(\d{1,3}\)
    """,
    re.VERBOSE,
)
"""The number of a heading: 6, 5.2), VI., (4), and the Chinese and Japanese "chapter 4" and "one,"."""


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFKC", text)
        text = _QUOTES.sub("'", text)
    text = text.casefold().replace("`", "'").replace("&", " and ")
    return _SLASH.sub("/", " ".join(_HYPHENS.sub(" ", text).split()))


def fold(text: str) -> str:
    """The form in which two texts are equal if a reader takes them for the same words.

    Case, width and composition of characters (NFKC), Latin accents, kinds of quotes, runs of white space and the
    choice between hyphen, underscore and blank don't count.

    Returns:
        The folded text; an empty one if it is longer than ``LONGEST``.
    """
    return _folded(text) if len(text) <= LONGEST else ""


def _core(text: str) -> str:
    """A folded text without symbols around it; parentheses and number signs are kept."""
    start, end = 0, len(text)
    while start < end and not (text[start].isalnum() or text[start] in "(#§@?"):
        start += 1
    while start < end and not (text[end - 1].isalnum() or text[end - 1] in ")#?'"):
        end -= 1
    return text[start:end]


@lru_cache(maxsize=4096)
def _heading_forms(text: str) -> tuple[str, ...]:
    words = _core(_SHORTCODE.sub("", _ATTRIBUTES.sub("", fold(text))))
    number = _NUMBER.match(words)
    if number is not None:
        words = _core(words[number.end() :])
    forms = [words]
    bare = _core(_PARENTHESES.sub("", words))
    if bare != words:
        forms.append(bare)
    return tuple(form for form in forms if form)


def heading_forms(text: str) -> tuple[str, ...]:
    """What a heading may be called: without numbering, emoji, colon; with and without a closing parenthesis."""
    return _heading_forms(text) if len(text) <= LONGEST else ()


@lru_cache(maxsize=4096)
def _label_forms(text: str) -> tuple[str, ...]:
    words = _SHORTCODE.sub("", fold(text)).rstrip(" :")
    forms = [words, _core(words)]
    forms.append(_core(_PARENTHESES.sub("", forms[1])))
    return tuple(dict.fromkeys(form for form in forms if form))


def label_forms(text: str) -> tuple[str, ...]:
    """What a column header or a metadata label may be called: as it is, bare of symbols, without parenthesis."""
    return _label_forms(text) if len(text) <= LONGEST else ()
