"""When GitHub's days begin: at midnight in California."""

from __future__ import annotations

from datetime import date, datetime, timedelta


def pacific_day(moment: datetime) -> date:
    """The day that it is in California, where GitHub's days begin and end."""
    utc = moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta())
    return (utc - timedelta(hours=hours_to_pacific(utc.date()))).date()


def hours_to_pacific(day: date) -> int:
    """How many hours California is behind at the beginning of a day: 7 in summer, 8 in winter."""
    begins = _sunday(day.year, 3, 2)
    ends = _sunday(day.year, 11, 1)
    return 7 if begins < day <= ends else 8


def _sunday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
