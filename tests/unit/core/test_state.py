from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.core.markdown import parse_blocks
from syncer.core.state import (
    VALUE_LIMIT,
    StateError,
    action_hash,
    bounded,
    choose_label,
    format_definition,
    format_destination,
    format_marker,
    format_state,
    is_sound,
    our_definitions,
    parse_marker,
    parse_state,
)
from syncer.model import Agreed, Marker, Removal, State

if TYPE_CHECKING:
    from syncer.model import Field

STATE = State(
    3,
    {
        "action": Agreed.both("3f9a2c41"),
        "owner": Agreed.both("@alice"),
        "due": Agreed.both("2025-12-01"),
        "status": Agreed.both("In Progress"),
    },
)
TEXT = "sync 3; status=In Progress; owner=@alice; due=2025-12-01; action=3f9a2c41"
ITEM = "0123456789abcdef"


class TestState:
    def test_has_a_fixed_order_that_a_person_can_read(self) -> None:
        assert format_state(STATE) == TEXT

    def test_reads_back(self) -> None:
        assert parse_state(TEXT) == STATE

    def test_a_known_empty_value_is_not_an_unknown_one(self) -> None:
        state = parse_state("sync 1; owner=")

        assert state == State(1, {"owner": Agreed.both("")})
        assert "due" not in state.values

    def test_a_pair_says_the_document_first_and_then_the_tracker(self) -> None:
        pairs = State(
            2, {"owner": Agreed("@carol", ""), "status": Agreed("Blocked", "Not Started")}
        )

        assert format_state(pairs) == "sync 2; status=Blocked~Not Started; owner=@carol~"
        assert parse_state(format_state(pairs)) == pairs

    def test_a_counter_alone_is_a_state(self) -> None:
        assert parse_state("sync 1") == State(1, {})

    @pytest.mark.parametrize(
        "wrapped",
        [
            "sync 3;\n  status=In\n  Progress",
            "sync  3;status=In Progress",
            " sync 3 ; status=In\tProgress ",
        ],
    )
    def test_white_space_may_have_been_wrapped_or_doubled(self, wrapped: str) -> None:
        assert parse_state(wrapped) == State(3, {"status": Agreed.both("In Progress")})

    @pytest.mark.parametrize(
        "text", ["", "Sync 3", "synchronised 3 times", "sync now", "sync 3 files", "my sync 3; a=b"]
    )
    def test_any_other_title_is_the_authors(self, text: str) -> None:
        assert parse_state(text) is None

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("sync 0; status=Done", "counter"),
            ("sync 007; status=Done", "counter"),
            (f"sync {'9' * 5000}; status=Done", "counter"),
            ("sync 3, status=Done", "counter"),
            ("sync 3; status", "status"),
            ("sync 3; status=Done;", "no “=”"),
            ("sync 3; status=Done; status=Done", "twice"),
            ("sync 3; status=Done; estimate=5", "estimate"),
            ("sync 3; owner=a~b~c", "halves"),
            ("sync 3; owner=a=b", "bare"),
            ("sync 3; owner=50%", "hexadecimal"),
            ("sync 3; owner=%C3", "incomplete"),
        ],
    )
    def test_a_damaged_one_says_what_is_wrong(self, text: str, said: str) -> None:
        with pytest.raises(StateError, match=said):
            parse_state(text)

    def test_a_counter_is_positive(self) -> None:
        with pytest.raises(StateError, match="starts at 1"):
            format_state(State(0, {}))

    @pytest.mark.parametrize(
        ("owner", "written"),
        [
            ("José Ñandú", "José Ñandú"),
            ("担当 太郎", "担当 太郎"),
            ("first_last, SRE/on-call", "first_last, SRE/on-call"),
            ("O'Brien", "O%27Brien"),
            ("a--b-", "a%2D-b%2D"),
            ("a-->b", "a%2D-%3Eb"),
            ("100%; a=b~c", "100%25%3B a%3Db%7Ec"),
            (' "x"  \\ ', "%20%22x%22%20 %5C%20"),
            (
                "a&amp;b *c* <d> [e] (f) {g} `h` | i",
                "a%26amp%3Bb %2Ac%2A %3Cd%3E %5Be%5D %28f%29 %7Bg%7D %60h%60 %7C i",
            ),
            ("a\nb\u2028c\u00a0d", "a%0Ab%E2%80%A8c%C2%A0d"),
            ("\ud800", "%ED%A0%80"),
        ],
    )
    def test_only_what_could_be_misread_is_encoded(self, owner: str, written: str) -> None:
        state = State(1, {"owner": Agreed.both(owner)})

        assert format_state(state) == f"sync 1; owner={written}"
        assert parse_state(format_state(state)) == state

    def test_every_value_has_its_bound(self) -> None:
        state = State(1, {"owner": Agreed("a" * 10_000, "\U000e0001" * 10_000)})

        text = format_state(state)

        assert len(text) < 3 * VALUE_LIMIT
        assert parse_state(text) == State(
            1, {"owner": Agreed(bounded("a" * 10_000), bounded("\U000e0001" * 10_000))}
        )


