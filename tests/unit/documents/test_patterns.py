from __future__ import annotations

import re

import pytest

from syncer.documents.patterns import Patterns, beneath, check


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("postmortems/**/*.md", "postmortems/a.md", True),
        ("postmortems/**/*.md", "postmortems/2025/q4/a.md", True),
        ("postmortems/**/*.md", "other/postmortems/a.md", False),
        ("*.md", "a.md", True),
        ("*.md", "folder/a.md", False),
        ("*.md", "a.MD", False),
        ("**/*.md", ".hidden/a.md", False),
        ("**/*.md", "a/.hidden.md", False),
        ("**/.incidents/*.md", "a/.incidents/b.md", True),
        ("**/202[45]-*.md", "x/2025-1.md", True),
        ("**/202[45]-*.md", "x/2023-1.md", False),
        ("a\\*.md", "a*.md", True),
        ("a\\*.md", "ab.md", False),
        ("~/x.md", "~/x.md", True),
        ("(a|b).md", "a.md", False),
        ("{pm,docs/pm}/**/*.{md,markdown}", "docs/pm/2025/a.markdown", True),
        ("{pm,docs/pm}/**/*.{md,markdown}", "docs/a.md", False),
    ],
)
def test_a_pattern_matches_the_whole_path(pattern: str, path: str, *, matches: bool) -> None:
    assert Patterns((pattern,)).match(path) is matches


def test_no_patterns_match_nothing() -> None:
    assert not Patterns(()).match("a.md")


def test_wildcards_match_hidden_names_where_that_is_asked_for() -> None:
    assert Patterns(("drafts/**",), hidden=True).match("drafts/.a/b.md")
    assert not Patterns(("drafts/**",)).match("drafts/.a/b.md")


@pytest.mark.parametrize(
    ("patterns", "bases"),
    [
        (("**/*.md",), ("",)),
        (("postmortems/**/*.md",), ("postmortems",)),
        (("a/b/*.md", "a/**/*.md", "c/d.md"), ("a", "c")),
        (("ab/*.md", "a/*.md"), ("a", "ab")),
        (("a/x*/b/*.md",), ("a",)),
        (("*.md", "a/*.md"), ("",)),
        (("a/{b,c/d}/*.md",), ("a",)),
    ],
)
def test_the_walk_starts_at_the_folders_that_are_written_out(
    patterns: tuple[str, ...], bases: tuple[str, ...]
) -> None:
    assert Patterns(patterns).bases() == bases


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "is empty"),
        (" a.md", "blanks around it"),
        ("/etc/*.md", "leaves the root"),
        ("../*.md", "leaves the root"),
        ("a/../../*.md", "leaves the root"),
        ("!drafts/**", "documents.exclude"),
        ("{1..9}{1..9}{1..9}{1..9}.md", "fewer braces"),
        ("postmortems/", "postmortems/**/*.md"),
        ("a//b.md", "empty part"),
    ],
)
def test_a_pattern_that_cannot_mean_what_it_says_is_refused_with_the_remedy(
    pattern: str, says: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        check(pattern)


def test_a_leading_dot_and_slash_mean_nothing() -> None:
    assert check("./docs/*.md") == "docs/*.md"


def test_a_folder_with_the_same_beginning_is_another_folder() -> None:
    assert beneath("a/b", "a")
    assert beneath("a", "a")
    assert beneath("anything", "")
    assert not beneath("ab/c", "a")
