from __future__ import annotations

import pytest

from syncer.core.markdown.frontmatter import LONGEST, FrontMatterError, read_front_matter


def test_single_values_are_text_as_it_stands() -> None:
    source = 'title: "Pool exhausted"\ndate: 2024-10-01\nseverity: P0\ncount: 007\nempty:\n'
    assert read_front_matter(source) == {
        "title": "Pool exhausted",
        "date": "2024-10-01",
        "severity": "P0",
        "count": "007",
        "empty": "",
    }


def test_what_is_nested_is_left_out() -> None:
    assert read_front_matter("tags: [a, b]\nowner:\n  name: x\n? [k]\n: v\ndate: x\n") == {
        "date": "x"
    }


def test_aliases_and_tags_construct_nothing() -> None:
    source = "a: &x [1, 2]\nb: [*x, *x]\nc: !!python/object/apply:os.getcwd []\nd: !!int oops\n"
    assert read_front_matter(source) == {"d": "oops"}


@pytest.mark.parametrize("source", ["", "# nothing", "just text", "- a\n- b\n"])
def test_front_matter_without_entries_has_none(source: str) -> None:
    assert read_front_matter(source) == {}


@pytest.mark.parametrize(
    "source",
    ["a: [", "a: b: c", "\ttab", "a: *unknown", "a: 1\n---\nb: 2\n", "x: \x00", "[" * 5_000],
)
def test_broken_yaml_is_an_error_in_one_line(source: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        read_front_matter(source)
    assert "\n" not in str(caught.value)


def test_an_error_says_what_is_wrong_and_not_where_in_the_library_s_words() -> None:
    with pytest.raises(FrontMatterError, match=r"characters are not allowed$"):
        read_front_matter("x: \x00")


def test_without_the_fast_parser_it_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    assert read_front_matter("date: 2024-10-01") == {"date": "2024-10-01"}
    with pytest.raises(FrontMatterError, match="nested too deeply"):
        read_front_matter("[" * 5_000)


def test_front_matter_beyond_all_measure_is_not_parsed() -> None:
    with pytest.raises(FrontMatterError, match="longer"):
        read_front_matter("a: " + "x" * LONGEST)
