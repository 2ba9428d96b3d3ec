"""The part of the conformance suite that is about what issues are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.core.state import format_definition
from syncer.model import State
from syncer.testing.lab import written

if TYPE_CHECKING:
    from syncer.testing.lab import Lab
    from syncer.trackers.base import Tracker

STRANGERS: Final = (
    *(
        "",
        " ",
        "#",
        "##1",
        "#-1",
        "#0",
        "# 1",
        "#1.5",
        "#1e3",
        "#²",
        "#\uff11\uff12",
        "#1\n",
        "#1#1",
    ),
    *(
        "1",
        "01",
        "n/a",
        "TBD",
        "-",
        "—",
        "@alice",
        "GH-1x",
        "https://",
        "https:///1",
        "http://[::1",
    ),
    *("https://example.invalid/1", "https://example.invalid/issues/1", "mailto:a@example.invalid"),
    *(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "\x00",
        "\ud800",
        "#" + "9" * 5000,
        "x" * 50_000,
    ),
)


class Naming:
    """Names lead back to the issue; everything else leads nowhere."""

    def test_every_name_of_an_issue_leads_back_to_it(self, lab: Lab, tracker: Tracker) -> None:
        @settings(deadline=None)
        @given(lab.keys)
        def leads_back(key: str) -> None:
            names = tracker.names(key)
            for name in (names.short, names.long, names.url):
                assert tracker.resolve(name) == key

        leads_back()

    def test_no_two_issues_share_a_name(self, lab: Lab, tracker: Tracker) -> None:
        @settings(deadline=None)
        @given(st.lists(lab.keys, min_size=2, max_size=2, unique=True))
        def differ(keys: list[str]) -> None:
            one, other = (tracker.names(key) for key in keys)
            assert one.short != other.short
            assert one.long != other.long
            assert one.url != other.url

        differ()

    def test_names_can_stand_in_a_document(self, lab: Lab, tracker: Tracker) -> None:
        @settings(deadline=None)
        @given(lab.keys)
        def fits(key: str) -> None:
            names = tracker.names(key)
            for label in (names.short, names.long):
                assert format_definition(label, names.url, State(1)).startswith(f"[{label}]: ")
            assert not any(character.isspace() for character in names.url)

        fits()

    def test_a_filed_issue_is_found_by_its_names(self, lab: Lab, tracker: Tracker) -> None:
        key = written(tracker.create(lab.draft(tracker))).key
        names = tracker.names(key)
        assert {tracker.resolve(name) for name in (names.short, names.long, names.url)} == {key}

    def test_what_is_none_of_its_own_leads_nowhere(self, lab: Lab, tracker: Tracker) -> None:
        own = {text for text in (*STRANGERS, *lab.strangers) if tracker.resolve(text) is not None}
        assert own == set()

    def test_any_text_at_all_can_be_asked_about(self, tracker: Tracker) -> None:
        @settings(deadline=None)
        @given(st.text() | st.from_regex(r"\A(https?://|[a-z]+/)?[a-z/.]*[#/-][0-9]{1,4}\Z"))
        def answers(text: str) -> None:
            key = tracker.resolve(text)
            if key is not None:
                assert tracker.resolve(tracker.names(key).url) == key

        answers()
