"""Dates as people write them: ISO first, other forms only where they can mean but one day.

Nothing here asks for today, the machine's time zone or its locale.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from syncer.core.reading.words import fold

if TYPE_CHECKING:
    from syncer.core.reading.vocabulary import RelativeDates, Unit

LONGEST_DATE: Final = 40
"""The longest text, in characters, that is tried as a date."""

_ISO: Final = re.compile(
    r"(\d{4})(?P<mark>[-/.])(\d{1,2})(?P=mark)(\d{1,2})"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[ ]?(?:Z|UTC))?)?",
    re.ASCII,
)
_BASIC: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]+")
_RELATIVE: Final = re.compile(r"(\D{0,30}?)\s?(\d{1,3})\s?(\D{1,30})", re.ASCII)
_NOT_A_DATE: Final = re.compile(r"[:~@#<>\[\]{}()=!?%\n]")
_LATER: Final = re.compile(
    r"\s*(?:[(;~\u2013\u2014\u2192\u301c]|->|\s-\s|\bto\b|\bbetween\b|\bfrom\b|\bat\b|,?\s*\d{1,2}[:.]\d\d).*",
    re.DOTALL,
)

_ALONE: Final = threading.Lock()
"""dateparser doesn't promise to keep apart what two threads ask for; a wrong order of day and month is a wrong day."""

_LANGUAGES: Final = ["en", "ja", "pt", "es", "fr", "zh", "ko", "de"]
_ORDERS: Final = ("DMY", "MDY", "YMD")
_BASES: Final = (datetime(2000, 1, 1), datetime(2011, 6, 15))  # noqa: DTZ001 - dateparser wants naive ones


def parse_due(text: str, incident_date: str, words: RelativeDates) -> str | None:
    """The day that a due date names.

    Args:
        text: The plain text of the cell, not empty.
        incident_date: The incident's date as ``YYYY-MM-DD``, or empty; ``1 week`` counts from it, never from today.
        words: The units and what may stand beside them.

    Returns:
        ``YYYY-MM-DD``, or ``None`` for a text that can mean more than one day, or none.
    """
    found = parse_date(text)
    if found is None and incident_date and len(text) <= LONGEST_DATE:
        return _after(text, incident_date, words)
    return found


def is_iso(text: str) -> bool:
    """Whether a text is read as a date at a glance, without a library."""
    return _ISO.fullmatch(text) is not None


@lru_cache(maxsize=2048)
def parse_date(text: str) -> str | None:
    """The day that a text names whatever the reader's habits, as ``YYYY-MM-DD``.

    A form that the order of day and month or today's date would give another meaning (``3/4/2025``, ``Friday``)
    names none; nor does one with a clock in another time zone.
    """
    text = unicodedata.normalize("NFKC", text[: LONGEST_DATE + 1]).strip()
    if len(text) > LONGEST_DATE:
        return None
    match = _ISO.fullmatch(text)
    if match is not None:
        return _iso(match[1], match[3], match[4])
    match = _BASIC.fullmatch(text)
    if match is not None:
        return _iso(match[1], match[2], match[3])
    return _agreed(text)


def leading_date(text: str) -> str:
    """The first day of what the incident's metadata gives as its date; empty if it gives none.

    ``2026-07-24 to 2026-07-25 JST``, ``6 November 2022 between 12:39 and 17:17`` and ``2026-06-07 (deploy)`` begin
    with a date, and go on.
    """
    text = unicodedata.normalize("NFKC", text[:200]).strip()
    match = _ISO.match(text)
    if match is not None and not text[match.end() : match.end() + 1].isdigit():
        return _iso(match[1], match[3], match[4]) or ""
    return parse_date(_LATER.sub("", text, count=1).strip(" ,.")) or ""


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _agreed(text: str) -> str | None:
    """The day that dateparser finds under every order of day and month and two ideas of today."""
    groups = [len(digits) for digits in _DIGITS.findall(text)]
    if groups.count(4) != 1 or len(groups) not in (2, 3) or not {1, 2, 4}.issuperset(groups):
        return None
    if _NOT_A_DATE.search(text):
        return None
    found = None
    for order in _ORDERS:
        for base in _BASES:
            again = _with_dateparser(text, order, base)
            if again is None or found not in (None, again):
                return None
            found = again
    return found


def _with_dateparser(text: str, order: str, base: datetime) -> str | None:
    # Imported here: it takes a tenth of a second, and most documents have ISO dates.
    import dateparser

    with _ALONE:
        result = dateparser.parse(
            text,
            languages=_LANGUAGES,
            settings={
                "DATE_ORDER": order,
                "RELATIVE_BASE": base,
                "PREFER_LOCALE_DATE_ORDER": False,
                "STRICT_PARSING": True,
                "TIMEZONE": "UTC",
                "PARSERS": ["absolute-time"],
            },
        )
    if result is None or result.tzinfo is not None:
        return None
    return result.date().isoformat()


def _after(text: str, incident_date: str, words: RelativeDates) -> str | None:
    match = _RELATIVE.fullmatch(fold(text))
    if match is None or text[0] in "-\u2212" or (match[1] and match[1] not in words.before):
        return None
    unit = words.units.get(match[3]) or _unit_with_ending(match[3], words)
    if unit is None:
        return None
    try:
        return _add(date.fromisoformat(incident_date), int(match[2]), unit).isoformat()
    except (ValueError, OverflowError):
        return None


def _unit_with_ending(text: str, words: RelativeDates) -> Unit | None:
    unit, _, ending = text.partition(" ")
    return words.units.get(unit) if ending in words.after else None


def _add(day: date, amount: int, unit: Unit) -> date:
    """The day that lies so much later; the 31st plus a month is the last day of a shorter one."""
    if unit != "month":
        return day + timedelta(days=amount * (7 if unit == "week" else 1))
    years, month = divmod(day.month - 1 + amount, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
