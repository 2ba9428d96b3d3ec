"""The stories of the README and of other pages, told by the program: they show what a person sees who types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generating import making, story

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", making.STORIES, ids=lambda page: page.name)
def test_a_story_shows_what_the_program_prints(page: Path) -> None:
    steps = story.steps(page.read_text(encoding="utf-8"))
    shown = [step.text for step in steps if step.kind == "output"]
    assert len(shown) >= 5
    told = story.told(page.read_text(encoding="utf-8"), ROOT)
    for block, printed in zip(shown, told, strict=True):
        assert story.shows(block, printed), f"shown:\n{block}\nprinted:\n{printed}"


def test_the_readme_begins_with_the_first_command_and_a_page_that_runs_any_is_a_story() -> None:
    assert story.steps(README)[0].kind == "first-command"
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert {page for page in pages if story.steps(page.read_text("utf-8"))} == set(making.STORIES)


def test_the_readme_has_both_commands_that_are_run_on_a_clean_clone() -> None:
    """.ci/run takes them from under these lines."""
    for marker in ("first-command", "test-command"):
        assert f"\n<!-- {marker} -->\n```sh\npython3 -m venv .venv && " in README


class TestShows:
    """The comparison would notice."""

    @pytest.mark.parametrize(
        ("block", "printed", "same"),
        [
            ("one\ntwo\n", "one\ntwo\n", True),
            ("one\n", "one\ntwo\n", False),
            ("one\n…\nfour\n", "one\ntwo\nthree\nfour\n", True),
            ("one\n…\nfour\n", "one\ntwo\nfour\nfive\n", False),
            ("…\nfour\n", "four\n", True),
            ("a.c\n", "abc\n", False),
            ("#1  2025-11-10 late  a\n", "#1  2025-11-10       a\n", True),
            ("#1  2025-11-10 late  a\n", "#1  2025-11-11 late  a\n", False),
            ("Due  2025-11-10 (late)\n", "Due  2025-11-10\n", True),
            ("3 issues, 3 late\n", "3 issues\n", True),
            ("2025-11-10 08:00:00 UTC  due\n", "2026-01-01 09:30:11 UTC  due\n", True),
        ],
    )
    def test_what_counts_as_the_same(self, block: str, printed: str, *, same: bool) -> None:
        assert story.shows(block, printed) is same

    def test_an_output_that_is_shown_whole_is_brought_up_to_date(self) -> None:
        page = "<!-- output -->\n```text\nold\n```\n\n<!-- output -->\n```text\nsame\n```\n"
        assert story.retold(page, ["new\n", "same\n"]) == page.replace("old", "new")

    def test_an_excerpt_is_left_to_a_person(self) -> None:
        page = "<!-- output -->\n```text\nold\n…\n```\n"
        with pytest.raises(story.ExcerptError, match="new"):
            story.retold(page, ["new\n"])