class TestSoundness:
    @pytest.mark.parametrize(
        ("values", "sound"),
        [
            ({}, True),
            ({"status": Agreed("Done", "Blocked"), "due": Agreed("2025-12-01", "")}, True),
            ({"status": Agreed("Done", "Dome")}, False),
            ({"status": Agreed("done", "Done")}, False),
            ({"due": Agreed("2025-12-01", "soon")}, False),
            ({"owner": Agreed.both("anybody at all")}, True),
        ],
    )
    def test_a_base_holds_only_what_a_side_can_have(
        self, values: dict[Field, Agreed], *, sound: bool
    ) -> None:
        assert is_sound(State(1, values)) is sound


class TestBounded:
    def test_an_ordinary_value_is_kept_whole(self) -> None:
        assert bounded("@alice") == "@alice"
        assert bounded("a" * VALUE_LIMIT) == "a" * VALUE_LIMIT

    @pytest.mark.parametrize(
        "value", ["a" * 201, "%" * 90, "- " * 120, "-" * 500, " " * 300, "長" * 300]
    )
    def test_a_long_one_is_bounded_once(self, value: str) -> None:
        kept = bounded(value)

        assert kept != value
        assert bounded(kept) == kept
        assert kept.startswith(value[:20])

    def test_long_values_that_differ_at_their_end_stay_different(self) -> None:
        assert bounded("a" * 500 + "b") != bounded("a" * 500 + "c")


class TestMarker:
    MARKER = Marker(ITEM, "postmortems/2025 Ärger (a--b).md", STATE)

    def test_is_one_line_that_reads_back(self) -> None:
        text = format_marker(self.MARKER)

        assert text == (
            f"syncer 1 item={ITEM}; document=postmortems/2025 Ärger %28a%2D-b%29.md; {TEXT}"
        )
        assert parse_marker(text) == self.MARKER

    def test_says_what_was_done_because_the_row_is_gone(self) -> None:
        told = Marker(ITEM, "a.md", State(3, STATE.values, Removal.TOLD))
        text = format_marker(told)

        assert text.endswith("; sync 3; removed=told" + TEXT.removeprefix("sync 3"))
        assert parse_marker(text) == told

    @pytest.mark.parametrize(
        "text", ["", TEXT, "syncer is great", "syncer 1 items", f"about syncer 1 item={ITEM}"]
    )
    def test_any_other_text_is_none(self, text: str) -> None:
        assert parse_marker(text) is None

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (f"syncer 2 item={ITEM}; document=a.md; sync 1", "newer"),
            ("syncer 1 item=0123; document=a.md; sync 1", "item id"),
            (f"syncer 1 item={ITEM}; sync 1", "no document"),
            (f"syncer 1 item={ITEM}", "no document"),
            (f"syncer 1 item={ITEM}; document=; sync 1", "no document"),
            (f"syncer 1 item={ITEM}; document; sync 1", "no document"),
            (f"syncer 1 item={ITEM}; documents=a.md; sync 1", "no document"),
            (f"syncer 1 item={ITEM}; document=a.md", "counter"),
            (f"syncer 1 item={ITEM}; document=a.md; sync 1; owner", "owner"),
            (f"syncer 1 item={ITEM}; document=a.md; sync 1; removed=x", "removed=x"),
            (f"syncer 1 item={ITEM}; document=a.md; sync 1; removed=", "removed="),
            (f"syncer 1 item={ITEM}; document=a.md; sync 1; removed=told; removed=told", "twice"),
        ],
    )
    def test_a_damaged_one_says_what_is_wrong(self, text: str, said: str) -> None:
        with pytest.raises(StateError, match=said):
            parse_marker(text)

    @pytest.mark.parametrize(
        ("marker", "said"),
        [(Marker("xyz", "a.md", STATE), "item id"), (Marker(ITEM, "", STATE), "document")],
    )
    def test_one_that_could_not_be_read_is_not_written(self, marker: Marker, said: str) -> None:
        with pytest.raises(StateError, match=said):
            format_marker(marker)


class TestActionHash:
    def test_white_space_and_composition_do_not_matter(self) -> None:
        assert action_hash(" Für \n  alle ") == action_hash("Fu\u0308r alle")

    def test_is_eight_digits_that_change_with_the_words(self) -> None:
        assert len(action_hash("a")) == len(action_hash("")) == 8
        assert action_hash("a") != action_hash("b")

    def test_a_long_text_has_the_hash_of_the_title_that_it_is_cut_to(self) -> None:
        from syncer.core.issuetext import title_of
        from syncer.core.state import TITLE_LIMIT

        text = "many words " * 100

        assert action_hash(text) == action_hash(title_of(text, TITLE_LIMIT))


