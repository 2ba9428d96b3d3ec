"""Markers in texts: they read back, whatever stands around them, and the rest of a text stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncer.core.state import format_marker
from syncer.testing.hostility import TEXTS
from syncer.testing.lab import marker
from syncer.trackers.github.bodies import (
    Seal,
    clean,
    hidden_line,
    put_together,
    seal_digest,
    take_apart,
    with_line,
)

texts = st.one_of(
    st.text(), st.sampled_from(TEXTS), st.lists(st.sampled_from(TEXTS)).map("\n".join)
)
seals = st.builds(
    Seal,
    st.one_of(st.just(""), st.from_regex(r"[0-9a-f]{16}", fullmatch=True)),
    st.integers(0, 999),
)
LINE = hidden_line(marker(), Seal("0123456789abcdef", 2))


@given(texts, seals)
def test_a_marker_reads_back_with_its_seal(text: str, seal: Seal) -> None:
    body = take_apart(put_together(text, hidden_line(marker(3, counter=7), seal)))
    assert (body.marker, body.seal) == (marker(3, counter=7), seal)
    assert body.text == clean(text)


@given(texts, texts, seals)
@example("", "", Seal(""))
def test_a_line_is_replaced_where_it_stands(before: str, behind: str, seal: Seal) -> None:
    new = hidden_line(marker(counter=2), seal)
    changed = with_line(f"{before}{LINE}{behind}", new)
    assert changed == f"{before}{new}{behind}"
    assert take_apart(changed).marker == marker(counter=2)


@given(texts)
def test_a_text_without_a_marker_is_all_text(text: str) -> None:
    assert take_apart(text).text == text
    assert take_apart(text).marker is None
    assert take_apart(with_line(text, LINE)).marker == marker()


@pytest.mark.parametrize("form", ["<!-- {} -->", "{}", "<!-- syncer:marker {} -->"])
def test_what_looks_like_a_marker_is_none(form: str) -> None:
    forged = form.format(format_marker(marker(9)))
    assert take_apart(forged).marker is None
    assert take_apart(f"{forged}\n\n{LINE}\n{forged}").marker == marker()


def test_a_damaged_marker_is_none_and_no_text() -> None:
    body = take_apart(f"Text.\n\n{LINE[:-24]}=% -->")
    assert (body.text, body.marker, body.seal) == ("Text.", None, None)


def test_an_editor_s_line_ends_change_nothing() -> None:
    body = take_apart(f"One.\n\nTwo.\n\n{LINE}".replace("\n", "\r\n"))
    assert body.marker == marker()
    assert body.text == "One.\r\n\r\nTwo."


def test_line_ends_are_no_change_for_a_seal_and_words_are() -> None:
    def digest(**changes: str) -> str:
        values = {"title": "T", "text": "a\nb", "state": "open", "reason": ""} | changes
        return seal_digest(**values, assignees=frozenset({"Alice", "bob"}))

    assert digest() == digest(text="a\r\nb\r\n")
    assert len({digest(), digest(title="U"), digest(text="a b"), digest(state="closed")}) == 4
