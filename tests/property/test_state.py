"""The base survives every way in which it is written down, whatever its values are."""

from __future__ import annotations

import html
import re

import cmarkgfm  # type: ignore[import-untyped] # it ships no types
import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.markdown import parse_blocks
from syncer.core.state import (
    VALUE_LIMIT,
    bounded,
    format_definition,
    format_marker,
    format_state,
    parse_marker,
    parse_state,
)
from syncer.model import FIELDS, Agreed, Marker, Removal, State

_HOSTILE = st.text(
    alphabet="-->!<~;=%\"'()[]\\|&*_`{} \n\r\tab2DamplTé完\u00a0\u2028\u200d\x00\x85"
)
_VALUES = st.one_of(
    st.sampled_from(["", "@alice", "In Progress", "Won't Do", "2025-12-01", "--", "-->", "&quot;"]),
    _HOSTILE,
    st.text(),
    st.text(alphabet=st.characters()),
    st.integers(150, 400).flatmap(lambda size: st.text(alphabet="a -%長", min_size=size)),
)
_AGREED = st.one_of(_VALUES.map(Agreed.both), st.builds(Agreed, _VALUES, _VALUES))
_STATES = st.builds(
    State,
    st.integers(1, 10**18 - 1),
    st.dictionaries(st.sampled_from(FIELDS), _AGREED),
    st.sampled_from(Removal),
)
_URL = "https://github.com/acme/shop/issues/12"


def kept(state: State) -> State:
    """The state with every value in the form in which a base keeps it."""
    return State(
        state.counter,
        {
            field: Agreed(bounded(agreed.document), bounded(agreed.tracker))
            for field, agreed in state.values.items()
        },
        state.removed,
    )


def title_in(rendered: str) -> str:
    found = re.search(r'title="([^"]*)"', rendered)
    assert found is not None, rendered
    return html.unescape(found[1])


@given(_STATES)
def test_a_state_reads_back(state: State) -> None:
    assert parse_state(format_state(state)) == kept(state)


@given(_VALUES, _VALUES)
def test_bounded_values_are_equal_exactly_if_the_values_are(one: str, other: str) -> None:
    assert (bounded(one) == bounded(other)) == (one == other)
    assert bounded(bounded(one)) == bounded(one)
    assert len(bounded(one)) <= VALUE_LIMIT


@given(_STATES, st.sampled_from(["''", '""', "()"]), st.sampled_from(["", "\r\n"]))
def test_a_definition_reads_back_in_every_quote_style(
    state: State, quotes: str, line_end: str
) -> None:
    line = format_definition("#12", _URL, state)
    assert line.count('"') == 2
    line = line.replace('"', quotes[0], 1)[:-1] + quotes[1]

    (definition,) = parse_blocks(f"text\n\n{line}{line_end}").definitions

    assert definition.title is not None
    assert parse_state(definition.title) == kept(state)


@given(_STATES)
def test_other_parsers_read_the_same_title(state: State) -> None:
    text = f"[#12]\n\n{format_definition('#12', _URL, state)}\n"

    assert title_in(cmarkgfm.github_flavored_markdown_to_html(text)) == format_state(state)
    assert title_in(str(mistune.html(text))) == format_state(state)


@given(_STATES, _VALUES.filter(bool))
def test_a_marker_reads_back(state: State, path: str) -> None:
    marker = Marker("0123456789abcdef", path, state)

    assert parse_marker(format_marker(marker)) == Marker(marker.item, path, kept(state))


@pytest.mark.parametrize("place", ["{}\n\nafter\n", "before {} after\n", "- item\n  {}\n\nafter\n"])
@given(_STATES, _VALUES.filter(bool))
def test_a_hidden_comment_never_closes_early(place: str, state: State, path: str) -> None:
    comment = f"<!-- {format_marker(Marker('0123456789abcdef', path, state))} -->"
    text = place.format(comment)

    rendered = cmarkgfm.github_flavored_markdown_to_html(
        text, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    )

    # HTML's own rule as well as Markdown's: the first "-->" or "--!>" ends it.
    assert rendered.count(comment) == 1
    assert re.findall(r"<!--.*?--!?>", rendered, re.DOTALL) == [comment]
