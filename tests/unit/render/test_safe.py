"""What hostile text may do to a terminal: nothing but be read."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from syncer.render.safe import LIMIT, safe, safe_lines


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("good\rbad", r"good\x0dbad"),
        ("one\ntwo\tthree", r"one\x0atwo\x09three"),
        ("\x00\x7f\x85", r"\x00\x7f\x85"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\u2066a\u2069\u200f", r"\u2066a\u2069\u200f"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\ud800half", r"\ud800half"),
        ("\U000e0041tag", r"\U000e0041tag"),
    ],
)
def test_what_could_act_is_shown_as_what_it_is(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Alert on queue depth",
        "キューの深さを監視する",
        "Überprüfung — 100 %",
        "مراجعة التنبيهات",
        "👩‍💻 on call ✅️",
        "می‌خواهم",
        "[red]not markup[/red] :smile:",
        r"C:\x1b\notes",
        "\ufffd",
        "",
    ],
)
def test_words_of_every_script_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


def test_no_control_character_of_unicode_gets_through() -> None:
    controls = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cs", "Zl", "Zp")
    ]
    bidirectional = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.bidirectional(chr(code))
        in ("LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]
    for character in controls + bidirectional:
        assert safe(character).isascii()
        assert safe(character).isprintable()


def test_a_long_text_is_cut() -> None:
    assert safe("a" * (LIMIT + 1)) == "a" * LIMIT + "…"
    assert safe("abcdef", limit=3) == "abc…"
    assert safe("abc", limit=3) == "abc"
    assert len(safe("\x1b" * 10**6)) == 4 * LIMIT + 1


def test_lines_are_kept_where_they_are_wanted_and_nothing_else() -> None:
    assert safe_lines("one\r\n\ttwo\x1b[2J\rthree\n") == "one\n    two\\x1b[2J\\x0dthree\n"
    assert safe_lines("a\n" * 10, limit=4) == "a\na\n…"
