from __future__ import annotations

import pytest

from syncer.core.reading.placeholders import (
    is_blank,
    is_choice,
    is_form,
    names_no_action,
    names_nobody,
    says_nothing,
)
from tests.support.reading import WORDS


@pytest.mark.parametrize("text", ["", "-", "--", "\u2013", "\u2014", "\u2212", "?", "??"])
def test_a_dash_is_as_good_as_nothing(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["x", "0", "----", "- x", "n/a"])
def test_anything_else_is_something(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "YYYY-MM-DD",
            "AAAA-MM-JJ",
            "HH:MM",
            "INC-YYYY-MM-DD-###",
            "INC-YYYY-NNN",
            "PAY-XXX",
            "#000",
        ),
        *(
            "#...",
            "...",
            "\u2026",
            "[Name]",
            "<name>",
            "{{ title }}",
            "XX hours XX minutes",
            "X hours",
        ),
    ],
)
def test_what_a_blank_form_shows_is_no_value(text: str) -> None:
    assert is_form(text)
    assert says_nothing(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-12-01",
            "INC-2026-003",
            "PM-2026-009",
            "#12",
            "PAY-7",
            "Maxxx",
            "XXL team",
            "12:30",
        ),
        *("3 hours", "[#12] and more", "C#", "x < y > z", "Team X"),
    ],
)
def test_what_was_filled_in_is_a_value(text: str) -> None:
    assert not says_nothing(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *("P0 | P1 | P2 | P3", "P0/P1/P2", "P0 / P1 / P2+", "SEV-1 / SEV-2", "High/Medium/Low"),
        *("Resolved | Mitigated | Monitoring", "Draft / Reviewed / Closed", "TODO/DONE"),
    ],
)
def test_a_list_to_choose_from_is_no_choice(text: str) -> None:
    assert is_choice(text, WORDS)


@pytest.mark.parametrize(
    "text", ["P1", "SEV-2 (major)", "Resolved", "High | checkout", "/", "", "P1 " * 40]
)
def test_a_value_is_a_choice_that_was_made(text: str) -> None:
    assert not is_choice(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "@username",
            "@handle",
            "TBD",
            "?",
            "none",
            "N/A",
            "Unassigned",
            "\u2014",
            "[Owner]",
            "<name>",
        ),
        *("\u672a\u5b9a", "Sin asignar", "A definir", "Niemand", "to be assigned"),
    ],
)
def test_these_owners_are_nobody(text: str) -> None:
    assert names_nobody(text, WORDS)


@pytest.mark.parametrize(
    "text", ["@alice", "DS", "Payments team", "a.b@example.org", "Dr. No", "\u62c5\u5f53A"]
)
def test_these_owners_are_somebody(text: str) -> None:
    assert not names_nobody(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "\u2014",
            "...",
            "[Specific action]",
            "[Specific action to prevent recurrence]",
            "TBD",
        ),
        *("<action>", "Action item 1", "What should be done to avoid the thing happening again"),
        *("\u6539\u5584\u5185\u5bb9\u3092\u8a18\u8f09\u3059\u308b", "Acci\u00f3n espec\u00edfica"),
    ],
)
def test_an_example_in_a_blank_form_is_no_action(text: str) -> None:
    assert names_no_action(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[186] union in both queries",
            "Describe the failover in the runbook",
            "Add alert [urgent]",
        ),
        *("TBD: pick a vendor", "Replace XX with YY in the template", "x" * 300, "[a] and [b]"),
    ],
)
def test_an_action_is_one_whatever_it_begins_with(text: str) -> None:
    assert not names_no_action(text, WORDS)
