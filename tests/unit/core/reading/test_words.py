from __future__ import annotations

import pytest

from syncer.core.reading.words import LONGEST, fold, heading_forms, label_forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Action Items", "ACTION   items"),
        ("Follow-ups", "follow ups"),
        ("NOT_STARTED", "not started"),
        ("Won\u2019t do", "won't do"),
        ("Fecha l\u00edmite", "fecha limite"),
        ("Fecha li\u0301mite", "fecha limite"),
        (
            "\uff21\uff23\uff34\uff29\uff2f\uff2e\u3000\uff29\uff34\uff25\uff2d\uff33",
            "action items",
        ),
        ("Issue / PR", "issue/pr"),
        ("Corrective & Preventive", "corrective and preventive"),
        ("MA\u00dfNAHME", "massnahme"),
    ],
)
def test_spellings_of_the_same_words_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("\u30cf", "\u30d0"), ("done", "dune"), ("\u041a", "K")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_text_longer_than_any_entry_equals_none() -> None:
    assert fold("x" * LONGEST) != ""
    assert fold("x" * (LONGEST + 1)) == ""
    assert heading_forms("x" * (LONGEST + 1)) == ()
    assert label_forms("x" * (LONGEST + 1)) == ()


@pytest.mark.parametrize(
    "heading",
    [
        "Action Items",
        "6. Action Items",
        "6 Action Items",
        "5.2) Action Items",
        "VI. Action Items",
        "iv) Action Items",
        "A. Action Items",
        "\u00a74 Action Items",
        "Section 4: Action Items",
        "(4) Action Items",
        "\u7b2c4\u7ae0 Action Items",
        "\u4e00\u3001Action Items",
        "\U0001f4cb Action Items",
        "\U0001f4cb 8. Action Items \u2705:",
        ":clipboard: Action Items",
        "Action Items:",
        "Action Items\uff1a",
        "Action Items (3)",
        "Action Items \uff08open\uff09",
        "Action Items {#action-items}",
    ],
)
def test_numbering_and_decoration_of_a_heading_do_not_count(heading: str) -> None:
    assert "action items" in heading_forms(heading)


def test_a_number_inside_a_heading_counts() -> None:
    assert heading_forms("The 3 actions") == ("the 3 actions",)


def test_a_header_keeps_the_signs_that_tell_columns_apart() -> None:
    assert label_forms("#")[0] == "#"
    assert label_forms("Bug #")[0] == "bug #"
    assert "owner" in label_forms("\U0001f464 Owner (role):")