class TestDefinition:
    def test_is_one_ordinary_line(self) -> None:
        line = format_definition("#12", "https://github.com/acme/shop/issues/12", STATE)

        assert line == f'[#12]: https://github.com/acme/shop/issues/12 "{TEXT}"'

    @pytest.mark.parametrize(
        "url",
        [
            "https://x.example/a?b=1&copy;=2",
            "https://x.example/a b",
            "https://x.example/(a",
            "https://x.example/a)b",
            "<odd>",
            "a\\b\\<c",
            "syncer:here/1",
        ],
    )
    def test_any_address_reads_back(self, url: str) -> None:
        (definition,) = parse_blocks(format_definition("a", url, STATE)).definitions

        assert (definition.label, definition.url, definition.title) == ("a", url, TEXT)

    @pytest.mark.parametrize("url", ["", "a\nb", "a\rb"])
    def test_an_address_that_fits_in_no_definition_is_refused(self, url: str) -> None:
        with pytest.raises(StateError, match="address"):
            format_destination(url)

    @pytest.mark.parametrize("label", ["", "  ", "a]b", "a[b", "a\\", "^1", "a\nb", "x" * 1000])
    def test_a_label_that_would_not_be_read_as_one_is_refused(self, label: str) -> None:
        with pytest.raises(StateError, match="label"):
            format_definition(label, "u", STATE)


class TestOurDefinitions:
    def test_a_formatter_may_change_case_quotes_and_order(self) -> None:
        text = (
            "[pay-7]: https://pay.example/PAY-7 'sync 1; status=Done'\n"
            "\n"
            f'[#12]:\n  <https://github.com/acme/shop/issues/12>\n  "{TEXT}"\n'
            "\n"
            "[Acme/Shop  #3]: https://github.com/acme/shop/issues/3 (sync 2; status=Won%27t Do)\n"
        )

        ours = our_definitions(parse_blocks(text).definitions)

        assert {key: state for key, (_, state) in ours.items()} == {
            "pay-7": State(1, {"status": Agreed.both("Done")}),
            "#12": STATE,
            "acme/shop #3": State(2, {"status": Agreed.both("Won't Do")}),
        }

    def test_the_authors_are_left_out(self) -> None:
        text = "[a]: /u\n[b]: /u 'sync your clocks'\n"

        assert our_definitions(parse_blocks(text).definitions) == {}

    def test_a_damaged_one_is_listed_with_what_is_wrong(self) -> None:
        ours = our_definitions(parse_blocks("[a]: /u 'sync 1; x'\n").definitions)

        assert isinstance(ours["a"][1], StateError)

    @pytest.mark.parametrize(
        "titles",
        [
            ("sync 2", "sync 3"),
            ("sync 3", "sync 2"),
            ("sync x=", "sync 3"),
            ("sync 3; x", "sync 3"),
        ],
    )
    def test_of_two_with_one_key_the_newer_counts(self, titles: tuple[str, str]) -> None:
        text = "".join(f"[a]: /u '{title}'\n" for title in titles)

        _, state = our_definitions(parse_blocks(text).definitions)["a"]

        assert state == State(3, {})


class TestChooseLabel:
    URL = "https://github.com/acme/shop/issues/12"

    def choose(self, text: str) -> str:
        return choose_label(
            "PAY 7", "acme/PAY 7", parse_blocks(text).definitions, lambda url: url == self.URL
        )

    def test_is_the_short_one_if_it_is_free(self) -> None:
        assert self.choose("[other]: /u\n") == "PAY 7"

    @pytest.mark.parametrize("spelling", ["PAY 7", "pay  7", " Pay\t7 "])
    def test_is_the_long_one_if_the_author_uses_the_short_one(self, spelling: str) -> None:
        assert self.choose(f"[{spelling}]: {self.URL}\n") == "acme/PAY 7"
        assert self.choose(f"[{spelling}]: {self.URL} 'Runbook'\n") == "acme/PAY 7"

    def test_is_the_short_one_if_it_is_ours_for_the_same_issue(self) -> None:
        assert self.choose(f"[pay 7]: {self.URL} 'sync 3'\n") == "PAY 7"

    def test_is_the_short_one_if_it_is_ours_for_the_same_issue_and_damaged(self) -> None:
        assert self.choose(f"[pay 7]: {self.URL} 'sync 3; x'\n") == "PAY 7"

    def test_is_the_long_one_if_the_short_one_is_ours_for_another_issue(self) -> None:
        assert self.choose("[pay 7]: /elsewhere 'sync 3'\n") == "acme/PAY 7"

    def test_gets_a_number_if_both_are_taken(self) -> None:
        taken = "[pay 7]: /a\n[acme/pay 7]: /b\n[acme/pay 7 (2)]: /c\n"

        assert self.choose(taken) == "acme/PAY 7 (3)"
