from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import dateparser
import pytest

from syncer.core.reading.dates import leading_date, parse_date, parse_due
from tests.support.reading import WORDS

UNITS = WORDS.relative_dates
INCIDENT = "2025-01-31"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-12-01", "2025-12-01"),
        ("2024-02-29", "2024-02-29"),
        ("2025-12-01T10:00Z", "2025-12-01"),
        ("2025-12-01 10:00:30 UTC", "2025-12-01"),
        ("2025-1-5", "2025-01-05"),
        ("2025/3/4", "2025-03-04"),
        ("2025.10.11", "2025-10-11"),
        ("20251011", "2025-10-11"),
        ("Oct 11, 2025", "2025-10-11"),
        ("11 October 2025", "2025-10-11"),
        ("Sept. 5, 2025", "2025-09-05"),
        ("Wednesday 20th September 2023", "2023-09-20"),
        ("2025\u5e7410\u670811\u65e5", "2025-10-11"),
        ("\uff12\uff10\uff12\uff15\u5e74\uff11\uff10\u6708\uff11\uff11\u65e5", "2025-10-11"),
        ("2025\ub144 10\uc6d4 11\uc77c", "2025-10-11"),
        ("15 de marzo de 2025", "2025-03-15"),
        ("11 de outubro de 2025", "2025-10-11"),
        ("3 mars 2025", "2025-03-03"),
        ("11. Oktober 2025", "2025-10-11"),
        ("25/4/2025", "2025-04-25"),
        ("3/25/2025", "2025-03-25"),
        ("4/4/2025", "2025-04-04"),
        ("by 2025-12-01", "2025-12-01"),
    ],
)
def test_a_date_with_one_meaning_is_read(text: str, day: str) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *(
            "3/4/2025",
            "11.10.2025",
            "11/10/25",
            "Oct 11, 25",
            "Oct 11",
            "Oct 2025",
            "2025-10",
            "2025",
        ),
        *(
            "Q4 2025",
            "H1 2026",
            "2025-W40",
            "Sprint 14",
            "Ongoing",
            "ASAP",
            "TBD",
            "done",
            "EOD",
            "5",
        ),
        *("tomorrow", "next week", "Friday", "in 3 days", "1 week", "today", "now"),
        *("2025-13-40", "2025-02-29", "2025-02-30", "Feb 30, 2025", "20251301", "2025/13/01"),
        *(
            "2025-12-01 (was 2025-11-01)",
            "Oct 11, 2025 (tentative)",
            "2025-12-01 \u2192 2026-01-15",
            "Dec 1-5, 2025",
        ),
        *(
            "Dec 1, 2025 and Jan 2, 2026",
            "end of Dec 2025",
            "before Dec 1, 2025",
            "week of Oct 13, 2025",
        ),
        *(
            "1760140800",
            "12 2025 10",
            "v2025.10.11",
            "2025-12-01T23:30+09:00",
            "11 octobre 2025 EST",
        ),
        *("Dec 1 2025 10:00 PST", "", " ", "2025-12-01 " + "x" * 40),
    ],
)
def test_a_date_that_could_mean_another_day_or_none_is_not_read(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 week", "2025-02-07"),
        ("2 weeks", "2025-02-14"),
        ("in 3 days", "2025-02-03"),
        ("within 1 month", "2025-02-28"),
        ("13 months", "2026-02-28"),
        ("+2 weeks", "2025-02-14"),
        ("30d", "2025-03-02"),
        ("0 days", "2025-01-31"),
        ("1 week after the incident", "2025-02-07"),
        ("1 m\u00eas", "2025-02-28"),
        ("em at\u00e9 2 meses", "2025-03-31"),
        ("2 semanas", "2025-02-14"),
        ("sous 10 jours", "2025-02-10"),
        ("1\u9031\u9593\u4ee5\u5185", "2025-02-07"),
        ("1\u4e2a\u6708\u5185", "2025-02-28"),
        ("2\uc8fc \uc774\ub0b4", "2025-02-14"),
        ("innerhalb von 2 Wochen", "2025-02-14"),
        ("2025-12-01", "2025-12-01"),
    ],
)
def test_an_amount_of_time_counts_from_the_incident(text: str, day: str) -> None:
    assert parse_due(text, INCIDENT, UNITS) == day


@pytest.mark.parametrize("text", ["1 week", "in 3 days", "1 m\u00eas"])
def test_without_an_incident_date_it_counts_from_nothing(text: str) -> None:
    assert parse_due(text, "", UNITS) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1-2 weeks",
            "-2 weeks",
            "\u22122 weeks",
            "2 sprints",
            "1.5 weeks",
            "three weeks",
            "1 quarter",
        ),
        *(
            "3\u65e5",
            "10 business days",
            "48 hours",
            "about 2 weeks",
            "2 weeks before launch",
            "day 3",
        ),
        *("next week", "tomorrow", "1 week " + "x" * 40),
    ],
)
def test_a_vague_amount_of_time_is_not_read(text: str) -> None:
    assert parse_due(text, INCIDENT, UNITS) is None


def test_an_amount_of_time_past_the_calendar_is_not_read() -> None:
    assert parse_due("999 months", "9999-01-01", UNITS) is None
    assert parse_due("1 week", "not a date", UNITS) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-11-19", "2025-11-19"),
        ("2026-07-24 to 2026-07-25 JST", "2026-07-24"),
        ("2026-07-19 \u2013 2026-07-24", "2026-07-19"),
        ("2026-04-13 \u301c 2026-04-14", "2026-04-13"),
        ("2026-06-07 (deploy and promotion, ~01:38 UTC)", "2026-06-07"),
        ("2025-11-19T10:00:00+09:00", "2025-11-19"),
        ("6th November, 2022 between 12.39UTC and 17.17UTC", "2022-11-06"),
        ("Wednesday 20th September 2023, 14:32 UTC (block 7)", "2023-09-20"),
        ("Friday, November 14, 2025 at 10pm PT", "2025-11-14"),
        ("2026\u5e744\u67086\u65e5 10:00", "2026-04-06"),
        ("01/30/2020", "2020-01-30"),
        ("May 2026", ""),
        ("~2026-05-28", ""),
        ("2025-10-200", ""),
        ("2025-10-200 (planned)", ""),
        ("2025-02-30", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_the_incident_began_on_the_first_day_that_is_named(text: str, day: str) -> None:
    assert leading_date(text) == day


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Not/AZone"])
def test_the_machine_s_time_zone_does_not_matter(zone: str) -> None:
    program = (
        "from syncer.core.reading.dates import parse_date\n"
        "print(*(parse_date(t) for t in ('Oct 11, 2025', '1760140800', 'today', '3 mars 2025')))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"TZ": zone, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "2025-10-11 None None 2025-03-03\n", done.stderr


def test_iso_dates_need_no_library() -> None:
    program = (
        "import sys\n"
        "from syncer.core.reading.dates import parse_date\n"
        "assert parse_date('2025-12-01') == '2025-12-01'\n"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "False\n", done.stderr


def test_two_threads_do_not_meet_in_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[str] = []
    met = Event()
    parse = dateparser.parse

    def watched(text: str, **settings: object) -> object:
        inside.append(text)
        if len(set(inside)) > 1:
            met.set()
        met.wait(0.005)
        inside.remove(text)
        return parse(text, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(dateparser, "parse", watched)
    texts = [f"June {day}, 1987" for day in range(10, 14)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(parse_date, texts)) == [f"1987-06-{day}" for day in range(10, 14)]
    assert not met.is_set()
