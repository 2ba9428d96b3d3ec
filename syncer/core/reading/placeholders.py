"""What stands in a blank form or an empty cell, and so says nothing. All texts here are plain ones."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from syncer.core.reading.words import fold

if TYPE_CHECKING:
    from syncer.core.reading.vocabulary import Vocabulary

_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_LONGEST_FORM: Final = 80
_FORM: Final = re.compile(
    r"""
      \.{3} | \u2026 | _+ | \.
    | \[[^\[\]]{2,}\] | <[^<>]+> | \{+[^{}]*\}+
    | \#?\.{3} | \#0+ | \#?[N#]{2,} | [A-Z]+-(?:X+|N+|0+|\#+|\.{3})
    | .*(?:
        (?<![A-Z])(?:YYYY|yyyy|AAAA|JJJJ|aaaa|jjjj)(?![A-Z])
      | (?<!\w)(?:MM/DD|DD/MM|JJ/MM|DD\.MM|HH:MM|hh:mm|XX:XX)(?!\w)
      | (?<![A-Za-z])(?:X{2,}|N{3,})(?![A-Za-z]) | (?<!\w)[XN]\s(?:hours?|days?|minutes?|mins?)(?!\w)
      | (?<!\#)\#{3,}(?!\#)
      ).*
    """,
    re.VERBOSE | re.DOTALL,
)
_EXAMPLE: Final = re.compile(r"\.{3}|\u2026|\[[^\[\]]{2,200}\]|<[^<>]{1,200}>|\{+[^{}]{0,200}\}+")
_CHOICE: Final = re.compile(r"\s*[|/]\s*")
_RANK: Final = re.compile(r"(?:p|s|sev|severity|priority|prio)\s?\d\+?")


def is_blank(text: str) -> bool:
    """Whether a cell is empty, or holds nothing but dashes or question marks."""
    return not text or (len(text) <= 3 and not text.strip(_DASHES + "?"))


def is_form(text: str) -> bool:
    """Whether a blank form shows this where something is to be filled in.

    ``[Name]``, ``<name>``, ``YYYY-MM-DD``, ``INC-YYYY-MM-DD-###``, ``XX hours XX minutes``, ``...``.
    """
    return len(text) <= _LONGEST_FORM and _FORM.fullmatch(text) is not None


def is_choice(text: str, vocabulary: Vocabulary) -> bool:
    """Whether this offers several severities or statuses to choose from: ``P0 | P1 | P2``."""
    if len(text) > _LONGEST_FORM or ("/" not in text and "|" not in text):
        return False
    parts = [fold(part) for part in _CHOICE.split(text)]
    return len(parts) > 1 and all(
        part in vocabulary.incident_words or part in vocabulary.statuses or _RANK.fullmatch(part)
        for part in parts
    )


def says_nothing(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a cell or a value of the metadata is empty or was left to be filled in."""
    return len(text) <= _LONGEST_FORM and _says_nothing(text, vocabulary)


@lru_cache(maxsize=4096)
def _says_nothing(text: str, vocabulary: Vocabulary) -> bool:
    return is_blank(text) or fold(text) in vocabulary.placeholders.any or is_form(text)


def names_nobody(text: str, vocabulary: Vocabulary) -> bool:
    """Whether an owner is none."""
    return fold(text) in vocabulary.placeholders.owner or says_nothing(text, vocabulary)


def names_no_action(text: str, vocabulary: Vocabulary) -> bool:
    """Whether an action is empty, or a blank form's example of one."""
    if is_blank(text) or _EXAMPLE.fullmatch(text) is not None:
        return True
    words, known = fold(text), vocabulary.placeholders
    return words in known.action or words in known.any or words.startswith(known.prefixes)
