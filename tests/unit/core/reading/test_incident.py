from __future__ import annotations

import pytest

from syncer.core.reading.incident import Incident
from tests.support.reading import read, remarks, section, table

EMPTY_FORM = """# Post-Mortem Template

## Incident Summary

**Incident ID:** INC-YYYY-MM-DD-###
**Date:** YYYY-MM-DD
**Duration:** XX hours XX minutes
**Severity:** P0 | P1 | P2 | P3
**Status:** Resolved | Mitigated | Monitoring
"""

FULL = Incident(
    id="INC-2025-11-19-001",
    title="Checkout down",
    date="2025-11-19",
    duration="2 hours 14 minutes",
    severity="P1",
    status="Resolved",
)


def test_bold_lines_of_one_paragraph_are_read() -> None:
    text = (
        "# Checkout down\n\n**Incident ID:** INC-2025-11-19-001\n**Date**: 2025-11-19  \n"
        "__Duration:__ 2 hours 14 minutes\\\n**Severity:** P1\n**Status:** *Resolved*\n"
    )
    assert read(text).incident == FULL


def test_several_labels_in_one_line_are_read() -> None:
    text = "# Checkout down\n\n**Date:** 2026-08-16 \u00b7 **Severity:** SEV-2 (down) \u00b7 **Status:** Open\n"
    incident = read(text).incident
    assert (incident.date, incident.severity, incident.status) == (
        "2026-08-16",
        "SEV-2 (down)",
        "Open",
    )


def test_list_entries_and_plain_labels_are_read() -> None:
    text = "# T\n\n- **Status**: **resolved** (2026-06-07).\n- Severity: SEV-3\n\nDate: 2025-02-12\nAuthors: mar\n"
    incident = read(text).incident
    assert incident.status == "resolved (2026-06-07)."
    assert (incident.severity, incident.date) == ("SEV-3", "2025-02-12")


def test_labels_set_off_by_a_dot_or_dash_are_read() -> None:
    text = "# T\n\n**Date** \u00b7 2026-03-18\n**Severity** \u2014 Medium\n"
    incident = read(text).incident
    assert (incident.date, incident.severity) == ("2026-03-18", "Medium")


def test_a_table_of_two_columns_is_read() -> None:
    facts = table(
        "Field | Value",
        "**Incident ID** | INC-2025-11-19-001",
        "Date | 2025-11-19 to 2025-11-20 JST",
        "Duration | 2 hours 14 minutes",
        "Severity | P1",
        "Status | Resolved",
    )
    assert read(f"# Checkout down\n\n{facts}\n").incident == FULL


def test_a_table_in_another_language_is_read() -> None:
    facts = table(
        "\u9805\u76ee | \u5185\u5bb9",
        "\u30a4\u30f3\u30b7\u30c7\u30f3\u30c8ID | PM-2026-019",
        "\u767a\u751f\u65e5\u6642 | 2026\u5e744\u67086\u65e5 10:00",
        "\u91cd\u5927\u5ea6 | SEV-3",
    )
    incident = read(f"# T\n\n{facts}\n").incident
    assert (incident.id, incident.date, incident.severity) == ("PM-2026-019", "2026-04-06", "SEV-3")


def test_a_timeline_is_not_taken_for_facts() -> None:
    timeline = table("Time | Event", "10:00 | Status: red", "Status | page updated")
    assert read(f"# T\n\n{timeline}\n").incident.status == ""


def test_a_heading_over_a_paragraph_is_read() -> None:
    incident = read(
        "# T\n\n### Date\n\n2020-08-23\n\n## Status\n\nResolved\n\n## Impact\n\nNone\n"
    ).incident
    assert (incident.date, incident.status) == ("2020-08-23", "Resolved")


def test_only_the_first_line_under_a_heading_is_its_fact() -> None:
    incident = read("# T\n\n## Status\n\nResolved\nSeen by: everyone\n").incident
    assert incident.status == "Resolved"
    assert read("# T\n\n## Status\n\nImpact: none\nand so on\n").incident.status == ""


def test_front_matter_is_read_and_comes_first() -> None:
    text = (
        '---\ntitle: "Checkout down"\nincident_id: INC-2025-11-19-001\ndate: 2025-11-19\nseverity: P1\n'
        "duration: 2 hours 14 minutes\nstatus: Resolved\n---\n\n## Overview\n\n**Status:** Open\n"
    )
    assert read(text).incident == FULL


def test_broken_front_matter_is_a_remark_and_the_text_counts() -> None:
    document = read("---\ntitle: [\n---\n\n# Checkout down\n\n**Date:** 2025-11-19\n")
    assert document.incident.date == "2025-11-19"
    ((level, line, message),) = remarks(document)
    assert (level, line) == ("info", 1)
    assert "front matter" in message


def test_what_a_blank_form_shows_is_absent() -> None:
    assert read(EMPTY_FORM).incident == Incident(title="Post-Mortem Template")


def test_the_first_that_says_something_counts() -> None:
    text = (
        "# T\n\n**Date:** YYYY-MM-DD\n**Severity:** P1\n\n**Date:** 2025-11-19\n**Severity:** P2\n"
    )
    incident = read(text).incident
    assert (incident.date, incident.severity) == ("2025-11-19", "P1")


def test_what_stands_in_or_after_the_action_items_is_about_them() -> None:
    text = section("**Status:** 3 of 4 done", "", "## Review", "", "**Date:** 2025-12-24")
    assert read(text).incident == Incident(title="Outage")


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("INC-2026-001: Pool exhausted", "INC-2026-001"),
        ("INC-2026-001\uff1aPool exhausted", "INC-2026-001"),
        ("[PM-2026-009] \u2014 Stream hangs", "PM-2026-009"),
        ("INC-2026-001", "INC-2026-001"),
        ("Post-mortem: INC-2026-001", ""),
        ("UTF-8 breaks the stream", ""),
        ("INC-YYYY-001: title", ""),
    ],
)
def test_the_title_may_begin_with_the_id(title: str, found: str) -> None:
    assert read(f"# {title}\n").incident.id == found


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("2018-02-12, Hub launch fail", "2018-02-12"),
        ("Checkout down (2026-06-07)", "2026-06-07"),
        ("INC-2025-11-19-001: Checkout down", "2025-11-19"),
        ("Certificate of 2025-01-01 expired", ""),
        ("2018-02-123", ""),
        ("INC-2025-99-99-001: x", ""),
    ],
)
def test_the_id_or_the_title_may_tell_the_date(title: str, day: str) -> None:
    assert read(f"# {title}\n").incident.date == day


def test_the_title_is_the_first_heading_in_words() -> None:
    assert (
        read("Intro\n\nThe **`pool`** [broke](x)\n===\n\n# Other\n").incident.title
        == "The pool broke"
    )
    assert read("no heading\n").incident.title == ""
