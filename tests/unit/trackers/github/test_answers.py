"""Where a list goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.trackers.github.answers import next_page

NEXT = "https://api.github.com/repositories/1/issues?labels=a,b&page=2"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        (f'<{NEXT}>; rel="next", <https://x/?page=9>; rel="last"', NEXT),
        (f'<https://x/?page=1>; rel="prev", <{NEXT}>; rel="next"', NEXT),
        (f"<{NEXT}>;rel=next", NEXT),
        (f"<{NEXT}>; title=x; rel=next,<https://x>; rel=last", NEXT),
        (f'<{NEXT}>; REL="last Next"', NEXT),
        ('<https://x/?rel="next">; rel="last"', ""),
        ('<https://x>; rel="nextish"', ""),
        ("<https://x>; rel=next-archive", ""),
        ('<https://x>; rel="prev"', ""),
        ("", ""),
        ("<", ""),
    ],
)
def test_the_next_page_is_the_one_that_is_called_so(header: str, address: str) -> None:
    assert next_page(header) == address


@given(st.text() | st.text('<>;, ="relnxt'))
def test_any_header_can_be_looked_at(header: str) -> None:
    next_page(header)
